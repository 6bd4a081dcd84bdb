package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.identity.Question.Reply;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sign-ins, sign-outs, role changes, requests, answers and time in random order. The backend answers as of the moment at
 * which it looked, which lies anywhere between question and answer. Whatever is known of a visitor must have been true
 * within the ttl, and never before the last sign-out or role change that has been announced.
 */
@NullUnmarked
class AskedIdentitiesModelTest {

    private static final int VISITORS = 4;
    private static final long TTL = Duration.ofSeconds(10).toNanos();

    /** A question, and the answer that the backend has settled on, if it has looked already. */
    private static final class Open {
        final int visitor;
        final CompletableFuture<Reply> reply = new CompletableFuture<>();
        String answer;

        Open(int visitor) {
            this.visitor = visitor;
        }
    }

    private final long[] nanos = {0};
    private final List<Open> open = new ArrayList<>();

    /** Role of each visitor at the backend by version, which grows with every change; empty where signed out. */
    private final int[] versions = new int[VISITORS];

    /** The least version that may still be seen: of the last change that was announced. */
    private final int[] announced = new int[VISITORS];

    /** When a version was replaced by the next. */
    private final Map<String, Long> replaced = new HashMap<>();

    private static boolean isSignedIn(int version) {
        return version % 3 != 2;
    }

    private String answer(int visitor) {
        int version = versions[visitor];
        return isSignedIn(version) ? "{\"id\":\"u" + visitor + "\",\"version\":" + version + "}" : "{}";
    }

    private static RequestHead request(int visitor) {
        return Visitors.get("Cookie: sid=t" + visitor);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingOlderThanTheLastAnnouncedChangeIsEverKnown(long seed) {
        Random random = new Random(seed);
        Rules rules = Visitors.rules(Visitors.identity(
                "session",
                new Rules.CredentialSource.Cookies(List.of("sid")),
                new Rules.Proof.Resolve(
                        "/me", Map.of("id", "/id", "version", "/version"), Duration.ofSeconds(10), Duration.ZERO)));
        Question question = (path, line, site) -> {
            Open one = new Open(line.getValue().charAt("sid=t".length()) - '0');
            open.add(one);
            return one.reply;
        };
        RuleIdentities identities = ((RuleIdentities.Built.Ok) RuleIdentities.build(
                        rules,
                        new RuleIdentities.Surroundings(
                                Path.of("."),
                                name -> Optional.empty(),
                                new byte[] {1},
                                question,
                                () -> nanos[0],
                                InstantSource.fixed(Instant.EPOCH),
                                Visitors.NO_KEYS),
                        new RuleIdentities.Limits(3, 6, Duration.ofMinutes(5))))
                .identities();
        int known = 0;
        for (int step = 0; step < 20_000; step++) {
            int visitor = random.nextInt(VISITORS);
            switch (random.nextInt(10)) {
                case 0 -> nanos[0] += random.nextInt(3_000) * 1_000_000L;
                case 1 -> change(identities, visitor, random.nextInt(3));
                case 2, 3 -> look(random);
                case 4, 5 -> reply(random);
                default -> known += ask(identities, visitor) ? 1 : 0;
            }
        }
        assertTrue(known > 500, "too few were known for this to mean anything: " + known);
    }

    /** Signed in or out or given another role; announced as an end, as a forgotten group, or not at all. */
    private void change(RuleIdentities identities, int visitor, int how) {
        replaced.put(visitor + ":" + versions[visitor], nanos[0]);
        versions[visitor]++;
        if (how == 0) {
            RequestHead request = request(visitor);
            identities.end(((Carried.One) identities.find("session", request)).credential());
            announced[visitor] = versions[visitor];
        } else if (how == 1) {
            identities.forget(List.of(new PurgeGroup("identity:session:id=u" + visitor, "")));
            announced[visitor] = versions[visitor];
        }
    }

    private void look(Random random) {
        if (!open.isEmpty()) {
            Open one = open.get(random.nextInt(open.size()));
            if (one.answer == null) {
                one.answer = answer(one.visitor);
            }
        }
    }

    private void reply(Random random) {
        if (!open.isEmpty()) {
            Open one = open.remove(random.nextInt(open.size()));
            String answer = one.answer == null ? answer(one.visitor) : one.answer;
            assertTrue(one.reply.complete(new Reply.Answered(200, answer.getBytes(StandardCharsets.UTF_8))));
        }
    }

    private boolean ask(RuleIdentities identities, int visitor) {
        RequestHead request = request(visitor);
        Carried.One carried = (Carried.One) identities.find("session", request);
        Known known = identities.peek(carried, request);
        if (known == null) {
            known = identities.ask(carried, request).toCompletableFuture().getNow(null);
        }
        if (!(known instanceof Known.Somebody somebody)) {
            return false;
        }
        assertEquals("u" + visitor, somebody.identity().claim("id"));
        int version = Integer.parseInt(somebody.identity().claim("version"));
        assertTrue(
                version >= announced[visitor],
                () -> "version " + version + " is known after " + announced[visitor] + " was announced");
        Long until = replaced.get(visitor + ":" + version);
        assertTrue(until == null || nanos[0] - until < TTL, "what was replaced is known for longer than the ttl");
        return true;
    }
}
