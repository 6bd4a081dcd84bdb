package dev.larder.exchange;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import dev.larder.purge.PurgeGroup;
import dev.larder.relay.CaptureBudget;
import dev.larder.rig.ProxyRig;
import dev.larder.settings.Settings;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.MemoryStore;
import dev.larder.store.StoreSamples;
import dev.larder.store.StoredResponse;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What was fetched by rules that have been replaced since is stored only where its route is the same. */
@NullUnmarked
class FillingTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 60s }
            """;

    private final Rulebook before = ProxyRig.rulebook(RULES);
    private final AtomicReference<Rulebook> inForce = new AtomicReference<>(before);
    private final MemoryStore store = new MemoryStore(StoreSamples.settings("memory"), () -> 0);
    private final RequestCollapser collapser = new RequestCollapser(() -> 0);
    private final EventLoop loop = new EmbeddedChannel().eventLoop();
    private final RouteRule route = before.routes().get(0);

    private Services services() {
        return new Services(
                () -> new RulesInForce(inForce.get(), null),
                store,
                collapser,
                new Purger(store, () -> new RulesInForce(inForce.get(), null), collapser),
                new Sites(List.of()),
                new BodyKeeper(Runnable::run),
                new CaptureBudget(1 << 20),
                ProxyRig.settings(1),
                () -> Instant.EPOCH,
                () -> 0,
                () -> 0,
                new Trial(Settings.Trial.NONE, () -> Instant.EPOCH, () -> 0, observation -> {}),
                Tracing.NONE,
                outcome -> {});
    }

    /** Fills under epochs that are current now, and looks. */
    private Lookup filled() {
        RequestHead request = new RequestHead(
                "GET", Target.parse("/items/1"), "http", "courses.test", Fields.of("Host", "courses.test"));
        Plan.Derived.Cacheable cacheable = assertInstanceOf(Plan.Derived.Cacheable.class, route.derive(request, null));
        CacheTarget target = CacheTarget.of(route, request, new Sites(List.of()), cacheable);
        List<PurgeGroup> groups = cacheable.groups();
        Epochs epochs = ((Lookup.Absent) store.peek(target.key(), groups)).epochs();
        Fetch.Wanted wanted = new Fetch.Wanted(target, epochs, null, Disposition.Miss.Why.URI_MISS);
        StoredResponse response = new StoredResponse(
                target.key().key().text(), StoreSamples.head(), new byte[0], route.fingerprint(), epochs);
        new Filling(services(), loop, wanted, Lead.alone(collapser))
                .freshen(response, confirmed -> CompletableFuture.completedStage(true));
        return store.peek(target.key(), groups);
    }

    @Test
    void whatWasFetchedByTheRulesInForceIsStored() {
        assertInstanceOf(Lookup.Found.class, filled());
    }

    /** It has read epochs after the purge of what the files store otherwise, so that nothing else would end it. */
    @Test
    void whatWasFetchedByARouteThatIsAnotherOneNowIsNotStored() {
        inForce.set(ProxyRig.rulebook(RULES.replace("60s", "30s")));
        assertInstanceOf(Lookup.Absent.class, filled());
    }

    @Test
    void whatWasFetchedByARouteThatIsTheSameInLaterRulesIsStored() {
        inForce.set(ProxyRig.rulebook(RULES + "  - { name: other, get: \"/other\", ttl: 60s }\n"));
        assertInstanceOf(Lookup.Found.class, filled());
    }
}
