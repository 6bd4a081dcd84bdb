package dev.larder.suite;

import static dev.larder.suite.PrivateTest.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Backend;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.Until;
import dev.larder.store.redis.RealRedis;
import io.lettuce.core.api.sync.RedisCommands;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever can write to Redis cannot make larder serve it, where a secret is set. Each case stores what two visitors may
 * see, lets the backend change unseen, tampers, and compares with what the backend alone answers: whatever is served from
 * storage after all is found out by its version.
 */
class TamperTest {

    private static final Optional<String> SECRET = Optional.of("a secret for tests of tampering");
    private static final Optional<String> ANOTHER = Optional.of("another secret for the same tests");

    private static final String MINE = cookie("user-1");
    private static final String THEIRS = cookie("user-2");
    private static final String TARGET = "/api/user/courses";

    private static final String MY_KEY = "larder:user:courses:limit:5:page:1:search::userId:11";
    private static final String THEIR_KEY = "larder:user:courses:limit:5:page:1:search::userId:12";
    private static final String SITE = "http://courses.test|";
    private static final String OTHER_SITE = "http://other.test|";

    private static RealRedis redis;

    private final Backend backend =
            new Backend().session("user-1", "11", "USER").session("user-2", "12", "USER");

    @BeforeAll
    static void startRedis() {
        redis = new RealRedis();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void empty() {
        redis.commands().flushall();
    }

    private interface Tampering {
        void with(RedisCommands<String, byte[]> octets) throws Exception;
    }

    private ProxyRig rig(String namespace, Optional<String> secret, boolean encrypt) {
        return ProxyRig.with(
                Rigs.courseRules(),
                backend,
                settings -> Rigs.onRedis(settings, redis.port(), namespace, secret, encrypt));
    }

    private static RawClient direct(ProxyRig rig) {
        return RawClient.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), rig.origin().port()));
    }

    private static String version(Backend backend) {
        return "\"is\":\"" + backend.version() + "\"";
    }

    /** Asks until what the backend says now is a hit. */
    private void store(ProxyRig rig, String visitor, String... more) throws Exception {
        String[] fields = Arrays.copyOf(more, more.length + 1);
        fields[more.length] = visitor;
        try (RawClient client = rig.client()) {
            Until.holds("a hit for " + visitor, () -> {
                Answer answer = client.get(TARGET, fields);
                return answer.cacheStatus().startsWith("larder; hit")
                        && answer.text().contains(version(backend));
            });
        }
    }

    /** Another sidecar, which stores its own answer for me at the same backend. */
    private void storeBy(String namespace, Optional<String> secret, boolean encrypt) throws Exception {
        try (ProxyRig other = rig(namespace, secret, encrypt)) {
            store(other, MINE);
        }
    }

    private void verify(String what, ProxyRig rig, Tampering tampering) throws Exception {
        redis.commands().flushall();
        store(rig, MINE);
        store(rig, THEIRS);
        backend.change();
        try (RawClient client = rig.client();
                RawClient origin = direct(rig)) {
            // Emptying the server has taken the sidecar off the list of members, which it notices soon.
            Until.holds(
                    what + ": a hit while untouched",
                    () -> client.get(TARGET, MINE).cacheStatus().startsWith("larder; hit"));
            tampering.with(redis.octets());
            for (String visitor : new String[] {MINE, THEIRS, MINE}) {
                if (visitor.equals(THEIRS)) {
                    // Theirs was not touched, and may be the old one.
                    Answer theirs = client.get(TARGET, visitor);
                    assertTrue(theirs.text().contains("\"by\":\"12\""), what + ": " + theirs.text());
                    continue;
                }
                same(what, origin.get(TARGET, visitor), client.get(TARGET, visitor));
            }
        }
        // A circuit that has opened closes again, and the next case finds the store usable.
        redis.commands().flushall();
    }

    private static void same(String what, Answer alone, Answer answer) {
        String about = what + ": " + answer.cacheStatus();
        assertEquals(alone.status(), answer.status(), about);
        assertEquals(alone.text(), answer.text(), about);
        for (String name : new String[] {"content-type", "location", "set-cookie", "content-length"}) {
            assertEquals(alone.fields().get(name), answer.fields().get(name), about);
        }
    }

    // ---- values ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aValueThatWasChangedIsNeverServed(boolean encrypt) throws Exception {
        try (ProxyRig rig = rig("larder:", SECRET, encrypt)) {
            changes().forEach((what, change) -> {
                try {
                    verify(what, rig, octets -> {
                        byte[] value = octets.hget(MY_KEY, SITE);
                        octets.hset(MY_KEY, SITE, change.of(value));
                    });
                } catch (Exception e) {
                    throw new AssertionError(what, e);
                }
            });
        }
    }

    private interface Change {
        byte[] of(byte[] value);
    }

    private static Map<String, Change> changes() {
        Map<String, Change> changes = new LinkedHashMap<>();
        changes.put("a bit of the version", value -> flipped(value, 0));
        changes.put("a bit of the kind", value -> flipped(value, 12));
        changes.put("a bit of the check", value -> flipped(value, 25));
        changes.put(
                "the case of a digit of the check",
                value -> text(value)
                        .replaceFirst(
                                "^(larder/1 [^ ]+ )([0-9a-f]+)",
                                "$1" + word(value).toUpperCase(java.util.Locale.ROOT))
                        .getBytes(StandardCharsets.ISO_8859_1));
        changes.put("a bit of the lengths", value -> flipped(value, end(value) - 1));
        changes.put("a bit of the key", value -> flipped(value, end(value) + 6));
        changes.put("a bit of the status", value -> flipped(value, end(value) + 50));
        changes.put("a bit in the middle", value -> flipped(value, value.length / 2));
        changes.put("the last bit", value -> flipped(value, value.length - 1));
        changes.put("nothing left", value -> new byte[0]);
        changes.put("the last byte missing", value -> Arrays.copyOf(value, value.length - 1));
        changes.put("only the first line", value -> Arrays.copyOf(value, end(value) + 1));
        changes.put("a byte more", value -> Arrays.copyOf(value, value.length + 1));
        changes.put("a byte moved from head to body", TamperTest::shifted);
        changes.put("other lifetimes", value -> replaced(value, "lifetime-ms 300000", "lifetime-ms 900000"));
        changes.put("another status", value -> replaced(value, "status 200", "status 503"));
        changes.put("a cookie", value -> replaced(value, "= Content-Type: a", "= Set-Cookie: a=b"));
        changes.put("another body", value -> replaced(value, "\"by\":\"11\"", "\"by\":\"12\""));
        changes.put("another body under a right checksum", value -> unkeyed(replaced(value, "\"11\"", "\"12\"")));
        changes.put("the same body under a right checksum", TamperTest::unkeyed);
        changes.put("megabytes of noise", value -> noise(3 << 20));
        changes.put("megabytes that begin well", value -> {
            byte[] many = Arrays.copyOf(value, 3 << 20);
            return many;
        });
        changes.put(
                "lengths that nothing could hold",
                value -> ("larder/1 hmac-sha256 " + "0".repeat(64) + " head 2147483647 body 2147483647\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        return changes;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }

    private static String word(byte[] value) {
        return text(value).split(" ", 4)[2];
    }

    private static int end(byte[] value) {
        return text(value).indexOf('\n');
    }

    private static byte[] flipped(byte[] value, int at) {
        byte[] flipped = value.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    /** Where it is encrypted there is nothing to replace, so that something else is. */
    private static byte[] replaced(byte[] value, String by, String with) {
        String text = text(value);
        return text.contains(by)
                ? text.replace(by, with).getBytes(StandardCharsets.ISO_8859_1)
                : flipped(value, value.length - by.length());
    }

    private static byte[] shifted(byte[] value) {
        String[] words = text(value).substring(0, end(value)).split(" ", -1);
        int head = Integer.parseInt(words[4]);
        int body = Integer.parseInt(words[6]);
        return (String.join(" ", words[0], words[1], words[2]) + " head " + (head - 1) + " body " + (body + 1)
                        + text(value).substring(end(value)))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same content under a checksum and lengths that are right; what is encrypted has no head, which does not matter. */
    static byte[] unkeyed(byte[] value) {
        String content = text(value).substring(end(value) + 1);
        int head = content.indexOf("\n\n") + 2;
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(
                        "larder/1 crc32c %08x head %d body %d\n%s",
                        crc.getValue(), head, content.length() - head, content)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(3).nextBytes(noise);
        return noise;
    }

    // ---- places ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aValueOfAnotherPlaceIsNeverServed(boolean encrypt) throws Exception {
        try (ProxyRig rig = rig("larder:", SECRET, encrypt)) {
            verify("another visitor's", rig, octets -> octets.hset(MY_KEY, SITE, octets.hget(THEIR_KEY, SITE)));
            verify("another visitor's, as it lies", rig, octets -> {
                octets.del(MY_KEY);
                octets.rename(THEIR_KEY, MY_KEY);
                octets.hset(THEIR_KEY, octets.hgetall(MY_KEY));
            });
            verify("another variant's", rig, octets -> {
                octets.hset(MY_KEY, SITE + "rsc:1", octets.hget(MY_KEY, SITE));
                octets.hset(MY_KEY, SITE + "vary", "rsc".getBytes(StandardCharsets.UTF_8));
                octets.hdel(MY_KEY, SITE);
            });
            verify("another namespace's", rig, octets -> {
                storeBy("other:", SECRET, encrypt);
                byte[] value = octets.hget(MY_KEY.replace("larder:", "other:"), SITE);
                backend.change();
                octets.hset(MY_KEY, SITE, value);
            });
            verify("from under another secret", rig, octets -> instead(octets, ANOTHER, encrypt));
            verify("from the other mode of the same secret", rig, octets -> instead(octets, SECRET, !encrypt));
            verify("from a sidecar without a secret", rig, octets -> instead(octets, Optional.empty(), false));
        }
    }

    /** What a sidecar of another secret has stored, in the same place and under the same epochs. */
    private void instead(RedisCommands<String, byte[]> octets, Optional<String> secret, boolean encrypt)
            throws Exception {
        octets.del(MY_KEY);
        storeBy("larder:", secret, encrypt);
        assertTrue(octets.hexists(MY_KEY, SITE));
        backend.change();
    }

    @Test
    void aValueOfAnotherSiteIsNeverServed() throws Exception {
        try (ProxyRig rig = rig("larder:", SECRET, false);
                RawClient client = rig.client();
                RawClient origin = direct(rig)) {
            String other = "GET " + TARGET + " HTTP/1.1\r\nHost: other.test\r\n" + MINE + "\r\n\r\n";
            store(rig, MINE);
            Until.holds(
                    "stored for the other site",
                    () -> client.send(other).answer(false).cacheStatus().startsWith("larder; hit"));
            backend.change();
            redis.octets().hset(MY_KEY, SITE, redis.octets().hget(MY_KEY, OTHER_SITE));
            same("another site's", origin.get(TARGET, MINE), client.get(TARGET, MINE));
        }
    }

    // ---- what lies beside the values ---------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whateverLiesBesideTheValuesTheAnswerIsTheBackends(boolean secret) throws Exception {
        Map<String, Tampering> cases = new LinkedHashMap<>();
        for (String names :
                new String[] {"*", "rsc", "rsc,next-url", ",,,", "cookie", "\0\r\n", "rsc".repeat(30_000)}) {
            cases.put("vary " + names.substring(0, Math.min(9, names.length())), octets -> {
                octets.hset(MY_KEY, SITE + "vary", names.getBytes(StandardCharsets.ISO_8859_1));
                octets.hset(MY_KEY, SITE, new byte[] {1});
            });
        }
        cases.put("no vary", octets -> octets.hdel(MY_KEY, SITE + "vary"));
        cases.put("order", octets -> {
            octets.hset(
                    MY_KEY, SITE + "order", "vary\norder\n\n\nx:1\n".repeat(50).getBytes(StandardCharsets.UTF_8));
            octets.hdel(MY_KEY, SITE);
        });
        cases.put("a text instead of responses", octets -> {
            octets.del(MY_KEY);
            octets.set(MY_KEY, new byte[] {1});
        });
        for (String place : new String[] {"@group:*", "@epoch", "@change:*"}) {
            cases.put(
                    place + " no hash",
                    octets -> each(octets, place, name -> {
                        octets.del(name);
                        octets.rpush(name, new byte[] {1});
                    }));
        }
        for (String place : new String[] {"@group:*", "@epoch"}) {
            cases.put(place + " deleted", octets -> each(octets, place, octets::del));
            cases.put(place + " garbled", octets -> each(octets, place, name -> octets.hset(name, "e", noise(100))));
            cases.put(place + " emptied", octets -> each(octets, place, name -> octets.hset(name, "e", new byte[0])));
            cases.put(
                    place + " with odd deadlines",
                    octets -> each(octets, place, name -> {
                        octets.hset(name, "i:x", "soon".getBytes(StandardCharsets.UTF_8));
                        octets.hset(name, "h:x", new byte[0]);
                    }));
        }
        try (ProxyRig rig = rig("larder:", secret ? SECRET : Optional.empty(), false)) {
            for (Map.Entry<String, Tampering> one : cases.entrySet()) {
                verify(one.getKey(), rig, one.getValue());
            }
        }
    }

    private interface Name {
        void change(String name);
    }

    private static void each(RedisCommands<String, byte[]> octets, String pattern, Name change) {
        // A test's own server: nothing waits for it.
        var names = octets.keys("larder:" + pattern);
        assertTrue(!names.isEmpty(), pattern);
        names.forEach(change::change);
    }

    @Test
    void aValueLongerThanAnythingStoredIsNotReadToItsEnd() throws Exception {
        try (ProxyRig rig = rig("larder:", SECRET, false)) {
            Tampering huge = octets -> octets.hset(MY_KEY, SITE, new byte[200 << 20]);
            verify("a huge value", rig, huge);
            verify("huge names of fields", rig, octets -> octets.hset(MY_KEY, SITE + "vary", new byte[200 << 20]));
            store(rig, MINE);
        }
    }

    @Test
    void variantsThatWereMixedUpAreNeverServed() throws Exception {
        String key = "larder:texts";
        try (ProxyRig rig = texts(false);
                RawClient client = rig.client();
                RawClient origin = direct(rig)) {
            Map<String, Tampering> cases = new LinkedHashMap<>();
            cases.put("swapped", octets -> {
                byte[] german = octets.hget(key, SITE + "x-lang:de");
                octets.hset(key, SITE + "x-lang:de", octets.hget(key, SITE + "x-lang:en"));
                octets.hset(key, SITE + "x-lang:en", german);
            });
            cases.put("one for all", octets -> {
                octets.hset(key, SITE, octets.hget(key, SITE + "x-lang:de"));
                octets.hset(key, SITE + "vary", new byte[0]);
                octets.hdel(key, SITE + "x-lang:de", SITE + "x-lang:en");
            });
            cases.put("chosen by another field", octets -> {
                octets.hset(key, SITE + "x-other:1", octets.hget(key, SITE + "x-lang:de"));
                octets.hset(key, SITE + "vary", "x-other".getBytes(StandardCharsets.UTF_8));
                octets.hdel(key, SITE + "x-lang:de", SITE + "x-lang:en");
            });
            for (Map.Entry<String, Tampering> one : cases.entrySet()) {
                redis.commands().flushall();
                for (String language : new String[] {"de", "en"}) {
                    Until.holds(
                            "stored in " + language, () -> isCurrentHit(client.get("/texts", "X-Lang: " + language)));
                }
                backend.change();
                one.getValue().with(redis.octets());
                for (String language : new String[] {"de", "en", "fr"}) {
                    String[] fields = {"X-Lang: " + language, "X-Other: 1"};
                    same(one.getKey(), origin.get("/texts", fields), client.get("/texts", fields));
                }
            }
        }
    }

    private boolean isCurrentHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit") && answer.text().endsWith(backend.version());
    }

    // ---- time --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReplayedValueIsNoOlderThanItsOwnLifetime(boolean encrypt) throws Exception {
        String key = "larder:texts";
        try (ProxyRig rig = texts(encrypt);
                RawClient client = rig.client();
                RawClient origin = direct(rig)) {
            Until.holds("stored", () -> isCurrentHit(client.get("/texts")));
            backend.change();
            byte[] value = redis.octets().hget(key, SITE);
            rig.clock().advance(Duration.ofMinutes(59));
            assertTrue(client.get("/texts").cacheStatus().startsWith("larder; hit"));
            rig.clock().advance(Duration.ofMinutes(2));
            for (int i = 0; i < 3; i++) {
                // In a hash that Redis never lets go, under epochs that still hold.
                redis.octets().hset(key, SITE, value);
                redis.octets().persist(key);
                same("expired", origin.get("/texts"), client.get("/texts"));
                Until.holds("stored again", () -> isCurrentHit(client.get("/texts")));
            }
        }
    }

    private ProxyRig texts(boolean encrypt) {
        String rules = """
                version: 1
                routes:
                  - { name: texts, get: /texts, ttl: 1h }
                """;
        return ProxyRig.with(
                rules,
                (request, exchange) -> {
                    String language = request.fields().getOrDefault("x-lang", "none");
                    exchange.respond(200, language + " " + backend.version(), "Vary: X-Lang");
                    return true;
                },
                settings -> Rigs.onRedis(settings, redis.port(), "larder:", SECRET, encrypt));
    }

    @Test
    void turningSecretAndEncryptionOnAndOffLosesNothingButHits() throws Exception {
        Optional<String> none = Optional.empty();
        record Run(Optional<String> secret, boolean encrypt) {}
        for (Run run : new Run[] {
            new Run(none, false),
            new Run(SECRET, false),
            new Run(SECRET, true),
            new Run(ANOTHER, true),
            new Run(ANOTHER, false),
            new Run(none, false)
        }) {
            try (ProxyRig rig = rig("larder:", run.secret, run.encrypt);
                    RawClient client = rig.client();
                    RawClient origin = direct(rig)) {
                Until.holds(
                        "the store is reached",
                        () -> rig.sidecar().store().status().usable());
                same("after " + run, origin.get(TARGET, MINE), client.get(TARGET, MINE));
                store(rig, MINE);
            }
            backend.change();
        }
    }
}
