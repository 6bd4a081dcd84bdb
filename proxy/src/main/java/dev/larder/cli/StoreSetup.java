package dev.larder.cli;

import dev.larder.observe.ExchangeMetrics;
import dev.larder.resp.RespLoops;
import dev.larder.rules.Position;
import dev.larder.rules.Problem;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import dev.larder.store.MemoryStore;
import dev.larder.store.OwedJournal;
import dev.larder.store.RouteLimits;
import dev.larder.store.StoreGuard;
import dev.larder.store.redis.RedisStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that the settings ask for: the embedded one, or Redis with the journal of what it is owed and the guard that keeps its
 * trouble from requests. For the main thread, at start.
 */
final class StoreSetup {

    private static final Logger LOG = LoggerFactory.getLogger("larder");

    private StoreSetup() {}

    /**
     * Makes it.
     *
     * @param instance how this sidecar is told from others
     * @throws IllegalArgumentException if what the settings say of it cannot be used; see {@link #problem}
     */
    static CacheStore open(
            Settings settings,
            RespLoops loops,
            LiveRules live,
            Secrets secrets,
            Clocks clocks,
            ExchangeMetrics metrics,
            String instance) {
        Settings.Store of = settings.store();
        RouteLimits perRoute = live::maxEntries;
        if (of.url().equals("memory")) {
            return new MemoryStore(of, clocks.nanoTime(), perRoute);
        }
        OwedJournal journal = journal(of, live::fingerprint, clocks);
        try {
            RedisStore redis = RedisStore.connect(
                    of,
                    settings.timeouts().store(),
                    clocks.nanoTime(),
                    live::fingerprint,
                    perRoute,
                    secrets.codec(),
                    secrets.kept(),
                    journal,
                    instance,
                    loops);
            return new StoreGuard(redis, of, clocks.nanoTime(), Gauges.ofTrips(metrics));
        } catch (IllegalArgumentException unusable) {
            journal.close();
            throw unusable;
        }
    }

    /** A file that cannot be written is found now, and not when the store is away. */
    private static OwedJournal journal(Settings.Store of, Supplier<String> rules, Clocks clocks) {
        if (of.owedFile().isEmpty()) {
            LOG.warn(
                    "store.owed-file is memory: a purge that Redis cannot be told of is lost if this process dies first");
            return OwedJournal.inMemory(clocks.wall());
        }
        Path file = of.owedFile().get();
        try {
            return OwedJournal.open(file, of.namespace() + " " + of.shownUrl(), rules, clocks.wall());
        } catch (IOException unusable) {
            throw new IllegalArgumentException(
                    "store.owed-file " + file + " cannot be used: " + unusable
                            + "; expected a file on a volume that can be written and outlives this process, or memory",
                    unusable);
        }
    }

    /** Why it could not be made, as whoever wrote the settings is told. */
    static Problem problem(IllegalArgumentException unusable) {
        String[] said = String.valueOf(unusable.getMessage()).split("; expected ", 2);
        return new Problem(
                "settings",
                Position.NOWHERE,
                said[0],
                said.length > 1 ? said[1] : "a store that can be connected to",
                Optional.empty());
    }
}
