package dev.larder.fuzz;

import dev.larder.exchange.BodyKeeper;
import dev.larder.exchange.Purger;
import dev.larder.exchange.RequestCollapser;
import dev.larder.exchange.RulesInForce;
import dev.larder.exchange.Services;
import dev.larder.exchange.Sites;
import dev.larder.exchange.Tracing;
import dev.larder.exchange.Trial;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.Question;
import dev.larder.identity.RuleIdentities;
import dev.larder.origin.OriginPool;
import dev.larder.origin.OriginSettings;
import dev.larder.plan.Rulebook;
import dev.larder.relay.CaptureBudget;
import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.server.PipelineForTests;
import dev.larder.settings.Settings;
import dev.larder.store.MemoryStore;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * larder between two ends that are memory: the real pipelines, exchanges and origin pool on an event loop that this
 * thread drives, at a time that stands still. Buffers come from an allocator that counts, so that one that is not
 * released shows at once. Confined to the thread that made it.
 */
final class InProcess {

    /** Bounds small enough to be met by small inputs. */
    static final int REQUEST_LINE_BYTES = 512;

    static final int HEAD_BYTES = 2048;

    /** Turns of the event loop that no input should need. */
    private static final int MOST_TURNS = 100_000;

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    private final ManualIoEventLoop loop;
    private UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    private final Settings settings;
    private final Rulebook rulebook;
    private final IdentityResolver identities;
    private final List<PipeChannel> origins = new ArrayList<>();
    private final List<PipeChannel> clients = new ArrayList<>();

    private OriginPool pool;
    private BiConsumer<PipeChannel, Integer> origin = (channel, number) -> {};
    private @Nullable Services services;
    private @Nullable ChannelHandler pipeline;

    InProcess(String rules) {
        MockTicker ticker = Ticker.newMockTicker();
        this.loop = new ManualIoEventLoop(null, Thread.currentThread(), LocalIoHandler.newFactory(), ticker);
        this.settings = settings();
        this.rulebook = ProxyRig.rulebook(rules);
        Question nobody = (path, credential, host) -> new CompletableFuture<>();
        RuleIdentities.Built built = RuleIdentities.build(
                rulebook.rules(),
                new RuleIdentities.Surroundings(
                        Path.of("."),
                        name -> Optional.empty(),
                        new byte[32],
                        nobody,
                        () -> 0,
                        CLOCK,
                        uri -> {
                            throw new IllegalStateException("no keys are fetched here");
                        },
                        () -> true),
                new RuleIdentities.Limits(10, 10, settings.timeouts().identity()));
        this.identities = ((RuleIdentities.Built.Ok) built).identities();
        this.pool = pool();
    }

    private static Settings settings() {
        Settings plain = ProxyRig.settings(80);
        Settings.Bounds of = plain.bounds();
        return Adjusted.of(plain)
                .threads(1)
                .bounds(new Settings.Bounds(
                        of.connections(),
                        REQUEST_LINE_BYTES,
                        HEAD_BYTES,
                        of.originConnections(),
                        of.originQueue(),
                        of.captureBytes(),
                        of.maxInspectBytes(),
                        of.identities(),
                        of.questions()))
                .done();
    }

    private OriginPool pool() {
        return new OriginPool(
                loop,
                () -> {
                    PipeChannel channel = new PipeChannel(allocator, false, this::toOrigin);
                    origins.add(channel);
                    return channel;
                },
                new OriginSettings(
                        settings.backend(),
                        settings.timeouts().connect(),
                        settings.timeouts().responseHead(),
                        settings.timeouts().bodyIdle(),
                        settings.bounds().originConnections(),
                        settings.bounds().originQueue(),
                        HEAD_BYTES),
                () -> 0);
    }

    private void toOrigin(PipeChannel channel) {
        origin.accept(channel, origins.indexOf(channel));
    }

    /**
     * A sidecar with an empty store.
     *
     * @param script is told of each origin connection, by its number from 0, that larder has sent on it or ended it
     */
    void begin(BiConsumer<PipeChannel, Integer> script) {
        origin = script;
        MemoryStore store = new MemoryStore(settings.store(), () -> 0);
        RequestCollapser collapser = new RequestCollapser(() -> 0);
        Services fresh = new Services(
                () -> new RulesInForce(rulebook, identities),
                store,
                collapser,
                new Purger(store, () -> new RulesInForce(rulebook, identities), collapser),
                new Sites(List.of()),
                new BodyKeeper(Runnable::run),
                new CaptureBudget(settings.bounds().captureBytes()),
                settings,
                CLOCK,
                () -> 0,
                () -> 0.5,
                new Trial(Settings.Trial.NONE, CLOCK, () -> 0, observation -> {}),
                Tracing.NONE,
                outcome -> {});
        services = fresh;
        pipeline = PipelineForTests.of(fresh, asked -> pool);
    }

    /** A new client. */
    PipeChannel connect() {
        PipeChannel client = new PipeChannel(allocator, true, channel -> {});
        clients.add(client);
        client.pipeline().addLast(pipeline);
        var unused = loop.register(client);
        return client;
    }

    /**
     * Runs until nothing is left to do.
     *
     * @throws IllegalStateException if it never is
     */
    void run() {
        for (int turns = 0; loop.runNow() > 0; turns++) {
            if (turns > MOST_TURNS) {
                throw new IllegalStateException("an event loop that never rests");
            }
        }
    }

    /** Closes all connections; what is left behind then, or null. */
    @Nullable
    String end() {
        clients.forEach(channel -> channel.unsafe().close(channel.voidPromise()));
        run();
        origins.forEach(channel -> channel.unsafe().close(channel.voidPromise()));
        run();
        clients.clear();
        origins.clear();
        String left = null;
        Services ended = services;
        long bytes = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
        if (bytes != 0) {
            left = "a buffer was not released: " + bytes + " bytes";
        } else if (pool.connections() != 0) {
            left = "an origin connection is still counted";
        } else if (ended != null && ended.captures().lentBytes() != 0) {
            left = "memory for bodies is still lent";
        } else if (ended != null && ended.collapser().flights() != 0) {
            left = "a flight has not ended";
        }
        if (left != null) {
            allocator = new UnpooledByteBufAllocator(false, true);
            pool = pool();
        }
        return left;
    }
}
