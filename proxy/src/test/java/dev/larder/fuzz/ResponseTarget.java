package dev.larder.fuzz;

import dev.larder.fuzz.ResponseReading.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Feeds what an origin answers to larder in one process. The first byte of an input is not sent: it says how the answer
 * was asked for and how the connection ends. Behind it another request is asked on the same connection, and the same one
 * by another client: nothing of the fuzzed bytes may be in their answers, but a stored answer that is theirs.
 */
final class ResponseTarget implements Target {

    static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
            """;

    private static final String CANARY = "a canary";

    /** What larder adds to an answer, or says itself of the origin's. */
    private static final Set<String> ADDED = Set.of("date", "via", "cache-status", "age", "proxy-status");

    private static final int NO_LIMIT = 1_000_000;

    private final InProcess larder = new InProcess(RULES);

    /**
     * How the answer is asked for.
     *
     * @param pipelined whether the next request is sent along with it
     * @param reset whether the origin's connection ends so
     */
    private record Mode(
            String method, String target, boolean upgrade, boolean pipelined, boolean reset, boolean stays) {

        static Mode of(int octet) {
            boolean upgrade = (octet & 0x40) != 0 && (octet & 0x80) != 0;
            return new Mode(
                    upgrade || (octet & 3) > 1 ? "GET" : (octet & 3) == 1 ? "HEAD" : "POST",
                    (octet & 4) == 0 ? "/items/1" : "/x",
                    upgrade,
                    (octet & 8) != 0 && !upgrade,
                    (octet & 16) != 0,
                    (octet & 32) != 0);
        }

        String request() {
            return method + " " + target + " HTTP/1.1\r\nHost: a.test\r\n"
                    + (upgrade ? "Connection: upgrade\r\nUpgrade: websocket\r\n" : "")
                    + (method.equals("POST") ? "Content-Length: 0\r\n" : "") + "\r\n";
        }
    }

    /** What the three clients' requests came to. */
    private record Answers(byte[] first, boolean firstEnded, byte[] second, int requestsOnFirst) {}

    @Override
    public String name() {
        return "responses";
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        int[] modes = {2, 6, 1, 0, 0x22, 0x12, 0x2a, 0x26, 0xc6, 0x25};
        for (byte[] answer : Seeds.responses()) {
            for (int mode : modes) {
                byte[] seed = new byte[answer.length + 1];
                seed[0] = (byte) mode;
                System.arraycopy(answer, 0, seed, 1, answer.length);
                seeds.add(seed);
            }
        }
        return seeds;
    }

    @Override
    public List<String> words() {
        return Seeds.responseWords();
    }

    @Override
    public Result run(byte[] input, List<int[]> divisions) {
        if (input.length == 0) {
            return new Result("", null);
        }
        Mode mode = Mode.of(input[0]);
        byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
        ResponseReading reading =
                ResponseReading.of(bytes, 0, mode.method(), !mode.reset(), mode.upgrade(), InProcess.HEAD_BYTES);
        String signature = "";
        String first = null;
        for (int[] division : divisions) {
            // What comes in a segment of its own behind an answer may come too late to be noticed, on any connection.
            int[] cuts = reading.verdict() == Verdict.WHOLE && !reading.endsWithConnection()
                    ? Arrays.stream(division).filter(cut -> cut < reading.end()).toArray()
                    : division;
            Answers answers;
            String left;
            try {
                answers = feed(mode, reading, bytes, cuts);
            } finally {
                left = larder.end();
            }
            StringBuilder outcome = new StringBuilder();
            Finding finding = judge(mode, reading, bytes.length, answers, outcome);
            if (finding == null && left != null) {
                finding = new Finding("left behind", left);
            }
            // How much of an answer that breaks had gone out is a matter of time.
            String normal = reading.verdict() == Verdict.CUT ? "cut" : outcome.toString();
            if (finding == null && first != null && !first.equals(normal)) {
                finding = new Finding("segmentation", normal + " instead of " + first);
            }
            if (finding != null) {
                return new Result(
                        signature,
                        new Finding(
                                finding.kind(),
                                finding.detail() + "; read as " + reading.verdict() + " " + reading.reason() + " "
                                        + reading.doubts() + Cuts.text(bytes, cuts) + "\n  " + mode + "\n  got "
                                        + Escaped.literal(answers.first())));
            }
            if (first == null) {
                first = normal;
                signature = mode
                        + normal
                        + reading.reason()
                        + reading.doubts()
                        + reading.interim().size()
                        + (reading.head() == null ? "" : reading.head().status() + " " + notable(reading.head()))
                        + reading.mayBeReused(bytes.length);
            }
        }
        return new Result(signature, null);
    }

    private static List<String> notable(ResponseReading.Head head) {
        return head.fields().stream()
                .map(Field::lower)
                .filter(
                        Set.of("content-length", "transfer-encoding", "connection", "vary", "age", "cache-control")
                                ::contains)
                .sorted()
                .distinct()
                .toList();
    }

    private Answers feed(Mode mode, ResponseReading reading, byte[] bytes, int[] cuts) {
        List<RequestReading.Message> messages = new ArrayList<>();
        List<RecordingOrigin> origins = new ArrayList<>();
        List<PipeChannel> channels = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        int[] first = {0};
        larder.begin((channel, number) -> {
            while (origins.size() <= number) {
                origins.add(new RecordingOrigin(messages));
                taken.add(0);
                channels.add(channel);
            }
            byte[] all = channel.received();
            int before = messages.size();
            var unused = origins.get(number).answer(Arrays.copyOfRange(all, taken.get(number), all.length));
            taken.set(number, all.length);
            for (int i = before; i < messages.size(); i++) {
                first[0] += number == 0 ? 1 : 0;
                if (i > 0) {
                    channel.offer(Escaped.bytes("HTTP/1.1 200 OK\r\nContent-Length: " + CANARY.length() + "\r\n\r\n"
                            + (messages.get(i).method().equals("HEAD") ? "" : CANARY)));
                    continue;
                }
                Cuts.of(bytes, cuts).forEach(channel::offer);
                if (mode.reset()) {
                    channel.reset();
                } else if (!mode.stays()) {
                    channel.finish();
                }
            }
        });
        String next = "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n";
        PipeChannel client = larder.connect();
        client.offer(Escaped.bytes(mode.request() + (mode.pipelined() ? next : "")));
        larder.run();
        if (mode.stays() && !channels.isEmpty()) {
            // An answer that is not whole waits for more.
            ResponseReading got =
                    ResponseReading.of(client.received(), 0, mode.method(), true, mode.upgrade(), NO_LIMIT);
            if (got.verdict() != Verdict.WHOLE || reading.endsWithConnection()) {
                channels.get(0).finish();
                larder.run();
            }
        }
        if (!mode.pipelined() && !mode.upgrade()) {
            client.offer(Escaped.bytes(next));
            larder.run();
        }
        PipeChannel other = larder.connect();
        other.offer(Escaped.bytes("GET " + mode.target() + " HTTP/1.1\r\nHost: a.test\r\n\r\n" + next));
        larder.run();
        client.finish();
        other.finish();
        larder.run();
        return new Answers(client.received(), client.isEnded(), other.received(), first[0]);
    }

    private @Nullable Finding judge(
            Mode mode, ResponseReading reading, int length, Answers answers, StringBuilder outcome) {
        if (!answers.firstEnded()) {
            return new Finding("hang", "the client has ended, and its connection is still open");
        }
        ResponseReading got = ResponseReading.of(answers.first(), 0, mode.method(), true, mode.upgrade(), NO_LIMIT);
        boolean refused = got.head() != null && got.head().status() == 502 && isLarders(got.head());
        boolean whole = got.verdict() == Verdict.WHOLE;
        outcome.append(got.verdict())
                .append(refused)
                .append(got.head() == null ? 0 : got.head().status());
        if (got.verdict() == Verdict.BAD) {
            return new Finding("malformed answer", got.reason());
        }
        if (refused && !whole) {
            return new Finding("malformed answer", "a 502 that is not whole");
        }
        if (got.interim().size() > reading.interim().size()) {
            return new Finding(
                    "interim answers",
                    got.interim().size() + " for " + reading.interim().size());
        }
        if (!refused) {
            Finding difference = relayed(reading, got);
            if (difference != null) {
                return difference;
            }
        } else if (reading.verdict() == Verdict.WHOLE && reading.doubts().isEmpty()) {
            return new Finding("not relayed", "an answer in order");
        }
        if (answers.requestsOnFirst() > 1 && (refused || !reading.mayBeReused(length))) {
            return new Finding("reused", "a connection whose answer was not in order");
        }
        if (whole && !mode.upgrade() && got.end() < answers.first().length) {
            Finding second = canary(answers.first(), got.end(), outcome);
            if (second != null) {
                return second;
            }
        } else if (whole && !mode.upgrade() && !closes(got)) {
            return new Finding("no second answer", "though the connection goes on");
        }
        return other(mode, reading, answers.second(), outcome);
    }

    private static boolean closes(ResponseReading got) {
        return got.head() == null
                || got.endsWithConnection()
                // Its body, if it has one, is waited for.
                || got.head().status() == 205
                || Field.members(got.head().fields(), "connection").contains("close");
    }

    private static boolean isLarders(ResponseReading.Head head) {
        return !Field.all(head.fields(), "proxy-status").isEmpty();
    }

    private static @Nullable Finding relayed(ResponseReading reading, ResponseReading got) {
        ResponseReading.Head sent = reading.head();
        ResponseReading.Head came = got.head();
        if (sent == null || came == null) {
            return new Finding("relayed", "what must be answered with 502");
        }
        if (sent.status() != came.status()
                || !sent.reason().strip().equals(came.reason().strip())) {
            if (!(sent.reason().isBlank() && sent.status() == came.status())) {
                return new Finding("status", came.status() + " " + came.reason() + " for " + sent.status());
            }
        }
        Finding fields = fields(sent, came);
        if (fields != null) {
            return fields;
        }
        // RFC 9110 section 15.3.6: an answer of this status has no body, whatever its sender thinks.
        boolean none = came.status() == 205 && got.body().length == 0;
        if (reading.verdict() == Verdict.CUT && got.verdict() == Verdict.WHOLE && !got.endsWithConnection() && !none) {
            return new Finding("made whole", "an answer that was cut short");
        }
        if (reading.verdict() == Verdict.WHOLE
                && got.verdict() != Verdict.WHOLE
                && reading.doubts().isEmpty()) {
            return new Finding("cut short", "an answer that was whole: " + got.reason());
        }
        boolean wholeBodies = reading.verdict() == Verdict.WHOLE && got.verdict() == Verdict.WHOLE;
        boolean same = none || wholeBodies
                ? none || Arrays.equals(got.body(), reading.body())
                : got.body().length <= reading.body().length
                        && Arrays.equals(got.body(), Arrays.copyOf(reading.body(), got.body().length));
        return same
                ? null
                : new Finding("body", Escaped.literal(got.body()) + " for " + Escaped.literal(reading.body()));
    }

    private static @Nullable Finding fields(ResponseReading.Head sent, ResponseReading.Head came) {
        Map<String, List<String>> expected = Field.endToEnd(sent.fields(), ADDED::contains);
        List<String> named = Field.members(sent.fields(), "connection");
        Map<String, List<String>> there =
                Field.endToEnd(came.fields(), name -> ADDED.contains(name) || named.contains(name));
        return normal(there).equals(normal(expected)) ? null : new Finding("fields", there + " for " + expected);
    }

    /** A folded line may be joined by any number of blanks. */
    private static String normal(Map<String, List<String>> fields) {
        return fields.toString().replaceAll("[ \t]+", " ");
    }

    private static @Nullable Finding canary(byte[] bytes, int from, StringBuilder outcome) {
        ResponseReading second = ResponseReading.of(bytes, from, "GET", true, false, NO_LIMIT);
        if (second.head() == null
                || second.verdict() != Verdict.WHOLE
                || second.head().status() != 200
                || !new String(second.body(), StandardCharsets.ISO_8859_1).equals(CANARY)
                || second.end() != bytes.length) {
            return new Finding(
                    "leaked", "another request got " + Escaped.literal(Arrays.copyOfRange(bytes, from, bytes.length)));
        }
        outcome.append(" canary");
        return null;
    }

    /** The same request by another client, and one more. */
    private @Nullable Finding other(Mode mode, ResponseReading reading, byte[] bytes, StringBuilder outcome) {
        ResponseReading same = ResponseReading.of(bytes, 0, "GET", true, false, NO_LIMIT);
        if (same.head() == null || same.verdict() != Verdict.WHOLE) {
            return new Finding("leaked", "another client got " + Escaped.literal(bytes));
        }
        String status = String.join(",", Field.all(same.head().fields(), "cache-status"));
        outcome.append(status.contains("hit"));
        if (status.contains("hit")) {
            if (reading.verdict() != Verdict.WHOLE
                    || !mode.method().equals("GET")
                    || mode.target().equals("/x")) {
                return new Finding("stored", "what must not be: " + Escaped.literal(bytes));
            }
            Finding difference = relayed(reading, same);
            if (difference != null) {
                return new Finding("stored otherwise", difference.detail());
            }
        } else if (!new String(same.body(), StandardCharsets.ISO_8859_1).equals(CANARY)) {
            return new Finding("leaked", "another client got " + Escaped.literal(bytes));
        }
        return canary(bytes, same.end(), outcome);
    }
}
