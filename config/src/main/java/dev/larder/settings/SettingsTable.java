package dev.larder.settings;

import static dev.larder.settings.SettingText.address;
import static dev.larder.settings.SettingText.authorities;
import static dev.larder.settings.SettingText.backend;
import static dev.larder.settings.SettingText.duration;
import static dev.larder.settings.SettingText.endpoint;
import static dev.larder.settings.SettingText.fileOrMemory;
import static dev.larder.settings.SettingText.flag;
import static dev.larder.settings.SettingText.name;
import static dev.larder.settings.SettingText.number;
import static dev.larder.settings.SettingText.optionalPath;
import static dev.larder.settings.SettingText.origins;
import static dev.larder.settings.SettingText.path;
import static dev.larder.settings.SettingText.ranges;
import static dev.larder.settings.SettingText.secret;
import static dev.larder.settings.SettingText.share;
import static dev.larder.settings.SettingText.size;
import static dev.larder.settings.SettingText.smallSize;
import static dev.larder.settings.SettingText.store;
import static dev.larder.settings.SettingText.text;
import static dev.larder.settings.SettingText.word;

import dev.larder.settings.Settings.Address;
import dev.larder.settings.Settings.TlsVerify;
import dev.larder.settings.Settings.Transport;
import dev.larder.settings.Settings.WritesWhenStoreUnreachable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All settings, once: files, environment, flags, {@code --help} and the documentation follow this table. */
final class SettingsTable {

    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final int MANY = 1_000_000;
    private static final int HEAD_LIMIT = 1 << 20;
    private static final int INSPECT_LIMIT = 16 << 20;

    private static final List<Setting<?>> ALL = new ArrayList<>();

    private SettingsTable() {}

    // ---- where ------------------------------------------------------------------------------------------------

    static final Setting<Address> LISTEN =
            add("listen", "127.0.0.1:8080", "where visitors connect; port 0 lets the system choose", address());
    static final Setting<Address> ADMIN =
            add("admin", "127.0.0.1:9090", "where health, status and metrics are", address());
    static final Setting<URI> BACKEND =
            add("backend", "http://127.0.0.1:3000", "the backend that larder stands in front of", backend());
    static final Setting<Path> RULES =
            add("rules", "rules.yaml", "the rules file, relative to the working directory", path());

    // ---- how --------------------------------------------------------------------------------------------------

    static final Setting<Transport> TRANSPORT = add(
            "transport",
            "auto",
            "auto, epoll, io-uring or nio; auto is epoll where there is one",
            word(Transport.class));
    static final Setting<Integer> THREADS = add("threads", "0", "event loops; 0 is one for each core", number(0, 1024));
    static final Setting<Optional<String>> SECRET = add(
            "secret",
            "",
            "keys the hashes of credentials and the checks of stored values, 16 characters or more",
            secret());
    static final Setting<Optional<String>> ADMIN_TOKEN = add(
            "admin-token",
            "",
            "whoever shows it at the admin address may do all that can be done there, 16 characters or more",
            secret());
    static final Setting<List<String>> ADMIN_ORIGINS = add(
            "admin-origins",
            "",
            "where people reach the admin address through a proxy, e.g. [https://admin.example]; other names than these are refused",
            origins());
    static final Setting<Optional<String>> INSTANCE = add(
            "instance",
            "",
            "what this sidecar is called where several are told apart; the host's name and a few random letters where empty",
            name());
    static final Setting<Boolean> ENCRYPT =
            add("encrypt", "false", "whether stored values are encrypted as well as checked; needs the secret", flag());
    static final Setting<List<String>> TRUSTED_PROXIES = add(
            "trusted-proxies",
            "",
            "addresses or CIDR ranges whose Forwarded and X-Forwarded-* are passed on",
            ranges());
    static final Setting<List<List<String>>> AUTHORITIES = add(
            "authorities",
            "",
            "hosts that share stored responses, e.g. [courses.example, www.courses.example]; several such lists in a list",
            authorities());

    // ---- store ------------------------------------------------------------------------------------------------

    static final Setting<String> STORE_URL = add(
            "store.url", "memory", "memory, redis://, redis-sentinel:// or redis-cluster://; rediss… for TLS", store());
    static final Setting<String> STORE_NAMESPACE =
            add("store.namespace", "larder:", "what every name in Redis begins with", text());
    static final Setting<Long> STORE_MAX_BYTES =
            add("store.max-bytes", "256MiB", "what stored responses may take, in this process or in Redis", size(1));
    static final Setting<Integer> STORE_CIRCUIT_FAILURES = add(
            "store.circuit-failures", "5", "failures in a row after which the store is left alone", number(1, MANY));
    static final Setting<Duration> STORE_CIRCUIT_RETRY = add(
            "store.circuit-retry",
            "1s",
            "how long it is left alone before the next try, at most; at first a sixteenth of it",
            duration(SHORTEST));
    static final Setting<Integer> STORE_MAX_IN_FLIGHT = add(
            "store.max-in-flight",
            "10000",
            "commands under way at once on one connection to the store",
            number(1, MANY));
    static final Setting<Duration> STORE_INTENT_LEASE = add(
            "store.intent-lease",
            "10s",
            "how long the purge that a write announced waits for a sidecar that has died",
            duration(Duration.ofSeconds(1)));
    static final Setting<Duration> STORE_GROUP_TTL = add(
            "store.group-ttl",
            "10m",
            "how long a purge group is kept at least, once it has been used; as long as what is stored under it in any case",
            duration(Duration.ofSeconds(1)));
    static final Setting<Long> STORE_NEAR_MAX_BYTES = add(
            "store.near-max-bytes",
            "32MiB",
            "what copies of stored responses may take in the memory of this process, in front of Redis; 0 for none",
            size(0));
    static final Setting<Duration> STORE_MEMBER_LEASE = add(
            "store.member-lease",
            "3s",
            "how long the purges of other sidecars wait for one that has died",
            duration(Duration.ofMillis(300)));

    static final Setting<Optional<Path>> STORE_OWED_FILE = add(
            "store.owed-file",
            "larder-owed.journal",
            "where purges are noted, before a write goes out, that Redis cannot be told of; memory for nowhere else",
            fileOrMemory());

    static final Setting<TlsVerify> STORE_TLS_VERIFY = add(
            "store.tls-verify",
            "full",
            "what of the store's certificate is checked: full, ca (not its name) or none",
            word(TlsVerify.class));
    static final Setting<Optional<Path>> STORE_TLS_CA_FILE = add(
            "store.tls-ca-file",
            "",
            "certificates to trust instead of those that the Java platform trusts, in PEM",
            optionalPath());
    static final Setting<Optional<Path>> STORE_TLS_CERTIFICATE_FILE =
            add("store.tls-certificate-file", "", "a certificate to show to the store, in PEM", optionalPath());
    static final Setting<Optional<Path>> STORE_TLS_KEY_FILE =
            add("store.tls-key-file", "", "its private key, PKCS#8 in PEM without a password", optionalPath());

    // ---- timeouts ---------------------------------------------------------------------------------------------

    static final Setting<Duration> CONNECT = wait("connect", "2s", "how long connecting to the backend may take");
    static final Setting<Duration> RESPONSE_HEAD =
            wait("response-head", "30s", "how long the head of the backend's answer may take once it has the request");
    static final Setting<Duration> BODY_IDLE = wait("body-idle", "60s", "how long a body may pause, either way");
    static final Setting<Duration> CLIENT_HEAD =
            wait("client-head", "10s", "how long a visitor may take to send the head of a request");
    static final Setting<Duration> CLIENT_IDLE =
            wait("client-idle", "75s", "how long a visitor's connection is kept without a request");
    static final Setting<Duration> IDENTITY =
            wait("identity", "5s", "how long the backend may take to say who a visitor is");
    static final Setting<Duration> STORE = wait("store", "50ms", "how long one round trip to the store may take");
    static final Setting<Duration> FLIGHT = wait("flight", "30s", "how long one fetch may make others wait");
    static final Setting<Duration> PATIENCE = wait("patience", "10s", "how long a request waits for another's fetch");
    static final Setting<Duration> DRAIN =
            add("timeouts.drain", "10s", "how long open requests may take after SIGTERM", duration(Duration.ZERO));

    // ---- bounds -----------------------------------------------------------------------------------------------

    static final Setting<Integer> CONNECTIONS =
            add("bounds.connections", "10000", "visitors' connections at once; more get an early 503", number(1, MANY));
    static final Setting<Integer> REQUEST_LINE_BYTES =
            add("bounds.request-line-bytes", "8KiB", "the longest request line", smallSize(256, HEAD_LIMIT));
    static final Setting<Integer> HEAD_BYTES =
            add("bounds.head-bytes", "32KiB", "the longest head of a message in all", smallSize(1024, HEAD_LIMIT));
    static final Setting<Integer> ORIGIN_CONNECTIONS =
            add("bounds.origin-connections", "512", "connections to the backend at once", number(1, MANY));
    static final Setting<Integer> ORIGIN_QUEUE = add(
            "bounds.origin-queue", "1024", "requests that wait for such a connection; more get 503", number(0, MANY));
    static final Setting<Long> CAPTURE_BYTES =
            add("bounds.capture-bytes", "64MiB", "bodies in memory at once on their way to the store", size(0));
    static final Setting<Integer> MAX_INSPECT_BYTES = add(
            "bounds.max-inspect-bytes",
            "64KiB",
            "the longest body that a rule looks into",
            smallSize(0, INSPECT_LIMIT));
    static final Setting<Integer> IDENTITIES =
            add("bounds.identities", "100000", "visitors that are known at once", number(1, 100 * MANY));
    static final Setting<Integer> QUESTIONS =
            add("bounds.questions", "256", "questions about visitors under way at once", number(1, MANY));

    // ---- what if ----------------------------------------------------------------------------------------------

    static final Setting<WritesWhenStoreUnreachable> WRITES_WHEN_STORE_UNREACHABLE = add(
            "writes-when-store-unreachable",
            "forward",
            "forward (and owe the purge) or refuse (503) writes while the store is away",
            word(WritesWhenStoreUnreachable.class));
    static final Setting<Duration> UNKNOWN_OUTCOME_HOLD = add(
            "unknown-outcome-hold",
            "30s",
            "how long nothing is stored of what a write without an answer may have changed",
            duration(Duration.ZERO));
    static final Setting<Settings.AccessLog.Format> ACCESS_LOG = add(
            "access-log",
            "off",
            "off, text or json: one line on the standard output for each request",
            word(Settings.AccessLog.Format.class));
    static final Setting<Double> ACCESS_LOG_SAMPLE =
            add("access-log-sample", "100%", "of how many requests there is such a line, at random", share());

    static final Setting<Optional<Path>> LAST_RUN_FILE = add(
            "last-run-file",
            "",
            "where the public keys that were asked for most are noted at the end of a run, for larder warm --last-run",
            optionalPath());
    static final Setting<Optional<URI>> OTLP_ENDPOINT = add(
            "telemetry.otlp-endpoint",
            "",
            "the collector that spans are sent to by OTLP over HTTP, e.g. http://127.0.0.1:4318; no spans without it",
            endpoint());
    static final Setting<Double> TELEMETRY_SAMPLING = add(
            "telemetry.sampling",
            "10%",
            "of the requests without a traceparent, how many begin a trace; those with one are as that says",
            share());

    // ---- trying it --------------------------------------------------------------------------------------------

    static final Setting<Boolean> BYPASS = add(
            "bypass",
            "false",
            "whether the cache is off at the start: nothing is served from it or stored, writes purge; larder bypass off ends it",
            flag());
    static final Setting<Boolean> OBSERVE = add(
            "observe",
            "false",
            "forward everything, serve nothing that is stored, and report what would have been served and how it differs",
            flag());
    static final Setting<Double> TRUTH_SAMPLING = add(
            "truth-sampling",
            "0.1%",
            "of all hits, after how many the backend is asked the same, to measure what is stale; a few a second at most",
            share());

    /** In the order in which they are documented. */
    static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    static Optional<Setting<?>> byPath(String path) {
        return ALL.stream().filter(setting -> setting.path().equals(path)).findFirst();
    }

    /** Other names by which a setting is known, as long as they are not settings of their own. */
    static final Map<String, String> ALIASES = Map.of("store", "store.url");

    private static Setting<Duration> wait(String name, String defaultText, String meaning) {
        return add("timeouts." + name, defaultText, meaning, duration(SHORTEST));
    }

    private static <T> Setting<T> add(String path, String defaultText, String meaning, SettingText<T> text) {
        Setting<T> setting = new Setting<>(path, defaultText, meaning, text);
        ALL.add(setting);
        return setting;
    }
}
