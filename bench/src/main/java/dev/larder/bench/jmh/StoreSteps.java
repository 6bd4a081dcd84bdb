package dev.larder.bench.jmh;

import dev.larder.http.RequestHead;
import dev.larder.http.StoredHead;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.policy.Reuse;
import dev.larder.policy.ReusePolicy;
import dev.larder.store.Lookup;
import dev.larder.store.NearCache;
import dev.larder.store.SecretKeys;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredPlace;
import dev.larder.store.StoredResponse;
import dev.larder.store.StoredResponseCodec;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From a key to a stored response that may answer. */
@State(Scope.Thread)
public class StoreSteps {

    private final RequestHead request = Given.request();
    private final RouteRule route = Given.route(Given.rulebook(), request);
    private final Plan.Derived.Cacheable derived = Given.derived(route, request);
    private final StoreKey key = Given.key(derived, request);
    private final StoredHead head = Given.head();
    private final NearCache near = new NearCache(1 << 26, Duration.ofHours(1), System::nanoTime);
    private final NearCache.Before before = Objects.requireNonNull(near.before(derived.groups()));
    private final StoredResponse response = Given.response(derived, route, Given.epochs(derived));
    private final StoredPlace place = new StoredPlace("larder:", derived.key().storeName(), Given.SITE);
    private final StoredResponseCodec plain = StoredResponseCodec.plain();
    private final StoredResponseCodec keyed =
            StoredResponseCodec.authenticated(SecretKeys.of("a secret of the benchmarks"));
    private final byte[] plainBytes = plain.encode(response, place);
    private final byte[] keyedBytes = keyed.encode(response, place);

    /** Fills the near cache. */
    public StoreSteps() {
        near.copy(key, response, before);
    }

    /** RFC 9111: fresh, stale or to be validated. */
    @Benchmark
    public Reuse freshness() {
        return ReusePolicy.judge(head, request, false, Given.NOW);
    }

    /** 1 KiB to the bytes that Redis keeps, with a checksum. */
    @Benchmark
    public byte[] encode() {
        return plain.encode(response, place);
    }

    /** And back. */
    @Benchmark
    public @Nullable StoredResponse decode() {
        return plain.decode(plainBytes, place);
    }

    /** The same, authenticated by a secret. */
    @Benchmark
    public @Nullable StoredResponse decodeAuthenticated() {
        return keyed.decode(keyedBytes, place);
    }

    /** A copy that is there, its epochs compared. */
    @Benchmark
    public Lookup.@Nullable Found nearGet() {
        return near.peek(key, derived.groups());
    }

    /** A copy in the place of another. */
    @Benchmark
    public NearCache nearPut() {
        near.copy(key, response, before);
        return near;
    }
}
