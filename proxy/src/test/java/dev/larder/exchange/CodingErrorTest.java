package dev.larder.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.RuleIdentities;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginRequest;
import dev.larder.purge.PurgeGroup;
import dev.larder.relay.CaptureBudget;
import dev.larder.rig.ProxyRig;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.Epochs;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.PurgeListener;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** An error in the code on the way back from the store ends one exchange, in sight of its visitor. */
@NullUnmarked
class CodingErrorTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 60s }
            purges:
              - { name: item-changed, when: "PUT /items/{id}", purge: ["items:id:{id}"] }
            """;

    /** A visitor who only notes what happens to them. */
    private static final class Noted implements ClientPort {

        private final EmbeddedChannel channel = new EmbeddedChannel();
        private boolean aborted;
        private int overs;
        private int responded;

        @Override
        public EventLoop eventLoop() {
            return channel.eventLoop();
        }

        @Override
        public void read() {}

        @Override
        public void informational(ResponseHead head) {}

        @Override
        public void head(ResponseHead head) {}

        @Override
        public void respond(ResponseHead head, byte[] body) {
            responded = head.status();
        }

        @Override
        public void respondStored(ResponseHead stored, long ageSeconds, Disposition how, byte[] body) {
            responded = stored.status();
        }

        @Override
        public void tunnel(ResponseHead head, Channel origin) {}

        @Override
        public void over() {
            overs++;
        }

        @Override
        public long bodyBytes() {
            return 0;
        }

        @Override
        public int status() {
            return 0;
        }

        @Override
        public void write(HttpContent piece) {
            piece.release();
        }

        @Override
        public void end(Fields trailers) {}

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public boolean isWritable() {
            return true;
        }
    }

    /** A store that answers when the test says, and wrongly. */
    private static final class Wrong implements CacheStore {

        private final CompletableFuture<Lookup> lookup = new CompletableFuture<>();
        private CompletableFuture<Intent> intent = new CompletableFuture<>();

        @Override
        public Lookup peek(StoreKey key, List<PurgeGroup> groups) {
            return null;
        }

        @Override
        public CompletionStage<Lookup> lookup(StoreKey key, List<PurgeGroup> groups) {
            return lookup;
        }

        @Override
        public CompletionStage<Epochs> epochs(String route, List<PurgeGroup> groups) {
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<PutResult> put(StoreKey key, StoredResponse response, Duration timeToLive) {
            return CompletableFuture.completedStage(PutResult.UNAVAILABLE);
        }

        @Override
        public CompletionStage<Intent> intend(Collection<PurgeGroup> groups) {
            return intent;
        }

        @Override
        public void listen(PurgeListener listener) {}

        @Override
        public boolean inTouch() {
            return true;
        }

        @Override
        public StoreStatus status() {
            return new StoreStatus("wrong", true, 0, 0, 0, "");
        }

        @Override
        public void close() {}
    }

    private final Noted visitor = new Noted();
    private final Wrong store = new Wrong();
    private final RequestCollapser collapser = new RequestCollapser(() -> 0);
    private final List<Outcome> outcomes = new ArrayList<>();

    private Exchange exchange(String method) {
        var rulebook = ProxyRig.rulebook(RULES);
        RuleIdentities.Built built = RuleIdentities.build(
                rulebook.rules(),
                new RuleIdentities.Surroundings(
                        Path.of("."),
                        name -> Optional.empty(),
                        new byte[] {1},
                        (path, credential, site) -> new CompletableFuture<>(),
                        () -> 0,
                        () -> Instant.EPOCH,
                        url -> new CompletableFuture<>(),
                        () -> true),
                new RuleIdentities.Limits(1, 1, Duration.ofSeconds(1)));
        IdentityResolver nobody = ((RuleIdentities.Built.Ok) built).identities();
        Services services = new Services(
                () -> new RulesInForce(rulebook, nobody),
                store,
                collapser,
                new Purger(store, () -> new RulesInForce(rulebook, nobody), collapser),
                new Sites(List.of()),
                new BodyKeeper(Runnable::run),
                new CaptureBudget(1 << 20),
                ProxyRig.settings(1),
                () -> Instant.EPOCH,
                () -> 0,
                () -> 0,
                new Trial(Settings.Trial.NONE, () -> Instant.EPOCH, () -> 0, observation -> {}),
                Tracing.NONE,
                outcomes::add);
        RequestHead head = new RequestHead(
                method, Target.parse("/items/1"), "http", "courses.test", Fields.of("Host", "courses.test"));
        OriginPool nowhere = null;
        return new Exchange(services, nowhere, visitor, head, new OriginRequest.Body.None());
    }

    private void assertCutOff(Exchange exchange) {
        assertTrue(visitor.aborted);
        assertEquals(1, visitor.overs);
        assertTrue(exchange.isOver());
        assertEquals(1, outcomes.size());
        assertTrue(outcomes.get(0).aborted());
        assertEquals(
                "proxy_internal_error", outcomes.get(0).disposition().detail().orElseThrow());
    }

    @Test
    void aReadIsCutOff() {
        Exchange exchange = exchange("GET");
        exchange.start();
        assertFalse(exchange.isOver());
        store.lookup.complete(new Lookup.Found(null));
        assertCutOff(exchange);
        exchange.clientGone();
        assertEquals(1, outcomes.size());
    }

    @Test
    void aReadWhoseOriginCannotBeCalledIsCutOffAndItsFlightEnds() {
        Exchange exchange = exchange("GET");
        exchange.start();
        store.lookup.complete(new Lookup.Absent(Lookup.Why.ABSENT, new Epochs("i", Map.of(), "c", false)));
        assertCutOff(exchange);
        assertEquals(0, collapser.flights());
    }

    @Test
    void aWriteIsCutOffAndItsIntentEndsInAHold() {
        List<String> ended = new ArrayList<>();
        Exchange exchange = exchange("PUT");
        exchange.start();
        store.intent.complete(new Intent() {
            @Override
            public boolean standing() {
                return true;
            }

            @Override
            public CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors) {
                return CompletableFuture.completedStage(true);
            }

            @Override
            public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
                ended.add("purge");
                return CompletableFuture.completedStage(true);
            }

            @Override
            public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
                ended.add("hold");
                return CompletableFuture.completedStage(true);
            }

            @Override
            public CompletionStage<Boolean> done() {
                ended.add("done");
                return CompletableFuture.completedStage(true);
            }

            @Override
            public CompletionStage<Boolean> lift() {
                ended.add("lift");
                return CompletableFuture.completedStage(true);
            }
        });
        assertCutOff(exchange);
        assertEquals(List.of("purge", "hold"), ended);
    }

    /** An intent that notes what is asked of it. */
    private static final class Asked implements Intent {

        private final boolean standing;
        private final boolean lapsed;
        private final CompletableFuture<Boolean> kept = new CompletableFuture<>();
        private final List<String> calls = new ArrayList<>();

        private Asked(boolean standing, boolean lapsed) {
            this.standing = standing;
            this.lapsed = lapsed;
        }

        @Override
        public boolean standing() {
            return standing;
        }

        @Override
        public boolean mayHaveLapsed() {
            return lapsed;
        }

        @Override
        public CompletionStage<Boolean> keep() {
            calls.add("keep");
            return kept;
        }

        @Override
        public CompletionStage<Boolean> changing(Collection<PurgeGroup> visitors) {
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Boolean> purge(Collection<PurgeGroup> groups) {
            calls.add("purge");
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Boolean> hold(Collection<PurgeGroup> groups, Duration length) {
            calls.add("hold");
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Boolean> done() {
            calls.add("done");
            return CompletableFuture.completedStage(true);
        }

        @Override
        public CompletionStage<Boolean> lift() {
            calls.add("lift");
            return CompletableFuture.completedStage(true);
        }
    }

    @Test
    void aWriteOfWhichTheStoreKnowsNothingWaitsUntilItIsNotedOnDisk() {
        Exchange exchange = exchange("PUT");
        exchange.start();
        Asked away = new Asked(false, false);
        store.intent.complete(away);
        assertEquals(List.of("keep"), away.calls);
        assertEquals(ExchangeState.INTEND, exchange.state());
        away.kept.complete(true);
        // Here the way to the origin is what is wrong.
        assertCutOff(exchange);
    }

    @Test
    void aWriteThatCanBeNotedNowhereIsRefused() {
        Exchange exchange = exchange("PUT");
        exchange.start();
        Asked away = new Asked(false, false);
        store.intent.complete(away);
        away.kept.complete(false);
        assertEquals(List.of("keep", "lift"), away.calls);
        assertTrue(exchange.isOver());
        assertEquals(503, visitor.responded);
    }

    @Test
    void anIntentThatLapsedWhileTheProcessStoodStillIsPutAgainBeforeTheWriteGoesOut() {
        Exchange exchange = exchange("PUT");
        exchange.start();
        CompletableFuture<Intent> first = store.intent;
        store.intent = new CompletableFuture<>();
        Asked lapsed = new Asked(true, true);
        first.complete(lapsed);
        assertEquals(List.of("lift"), lapsed.calls);
        assertFalse(exchange.isOver());
        store.intent.complete(new Asked(true, false));
        assertCutOff(exchange);
    }
}
