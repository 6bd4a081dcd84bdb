package dev.larder.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How this sidecar runs. Immutable; every default is stated in {@link SettingsLoader} and pinned by a test.
 *
 * @param listen where visitors connect
 * @param admin where health and metrics are, a loopback address unless told otherwise
 * @param backend the origin, {@code http://host:port}
 * @param rules the rules file
 * @param transport which Netty transport
 * @param threads event loops; 0 means one for each core
 * @param store where stored responses are
 * @param secret keys the hashes of credentials and the checks of stored values; where absent the former are keyed by one
 *     that is made up, and the latter find accidents only
 * @param encrypt whether stored values are encrypted as well; never without a secret
 * @param trustedProxies hops whose Forwarded and X-Forwarded-* fields are passed on, as CIDR ranges
 * @param authorities groups of authorities that share stored responses, in lower case, without duplicates
 * @param timeouts every wait
 * @param bounds every limit
 * @param writesWhenStoreUnreachable what becomes of a matching write while the store is away
 * @param unknownOutcomeHold how long what a write of unknown outcome may have changed is not stored
 * @param accessLog whether and how one line a request is written
 * @param adminToken whoever shows it at the admin address may do all that can be done there
 * @param adminOrigins further origins of pages that the admin address answers, e.g. {@code https://admin.example}: those by
 *     which people reach it through a proxy
 * @param trial how far the cache is trusted
 * @param telemetry where spans go
 * @param instance what this sidecar is called where several are told apart; a name is made up where absent
 * @param lastRunFile where the public keys that were asked for most are noted when the process drains; nowhere where absent
 */
public record Settings(
        Address listen,
        Address admin,
        URI backend,
        Path rules,
        Transport transport,
        int threads,
        Store store,
        Optional<String> secret,
        boolean encrypt,
        List<String> trustedProxies,
        List<List<String>> authorities,
        Timeouts timeouts,
        Bounds bounds,
        WritesWhenStoreUnreachable writesWhenStoreUnreachable,
        Duration unknownOutcomeHold,
        AccessLog accessLog,
        Optional<String> adminToken,
        List<String> adminOrigins,
        Trial trial,
        Telemetry telemetry,
        Optional<String> instance,
        Optional<Path> lastRunFile) {

    /** The same with another store and other limits. */
    public Settings with(Store otherStore, Bounds otherBounds) {
        return new Settings(
                listen,
                admin,
                backend,
                rules,
                transport,
                threads,
                otherStore,
                secret,
                encrypt,
                trustedProxies,
                authorities,
                timeouts,
                otherBounds,
                writesWhenStoreUnreachable,
                unknownOutcomeHold,
                accessLog,
                adminToken,
                adminOrigins,
                trial,
                telemetry,
                instance,
                lastRunFile);
    }

    /** Without the secret, and without the store's password. */
    @Override
    public String toString() {
        return "Settings[listen=" + listen + ", admin=" + admin + ", backend=" + backend + ", rules=" + rules + ", "
                + store + "]";
    }

    /**
     * How far the cache is trusted.
     *
     * @param bypass whether it is switched off at the start
     * @param observe whether everything is forwarded, and compared with what would have been served
     * @param truthSampling of all hits, from 0 to 1, after how many the backend is asked the same
     */
    public record Trial(boolean bypass, boolean observe, double truthSampling) {

        /** Altogether. */
        public static final Trial NONE = new Trial(false, false, 0);
    }

    /**
     * Spans of OpenTelemetry.
     *
     * @param endpoint the collector that they are sent to by OTLP over HTTP; none are made where absent
     * @param sampling of the requests that come without a trace context, from 0 to 1, how many begin a trace
     */
    public record Telemetry(Optional<URI> endpoint, double sampling) {

        /** None. */
        public static final Telemetry NONE = new Telemetry(Optional.empty(), 0);
    }

    /**
     * One line a request.
     *
     * @param share of all requests, from 0 to 1, chosen at random
     */
    public record AccessLog(Format format, double share) {

        /** None. */
        public static final AccessLog OFF = new AccessLog(Format.OFF, 1);

        /** How a line is written. */
        public enum Format {
            OFF,
            TEXT,
            JSON
        }
    }

    /** A host and a port to bind; port 0 lets the system choose. */
    public record Address(String host, int port) {

        /** {@code host:port}, an IPv6 address in brackets. */
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Which Netty transport; AUTO is epoll where there is one and NIO elsewhere. */
    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
    }

    /** See the decision in ARCHITECTURE.md: fresh and available collide here, and the operator decides. */
    public enum WritesWhenStoreUnreachable {
        FORWARD,
        REFUSE
    }

    /**
     * Where stored responses are.
     *
     * @param url {@code memory}, {@code redis://} for one server, {@code redis-sentinel://} or {@code redis-cluster://},
     *     each with {@code rediss} for TLS; may hold a password, never logged
     * @param namespace what every name in Redis begins with
     * @param maxBytes what stored responses may take: in the process with the embedded store, else in Redis, approximately
     * @param circuitFailures failures in a row that open the circuit
     * @param circuitRetry how long an open circuit waits at most before it tries again
     * @param maxInFlight commands under way at once; more are refused at once
     * @param intentLease how long an intent stands without being renewed
     * @param groupTtl how long a group's epoch is kept after it was last written or used to store
     * @param nearMaxBytes what copies of stored responses may take in this process; 0 for none
     * @param memberLease how long a sidecar that is silent is waited for by the purges of others
     * @param tls for a URL that asks for TLS
     * @param owedFile where purges are noted that the store could not be told of; in memory alone where absent
     */
    public record Store(
            String url,
            String namespace,
            long maxBytes,
            int circuitFailures,
            Duration circuitRetry,
            int maxInFlight,
            Duration intentLease,
            Duration groupTtl,
            long nearMaxBytes,
            Duration memberLease,
            Tls tls,
            Optional<Path> owedFile) {

        /** The same with what TLS is unless somebody says otherwise, and with owed purges in memory alone. */
        public Store(
                String url,
                String namespace,
                long maxBytes,
                int circuitFailures,
                Duration circuitRetry,
                int maxInFlight,
                Duration intentLease,
                Duration groupTtl,
                long nearMaxBytes,
                Duration memberLease) {
            this(
                    url,
                    namespace,
                    maxBytes,
                    circuitFailures,
                    circuitRetry,
                    maxInFlight,
                    intentLease,
                    groupTtl,
                    nearMaxBytes,
                    memberLease,
                    Tls.DEFAULT,
                    Optional.empty());
        }

        /** The same with owed purges in memory alone. */
        public Store(
                String url,
                String namespace,
                long maxBytes,
                int circuitFailures,
                Duration circuitRetry,
                int maxInFlight,
                Duration intentLease,
                Duration groupTtl,
                long nearMaxBytes,
                Duration memberLease,
                Tls tls) {
            this(
                    url,
                    namespace,
                    maxBytes,
                    circuitFailures,
                    circuitRetry,
                    maxInFlight,
                    intentLease,
                    groupTtl,
                    nearMaxBytes,
                    memberLease,
                    tls,
                    Optional.empty());
        }

        /** The same, for so much. */
        public Store bounded(long stored, long near) {
            return new Store(
                    url,
                    namespace,
                    stored,
                    circuitFailures,
                    circuitRetry,
                    maxInFlight,
                    intentLease,
                    groupTtl,
                    near,
                    memberLease,
                    tls,
                    owedFile);
        }

        /** The URL without user and password, for logs and for {@code /health}. */
        public String shownUrl() {
            return url.replaceFirst("//[^/]*@", "//");
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Store[" + shownUrl() + "]";
        }
    }

    /**
     * Whom to trust with TLS to the store, and what to show.
     *
     * @param verify how much of the server's certificate is checked
     * @param caFile certificates to trust, in PEM; those that the Java platform trusts where absent
     * @param certificateFile the certificate to show, in PEM; goes with {@code keyFile}
     * @param keyFile its private key, PKCS#8 in PEM without a password
     */
    public record Tls(TlsVerify verify, Optional<Path> caFile, Optional<Path> certificateFile, Optional<Path> keyFile) {

        /** Everything is checked, and nothing shown. */
        public static final Tls DEFAULT = new Tls(TlsVerify.FULL, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** How much of a server's certificate is checked: who signed it and its name, who signed it alone, or nothing. */
    public enum TlsVerify {
        FULL,
        CA,
        NONE
    }

    /**
     * Every wait.
     *
     * @param connect to the origin
     * @param responseHead from the last byte of the request to the head of the answer
     * @param bodyIdle between two pieces of a body, either way
     * @param clientHead from the first byte of a request to the end of its head
     * @param clientIdle between two requests of a connection
     * @param identity for the backend to say who a visitor is
     * @param store for one round trip to the store
     * @param flight how long one fetch may lead others
     * @param patience how long a follower waits for a flight
     * @param drain how long open requests may take after SIGTERM
     */
    public record Timeouts(
            Duration connect,
            Duration responseHead,
            Duration bodyIdle,
            Duration clientHead,
            Duration clientIdle,
            Duration identity,
            Duration store,
            Duration flight,
            Duration patience,
            Duration drain) {}

    /**
     * Every limit.
     *
     * @param connections clients at once; more get an early 503
     * @param requestLineBytes longest request line
     * @param headBytes longest head in all
     * @param originConnections to the origin at once, over all event loops
     * @param originQueue requests that wait for one; more get 503
     * @param captureBytes bodies in memory at once on their way to the store
     * @param maxInspectBytes of a body that a rule reads
     * @param identities known at once
     * @param questions about identities under way at once
     */
    public record Bounds(
            int connections,
            int requestLineBytes,
            int headBytes,
            int originConnections,
            int originQueue,
            long captureBytes,
            int maxInspectBytes,
            int identities,
            int questions) {

        /** The same, but for bodies on their way to the store. */
        public Bounds capturing(long bytes) {
            return new Bounds(
                    connections,
                    requestLineBytes,
                    headBytes,
                    originConnections,
                    originQueue,
                    bytes,
                    maxInspectBytes,
                    identities,
                    questions);
        }
    }
}
