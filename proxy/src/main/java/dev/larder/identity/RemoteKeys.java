package dev.larder.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer, fetched by URL, and fetched anew as they rotate: when a token names a key that is not among
 * them, not more often than visitors can be let cause it, and once in a while as long as they are used. What was fetched
 * last and is good is kept while fetching fails. Thread-safe; nothing blocks.
 */
final class RemoteKeys implements JWKSource<SecurityContext> {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    /** A key that its issuer has taken back is believed no longer than this. */
    static final Duration OLD = Duration.ofMinutes(5);

    /** Between two fetches that tokens cause: anybody can name keys that do not exist. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    /** The same as long as there are no keys at all. */
    static final Duration PAUSE_WITHOUT_KEYS = Duration.ofSeconds(2);

    /** Key sets, told apart by identity, and when they came. */
    record Held(JWKSet keys, long sinceNanos) {}

    private final URI url;
    private final KeyFetch fetch;
    private final LongSupplier nanoTime;

    /** Written under the lock. */
    private volatile @Nullable Held held;

    /** Guarded by this; the fetch under way, which all wait for who need one. */
    private @Nullable CompletableFuture<Void> underWay;

    /** Guarded by this; when the last fetch began. */
    private @Nullable Long triedNanos;

    RemoteKeys(URI url, KeyFetch fetch, LongSupplier nanoTime) {
        this.url = url;
        this.fetch = fetch;
        this.nanoTime = nanoTime;
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
        Held now = held;
        return now == null ? List.of() : selector.select(now.keys);
    }

    /** What is known now; another object after each fetch that changed something. */
    @Nullable
    Held held() {
        return held;
    }

    /**
     * Whether a fetch could help where a token could not be verified.
     *
     * @param keyId the key that it names, empty where it names none
     */
    boolean mayHelp(String keyId) {
        Held now = held;
        boolean lacks = now == null || (!keyId.isEmpty() && now.keys.getKeyByKeyId(keyId) == null);
        return lacks && mayFetch(now == null ? PAUSE_WITHOUT_KEYS : PAUSE);
    }

    private synchronized boolean mayFetch(Duration pause) {
        Long tried = triedNanos;
        return underWay != null || tried == null || nanoTime.getAsLong() - tried >= pause.toNanos();
    }

    /** Fetches in the background what has become old. To be called whenever the keys are used. */
    void renewIfOld() {
        Held now = held;
        if (now == null || nanoTime.getAsLong() - now.sinceNanos >= OLD.toNanos()) {
            if (mayFetch(now == null ? PAUSE_WITHOUT_KEYS : PAUSE)) {
                var unused = renewed();
            }
        }
    }

    /** Fetches, or waits for the fetch under way. The stage never fails: what came of it is seen afterwards. */
    CompletionStage<Void> renewed() {
        CompletableFuture<Void> begun;
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            begun = new CompletableFuture<>();
            underWay = begun;
            triedNanos = nanoTime.getAsLong();
        }
        CompletionStage<byte[]> asked;
        try {
            asked = fetch.get(url);
        } catch (RuntimeException refused) {
            asked = CompletableFuture.failedStage(refused);
        }
        var unused = asked.whenComplete((bytes, failure) -> {
            synchronized (this) {
                accept(bytes, failure);
                underWay = null;
            }
            begun.complete(null);
        });
        return begun;
    }

    private void accept(byte @Nullable [] bytes, @Nullable Throwable failure) {
        if (bytes == null) {
            LOG.warn("the keys of {} cannot be fetched: {}", shown(), String.valueOf(failure));
            return;
        }
        try {
            JWKSet fetched =
                    JWKSet.parse(new String(bytes, StandardCharsets.UTF_8)).toPublicJWKSet();
            if (fetched.getKeys().isEmpty()) {
                LOG.warn("the key set of {} is empty; what was known before is kept", shown());
                return;
            }
            Held before = held;
            JWKSet keys = before != null && before.keys.getKeys().equals(fetched.getKeys()) ? before.keys : fetched;
            held = new Held(keys, nanoTime.getAsLong());
        } catch (ParseException | RuntimeException malformed) {
            LOG.warn("what {} answers is no JWK set; what was known before is kept", shown());
        }
    }

    /** Without a query, which may hold what is nobody's business. */
    private String shown() {
        return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
    }
}
