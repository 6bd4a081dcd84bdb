package dev.larder.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rules.Problem;
import dev.larder.settings.Settings.Address;
import dev.larder.settings.Settings.Transport;
import dev.larder.settings.Settings.WritesWhenStoreUnreachable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullUnmarked
class SettingsLoaderTest {

    private static final Map<String, String> NONE = Map.of();
    private static final String LONG_SECRET = "0123456789abcdef";

    @Test
    void everyDefaultIsPinned() {
        assertEquals(
                new Settings(
                        new Address("127.0.0.1", 8080),
                        new Address("127.0.0.1", 9090),
                        URI.create("http://127.0.0.1:3000"),
                        Path.of("rules.yaml"),
                        Transport.AUTO,
                        0,
                        new Settings.Store(
                                "memory",
                                "larder:",
                                256L << 20,
                                5,
                                Duration.ofSeconds(1),
                                10_000,
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(10),
                                32L << 20,
                                Duration.ofSeconds(3),
                                Settings.Tls.DEFAULT,
                                Optional.of(Path.of("larder-owed.journal"))),
                        Optional.empty(),
                        false,
                        List.of(),
                        List.of(),
                        new Settings.Timeouts(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(60),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(75),
                                Duration.ofSeconds(5),
                                Duration.ofMillis(50),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(10)),
                        new Settings.Bounds(10_000, 8 << 10, 32 << 10, 512, 1024, 64L << 20, 64 << 10, 100_000, 256),
                        WritesWhenStoreUnreachable.FORWARD,
                        Duration.ofSeconds(30),
                        Settings.AccessLog.OFF,
                        Optional.empty(),
                        List.of(),
                        new Settings.Trial(false, false, 0.001),
                        new Settings.Telemetry(Optional.empty(), 0.1),
                        Optional.empty(),
                        Optional.empty()),
                load("", NONE, NONE));
    }

    /** Of every setting a text that is not its default. */
    static Map<String, String> others() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("listen", "0.0.0.0:80");
        others.put("admin", "[::1]:0");
        others.put("backend", "http://backend:8000");
        others.put("rules", "other.yaml");
        others.put("transport", "io-uring");
        others.put("threads", "3");
        others.put("secret", LONG_SECRET);
        others.put("admin-token", "another " + LONG_SECRET);
        others.put("admin-origins", "https://admin.example,http://other.example:8443");
        others.put("instance", "blue-1");
        others.put("encrypt", "true");
        others.put("trusted-proxies", "10.0.0.0/8,192.168.1.1,fd00::/8");
        others.put("authorities", "a.example,b.example");
        others.put("store.url", "rediss://user:p%40ss@redis.example:6380/2");
        others.put("store.namespace", "shop:");
        others.put("store.max-bytes", "1GB");
        others.put("store.circuit-failures", "1");
        others.put("store.circuit-retry", "250ms");
        others.put("store.max-in-flight", "7");
        others.put("store.intent-lease", "1m");
        others.put("store.group-ttl", "P1D");
        others.put("store.near-max-bytes", "0");
        others.put("store.member-lease", "1500ms");
        others.put("store.owed-file", "memory");
        others.put("store.tls-verify", "ca");
        others.put("store.tls-ca-file", "ca.pem");
        others.put("store.tls-certificate-file", "larder.pem");
        others.put("store.tls-key-file", "larder.key");
        for (String wait : List.of(
                "connect",
                "response-head",
                "body-idle",
                "client-head",
                "client-idle",
                "identity",
                "store",
                "flight",
                "patience",
                "drain")) {
            others.put("timeouts." + wait, "7s");
        }
        others.put("bounds.connections", "11");
        others.put("bounds.request-line-bytes", "4KiB");
        others.put("bounds.head-bytes", "16KiB");
        others.put("bounds.origin-connections", "12");
        others.put("bounds.origin-queue", "0");
        others.put("bounds.capture-bytes", "13");
        others.put("bounds.max-inspect-bytes", "14");
        others.put("bounds.identities", "15");
        others.put("bounds.questions", "16");
        others.put("writes-when-store-unreachable", "refuse");
        others.put("unknown-outcome-hold", "0");
        others.put("access-log", "json");
        others.put("access-log-sample", "12.5%");
        others.put("last-run-file", "last-run.json");
        others.put("telemetry.otlp-endpoint", "http://collector.example:4318");
        others.put("telemetry.sampling", "50%");
        others.put("bypass", "true");
        others.put("observe", "true");
        others.put("truth-sampling", "2%");
        return others;
    }

    static Set<Map.Entry<String, String>> eachOther() {
        return others().entrySet();
    }

    @Test
    void theTableNamesEverySettingOnce() {
        List<SettingsLoader.Description> table = SettingsLoader.descriptions();
        assertEquals(
                others().keySet(),
                new java.util.LinkedHashSet<>(
                        table.stream().map(SettingsLoader.Description::path).toList()));
        Set<String> variables = new HashSet<>();
        Set<String> flags = new HashSet<>();
        for (SettingsLoader.Description each : table) {
            assertTrue(variables.add(each.environment()), each.environment());
            assertTrue(flags.add(each.flag()), each.flag());
            assertTrue(each.path().matches("[a-z-]+(\\.[a-z-]+)?"), each.path());
            assertFalse(each.meaning().isBlank() || each.meaning().contains("\n"), each.path());
        }
        assertTrue(variables.contains("LARDER_TIMEOUTS_RESPONSE_HEAD"));
        assertTrue(flags.contains("--timeouts-response-head"));
    }

    @ParameterizedTest
    @MethodSource("eachOther")
    void everySettingIsReachedByFileEnvironmentAndFlag(Map.Entry<String, String> other) {
        String path = other.getKey();
        String text = other.getValue();
        Map<String, String> needed = path.equals("encrypt") ? Map.of("LARDER_SECRET", LONG_SECRET) : NONE;
        Map<String, String> environment = new HashMap<>(needed);
        environment.put(description(path).environment(), text);
        Settings byFile = load(file(path, text), needed, NONE);
        Settings byEnvironment = load("", environment, NONE);
        Settings byFlag = load("", needed, Map.of(path, text));
        assertNotEquals(load("", NONE, NONE), byFile);
        assertEquals(byFile, byEnvironment);
        assertEquals(byFile, byFlag);
    }

    @Test
    void eachSettingReachesItsOwnField() {
        Settings all = load("", NONE, others());
        Settings defaults = load("", NONE, NONE);
        for (var component : Settings.class.getRecordComponents()) {
            assertNotEquals(value(component, defaults), value(component, all), component.getName());
        }
        // Same texts in one group would hide two fields that are swapped.
        Map<String, String> waits = new LinkedHashMap<>();
        int seconds = 100;
        for (var component : Settings.Timeouts.class.getRecordComponents()) {
            waits.put("timeouts." + kebab(component.getName()), seconds++ + "s");
        }
        Settings.Timeouts timeouts = load("", NONE, waits).timeouts();
        for (var component : Settings.Timeouts.class.getRecordComponents()) {
            assertEquals(
                    waits.get("timeouts." + kebab(component.getName())),
                    ((Duration) value(component, timeouts)).toSeconds() + "s");
        }
        for (var component : Settings.Bounds.class.getRecordComponents()) {
            String path = "bounds." + kebab(component.getName());
            Settings.Bounds bounds = load("", NONE, Map.of(path, "5000")).bounds();
            assertEquals(5000, ((Number) value(component, bounds)).longValue(), path);
        }
    }

    @Test
    void flagsWinOverEnvironmentAndEnvironmentOverFile() {
        String file = "timeouts:\n  store: 1ms\n  connect: 1ms\n  drain: 1ms\n";
        Map<String, String> environment = Map.of(
                "LARDER_TIMEOUTS_STORE", "2ms", "LARDER_TIMEOUTS_CONNECT", "2ms", "HOME", "/", "LARDER_SECRET", "");
        Settings.Timeouts timeouts =
                load(file, environment, Map.of("timeouts.store", "3ms")).timeouts();
        assertEquals(Duration.ofMillis(3), timeouts.store());
        assertEquals(Duration.ofMillis(2), timeouts.connect());
        assertEquals(Duration.ofMillis(1), timeouts.drain());
    }

    @Test
    void storeAloneMeansItsUrl() {
        assertEquals(
                "redis://a:1", load("store: redis://a:1\n", NONE, NONE).store().url());
        assertEquals(
                "redis://a:1",
                load("", Map.of("LARDER_STORE", "redis://a:1"), NONE).store().url());
        assertEquals(
                "redis://a:1",
                load("", NONE, Map.of("store", "redis://a:1")).store().url());
    }

    @Test
    void aListIsAListOrPartedByCommas() {
        List<String> expected = List.of("10.0.0.0/8", "::1");
        assertEquals(
                expected,
                load("trusted-proxies: [10.0.0.0/8, '::1']\n", NONE, NONE).trustedProxies());
        assertEquals(
                expected, load("trusted-proxies: 10.0.0.0/8, ::1\n", NONE, NONE).trustedProxies());
    }

    @Test
    void authoritiesAreOneGroupOrSeveral() {
        List<List<String>> one = List.of(List.of("a.example", "www.a.example:8443"));
        assertEquals(
                one,
                load("authorities: [A.example, 'www.a.example:8443']\n", NONE, NONE)
                        .authorities());
        assertEquals(
                List.of(List.of("a", "b"), List.of("c", "d", "e")),
                load("authorities: [[a, b], [c, d, e]]\n", NONE, NONE).authorities());
        assertEquals(
                List.of(List.of("a", "b"), List.of("c", "d")),
                load("", Map.of("LARDER_AUTHORITIES", "a,b; c, d"), NONE).authorities());
        assertEquals(
                "larder.yaml:1:14: authorities is \"a\"; expected each host once\n",
                problems("authorities: [[a, b], [c, a]]\n", NONE, NONE));
    }

    @Test
    void everythingThatIsWrongInAFileIsSaidAtOnceWithItsPlace() {
        assertEquals("""
                larder.yaml:1:1: unknown setting "lisen"; expected one of listen, admin, backend, rules, transport, threads, secret, admin-token, admin-origins, instance, encrypt, trusted-proxies, authorities, store, timeouts, bounds, writes-when-store-unreachable, unknown-outcome-hold, access-log, access-log-sample, last-run-file, telemetry, bypass, observe, truth-sampling; did you mean "listen"?
                larder.yaml:2:9: listen is "8080"; expected an address and a port such as 127.0.0.1:8080; did you mean "127.0.0.1:8080"?
                larder.yaml:3:10: backend begins with https:, which is not yet supported; expected a backend that is reached in plain HTTP, e.g. http://127.0.0.1:3000
                larder.yaml:4:14: authorities is "http://a"; expected hosts without scheme or path, parted by commas, groups of them by semicolons
                larder.yaml:6:3: unknown setting "timeouts.respons-head"; expected one of connect, response-head, body-idle, client-head, client-idle, identity, store, flight, patience, drain; did you mean "timeouts.response-head"?
                larder.yaml:7:10: timeouts.store is "0"; expected at least 1ms
                larder.yaml:8:12: timeouts.connect is "2 secs"; expected a duration such as 30s, 5m or PT5M; did you mean "2s"?
                larder.yaml:9:1: unknown setting "max-bytes"; expected one of listen, admin, backend, rules, transport, threads, secret, admin-token, admin-origins, instance, encrypt, trusted-proxies, authorities, store, timeouts, bounds, writes-when-store-unreachable, unknown-outcome-hold, access-log, access-log-sample, last-run-file, telemetry, bypass, observe, truth-sampling; did you mean "store.max-bytes"?
                larder.yaml:11:15: bounds.head-bytes is "2GiB"; expected at most 1MiB
                larder.yaml:12:15: bounds.connections has no value; expected visitors' connections at once; more get an early 503
                larder.yaml:13:12: transport is "epol"; expected one of auto, epoll, io-uring, nio; did you mean "epoll"?
                larder.yaml:14:18: trusted-proxies is "10.0.0.0/33"; expected IP addresses or ranges such as 10.0.0.0/8, parted by commas
                larder.yaml:15:13: access-log is "yes"; expected one of off, text, json
                larder.yaml:16:1: "listen" is there twice; expected it once: it stands on line 2 already
                larder.yaml:17:8: rules is a map; expected the rules file, relative to the working directory
                """, problems("""
                        lisen: 127.0.0.1:8080
                        listen: 8080
                        backend: https://backend.example
                        authorities: [http://a, b]
                        timeouts:
                          respons-head: 5s
                          store: 0
                          connect: 2 secs
                        max-bytes: 1GB
                        bounds:
                          head-bytes: 2GiB
                          connections:
                        transport: epol
                        trusted-proxies: [10.0.0.0/33]
                        access-log: yes
                        listen: 127.0.0.1:1
                        rules: {}
                        """, NONE, NONE));
    }

    @Test
    void environmentAndFlagsAreCheckedLikeTheFile() {
        assertEquals(
                """
                environment: LARDER_AUTHORITIES is "a"; expected at least two hosts that share stored responses
                environment: LARDER_THREADS is "-1"; expected a whole number from 0 to 1024
                environment: there is no setting for the variable LARDER_TIMEOUT_STORE; expected a variable that --help names; did you mean "LARDER_TIMEOUTS_STORE"?
                command line: --admin is "127.0.0.1:70000"; expected an address and a port such as 127.0.0.1:8080
                command line: there is no setting for the flag --timeouts-stor; expected a flag that --help names; did you mean "--timeouts-store"?
                """,
                problems(
                        "",
                        Map.of(
                                "LARDER_THREADS", "-1",
                                "LARDER_TIMEOUT_STORE", "1s",
                                "LARDER_AUTHORITIES", "a"),
                        Map.of("admin", "127.0.0.1:70000", "timeouts.stor", "1s")));
    }

    @Test
    void variablesThatSomebodyElseReadsAreLeftAlone() {
        SettingsLoader loader = new SettingsLoader(Set.of("LARDER_JAVA_OPTS"));
        assertInstanceOf(
                SettingsLoader.Loaded.Ok.class, loader.load("", "", Map.of("LARDER_JAVA_OPTS", "-Xmx64m"), NONE));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:3000,  http://127.0.0.1:3000",
        "http://127.0.0.1:3000/, http://127.0.0.1:3000",
        "http://backend,         http://backend",
        "http://my_service,      http://my_service",
        "http://my_service:3000/, http://my_service:3000",
        "http://[::1]:3000,      http://[::1]:3000",
    })
    void aBackendIsAHostAndAPort(String text, String expected) {
        assertEquals(
                URI.create(expected), load("", NONE, Map.of("backend", text)).backend());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:3000",
        "http://",
        "http://a/path",
        "http://a?x=1",
        "http://a#x",
        "http://a:0",
        "http://a:70000",
        "http://user:pw@a",
        "ftp://a",
        "https://a",
        "http://my_host:0",
        "http://my_host:70000",
        "http://my_host:",
        "http://user_x:pw@my_host",
        "http://my_hóst",
        "not a url"
    })
    void anythingElseIsNoBackend(String text) {
        String problems = problems("", NONE, Map.of("backend", text));
        assertTrue(problems.startsWith("command line: --backend "), problems);
        assertFalse(problems.contains("pw"), problems);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://a",
                "redis://a:6379/1",
                "rediss://:pw@a:6380",
                "rediss://u:p%2Fw@a",
                "redis://[::1]:6379",
                "rediss://a:6379?timeout=1s",
                "memory",
                "redis-sentinel://a,b:26380,c/2#courses",
                "rediss-sentinel://u:p%40w@a:1,b:2#courses",
                "redis-cluster://a",
                "redis-cluster://a:7000,b:7001,[fd00::1]:7002",
                "rediss-cluster://u:pw@a:7000,b/",
                "redis-cluster://a:7000/0"
            })
    void aStoreIsMemoryOrRedisOfAnyKind(String url) {
        assertEquals(url, load("", NONE, Map.of("store.url", url)).store().url());
    }

    @ParameterizedTest
    @CsvSource({"memry", "http://u:hidden@a", "redis://", "redis://u:hid/den@a", "redis://u:hidden@a:0", "hidden:6379"})
    void anythingElseIsNoStoreAndNoPasswordIsShown(String url) {
        String problems = problems("", NONE, Map.of("store.url", url));
        assertTrue(problems.startsWith("command line: --store-url "), problems);
        assertFalse(problems.contains("hid") && url.contains("@"), problems);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://u:hidden@a,b | names several hosts; expected redis-cluster:// for a cluster, redis-sentinel:// for sentinels",
                "redis-sentinel://u:hidden@a,b | names sentinels but not whose; expected #NAME at the end, the master's name",
                "redis-cluster://u:hidden@a/3 | names a database, and a cluster has only one; expected no database",
                "redis-cluster://u:hidden@a,,b | names no host and port that can be read",
                "rediss://u:hidden@a#x | ends in #NAME, which is for sentinels",
                "redis-clutser://u:hidden@a | begins with \"redis-clutser:\""
            })
    void aStoreThatIsWrittenWrongIsToldHow(String url, String problem) {
        String problems = problems("", NONE, Map.of("store.url", url));
        assertTrue(problems.contains(problem), problems);
        assertFalse(problems.contains("hidden"), problems);
    }

    @Test
    void aHostedRedisIsItsOwnProtocolOverTls() {
        Map<String, String> pair =
                Map.of("UPSTASH_REDIS_REST_URL", "https://eu1-x.upstash.io", "UPSTASH_REDIS_REST_TOKEN", "AX/+=é~z");
        assertEquals(
                "rediss://default:AX%2F%2B%3D%C3%A9~z@eu1-x.upstash.io:6379",
                load("", pair, NONE).store().url());
        assertEquals(
                "memory", load("store:\n  url: memory\n", pair, NONE).store().url());
        assertEquals(
                "memory", load("", pair, Map.of("store.url", "memory")).store().url());
    }

    @Test
    void halfAHostedRedisIsAProblemUnlessAStoreIsSetOtherwise() {
        Map<String, String> half = Map.of("UPSTASH_REDIS_REST_TOKEN", "hidden");
        assertEquals(
                "environment: UPSTASH_REDIS_REST_TOKEN is set without UPSTASH_REDIS_REST_URL; expected both, or neither of them\n",
                problems("", half, NONE));
        assertEquals(
                "memory", load("", half, Map.of("store.url", "memory")).store().url());
        assertEquals(
                "environment: UPSTASH_REDIS_REST_URL is no URL of a host; expected https://HOST\n",
                problems(
                        "", Map.of("UPSTASH_REDIS_REST_TOKEN", "hidden", "UPSTASH_REDIS_REST_URL", "redis://x"), NONE));
    }

    @Test
    void noSecretIsEverShown() {
        assertEquals(
                "environment: LARDER_SECRET has 6 characters; expected at least 16, e.g. what openssl rand -base64 32 prints\n",
                problems("", Map.of("LARDER_SECRET", "hidden"), NONE));
        Settings settings =
                load("", NONE, Map.of("secret", "hidden" + LONG_SECRET, "store.url", "redis://user:hidden@a:1"));
        assertFalse(settings.toString().contains("hidden"), settings.toString());
        assertFalse(settings.store().toString().contains("hidden"));
        assertEquals("redis://a:1", settings.store().shownUrl());
    }

    @Test
    void encryptionNeedsASecret() {
        assertEquals(
                "larder.yaml: encrypt is true, and there is no secret to encrypt with; expected a secret as well,"
                        + " e.g. what openssl rand -base64 32 prints in LARDER_SECRET\n",
                problems("encrypt: true\n", NONE, NONE));
        assertTrue(load("encrypt: true\n", Map.of("LARDER_SECRET", LONG_SECRET), NONE)
                .encrypt());
        assertFalse(load("secret: " + LONG_SECRET + "\n", NONE, NONE).encrypt());
    }

    @Test
    void oneAddressCannotBeBoth() {
        assertEquals(
                "settings: listen and admin are both 127.0.0.1:9090; expected two addresses\n",
                problems("", NONE, Map.of("listen", "127.0.0.1:9090")));
        assertEquals(
                new Address("127.0.0.1", 0),
                load("", NONE, Map.of("listen", "127.0.0.1:0", "admin", "127.0.0.1:0"))
                        .admin());
    }

    @Test
    void aFileThatIsNamedMustBeThere() {
        SettingsLoader.Loaded loaded = new SettingsLoader().load(Optional.of(Path.of("nowhere.yaml")), NONE, NONE);
        assertEquals("nowhere.yaml: there is no such file; expected a settings file\n", lines(loaded));
    }

    private static SettingsLoader.Description description(String path) {
        return SettingsLoader.descriptions().stream()
                .filter(each -> each.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static String file(String path, String text) {
        int dot = path.indexOf('.');
        String name = path.substring(dot + 1);
        String group = dot < 0 ? "" : path.substring(0, dot) + ":\n  ";
        return group + name + ": \"" + text + "\"\n";
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static Object value(java.lang.reflect.RecordComponent component, Object record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void whatIsWrittenOtherwiseThanBeforeIsNamedByItsPath() {
        SettingsLoader.Loaded.Ok before = ok("store:\n  url: redis://one\n");
        SettingsLoader.Loaded.Ok after = ok("store:\n  url: redis://two\ntimeouts:\n  store: 51ms\n");
        assertEquals(List.of("store.url", "timeouts.store"), before.differing(after));
        assertEquals(List.of(), before.differing(ok("store: { url: redis://one }\n")));
    }

    private static SettingsLoader.Loaded.Ok ok(String text) {
        return assertInstanceOf(
                SettingsLoader.Loaded.Ok.class, new SettingsLoader().load("larder.yaml", text, NONE, NONE));
    }

    private static Settings load(String text, Map<String, String> environment, Map<String, String> flags) {
        SettingsLoader.Loaded loaded = new SettingsLoader().load("larder.yaml", text, environment, flags);
        return assertInstanceOf(SettingsLoader.Loaded.Ok.class, loaded, () -> lines(loaded))
                .settings();
    }

    private static String problems(String text, Map<String, String> environment, Map<String, String> flags) {
        return lines(new SettingsLoader().load(text.isEmpty() ? "" : "larder.yaml", text, environment, flags));
    }

    private static String lines(SettingsLoader.Loaded loaded) {
        StringBuilder lines = new StringBuilder();
        for (Problem problem : ((SettingsLoader.Loaded.Refused) loaded).problems()) {
            lines.append(problem).append('\n');
        }
        return lines.toString();
    }
}
