package dev.larder.fuzz;

import dev.larder.fuzz.RequestReading.End;
import dev.larder.fuzz.RequestReading.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what a client's bytes are with what came of them. */
final class RequestJudge {

    private static final Set<Integer> REFUSALS = Set.of(400, 408, 413, 414, 417, 431, 501, 505);

    /** What a proxy sets itself. */
    private static final Set<String> OWNED = Set.of(
            "via",
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-real-ip");

    /** What nobody may say in trailers. */
    private static final Set<String> NEVER_TRAILERS = Set.of(
            "authorization",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "host",
            "max-forwards",
            "range",
            "transfer-encoding",
            "trailer");

    private static final int NO_LIMIT = 1_000_000;

    private final String backendAuthority;

    /** A judge of what comes to a backend of this name. */
    RequestJudge(String backendAuthority) {
        this.backendAuthority = backendAuthority;
    }

    /** What is wrong, or null. */
    @Nullable
    Finding judge(RequestReading reading, Seen seen) {
        if (seen.fault() != null) {
            return new Finding("malformed forwarded", "the origin got " + seen.fault());
        }
        List<Message> messages = reading.messages();
        int forwarded = seen.atOrigin().size();
        if (forwarded > messages.size()) {
            return new Finding(
                    "smuggled",
                    "the origin got " + forwarded + " messages, there are " + messages.size() + " and then "
                            + reading.end());
        }
        for (int i = 0; i < forwarded; i++) {
            String difference = difference(messages.get(i), seen.atOrigin().get(i));
            if (difference != null) {
                return new Finding("forwarded otherwise", "message " + i + ": " + difference);
            }
        }
        if (!seen.closed()) {
            return new Finding("hang", "the client ended, and its connection is still open");
        }
        boolean refused = forwarded < messages.size();
        if (refused && messages.get(forwarded).doubts().isEmpty()) {
            return new Finding(
                    "not forwarded",
                    "message " + forwarded + " is in order and did not reach the origin; the client got "
                            + Arrays.toString(statuses(seen, messages)));
        }
        if (!refused && reading.end() instanceof End.Refused end && !end.inBody() && seen.rest() > 0) {
            return new Finding("begun to forward", "of what must be refused, " + seen.rest() + " bytes were forwarded");
        }
        return answers(reading, seen, forwarded, refused);
    }

    /** What the client was answered; -1 for what is no answer. */
    int[] statuses(Seen seen, List<Message> messages) {
        List<Integer> statuses = new ArrayList<>();
        int at = 0;
        while (at < seen.answers().length) {
            String method = statuses.size() < messages.size()
                    ? messages.get(statuses.size()).method()
                    : "GET";
            ResponseReading answer = ResponseReading.of(seen.answers(), at, method, true, false, NO_LIMIT);
            if (answer.verdict() == ResponseReading.Verdict.CUT
                    && statuses.size() >= seen.atOrigin().size()) {
                // The refusal of something that begins with HEAD has no body.
                answer = ResponseReading.of(seen.answers(), at, "HEAD", true, false, NO_LIMIT);
            }
            if (answer.verdict() != ResponseReading.Verdict.WHOLE
                    || answer.head() == null
                    || !answer.doubts().isEmpty()) {
                statuses.add(-1);
                break;
            }
            statuses.add(answer.head().status());
            at = answer.end();
        }
        return statuses.stream().mapToInt(Integer::intValue).toArray();
    }

    private @Nullable Finding answers(RequestReading reading, Seen seen, int forwarded, boolean refused) {
        int[] statuses = statuses(seen, reading.messages());
        String all = Arrays.toString(statuses);
        for (int i = 0; i < statuses.length; i++) {
            if (statuses[i] < 0) {
                return new Finding("malformed answer", "answers " + all);
            }
            boolean route = i < forwarded && isOnRoute(seen.atOrigin().get(i));
            if (i < forwarded
                    && !(statuses[i] == 200
                            || (route && Set.of(206, 304, 412, 416).contains(statuses[i])))) {
                return new Finding("answered otherwise", "message " + i + " reached the origin; answers " + all);
            }
            boolean last = i < reading.messages().size()
                    && reading.messages().get(i).doubts().contains("Max-Forwards");
            if (i >= forwarded && !REFUSALS.contains(statuses[i]) && !last) {
                return new Finding("not refused", "answer " + i + " of " + all);
            }
        }
        int least = forwarded + (refused || reading.end() instanceof End.Refused ? 1 : 0);
        int most = forwarded + (refused || !(reading.end() instanceof End.Clean) ? 1 : 0);
        if (statuses.length < least || statuses.length > most) {
            return new Finding(
                    "number of answers",
                    statuses.length + " instead of " + least + " to " + most + ": " + all + ", then " + reading.end());
        }
        return null;
    }

    private static boolean isOnRoute(Message message) {
        return message.target().startsWith("/items/");
    }

    private @Nullable String difference(Message sent, Message got) {
        if (!got.doubts().isEmpty() && !sent.doubts().containsAll(got.doubts())) {
            return "the origin may doubt " + got.doubts();
        }
        if (!got.method().equals(sent.method()) || got.http10()) {
            return "method " + got.method() + " for " + sent.method();
        }
        if (!got.target().equals(target(sent))) {
            return "target " + got.target() + " for " + sent.target();
        }
        String host = host(sent);
        if (!host.equals(got.host())) {
            return "Host " + got.host() + " for " + host;
        }
        if (got.framing() != sent.framing()) {
            return "framing " + got.framing() + " for " + sent.framing();
        }
        if (!Arrays.equals(got.body(), sent.body())) {
            return "a body of " + got.body().length + " bytes for one of " + sent.body().length;
        }
        // RFC 9110 section 6.5.1: any may be dropped, none made or changed.
        Map<String, List<String>> trailers = Field.endToEnd(sent.trailers(), this::isNoTrailer);
        if (!trailers.entrySet()
                .containsAll(Field.endToEnd(got.trailers(), name -> false).entrySet())) {
            return "trailers " + got.trailers() + " for " + sent.trailers();
        }
        if (isOnRoute(got)) {
            return null;
        }
        Map<String, List<String>> expected =
                Field.endToEnd(sent.fields(), name -> isOwned(name) || (sent.http10() && name.equals("expect")));
        List<String> named = Field.members(sent.fields(), "connection");
        Map<String, List<String>> came = Field.endToEnd(got.fields(), name -> isOwned(name) || named.contains(name));
        return came.equals(expected) ? null : "fields " + came + " for " + expected;
    }

    /** What a proxy sets, counts or drops; some are spelled with underscores to the same end. */
    private static boolean isOwned(String name) {
        return OWNED.contains(name.replace('_', '-')) || name.equals("max-forwards") || name.contains("_");
    }

    private boolean isNoTrailer(String name) {
        return NEVER_TRAILERS.contains(name) || OWNED.contains(name);
    }

    private String host(Message sent) {
        String host = sent.host();
        if (host != null) {
            return host;
        }
        return isAbsolute(sent.target()) ? sent.target().replaceFirst("^[^:]*://([^/?]*).*", "$1") : backendAuthority;
    }

    private static boolean isAbsolute(String target) {
        String lower = target.toLowerCase(Locale.ROOT);
        return lower.startsWith("http://") || lower.startsWith("https://");
    }

    private static String target(Message sent) {
        if (!isAbsolute(sent.target())) {
            return sent.target();
        }
        String rest = sent.target().replaceFirst("^[^:]*://[^/?]*", "");
        if (rest.isEmpty() && sent.method().equals("OPTIONS")) {
            return "*";
        }
        return rest.startsWith("/") ? rest : "/" + rest;
    }
}
