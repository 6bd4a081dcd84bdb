package dev.larder.cli;

import dev.larder.exchange.Purger;
import dev.larder.exchange.RulesInForce;
import dev.larder.identity.RuleIdentities;
import dev.larder.plan.Rulebook;
import dev.larder.plan.RulesChange;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Problem;
import dev.larder.store.CacheStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a rules file in force in the place of another one, as a whole or not at all. Any thread may ask for it; one reload
 * is done after the other, on the executor.
 *
 * <p>First the other sidecars learn that this one goes by other rules, because what they purge from now on must reach what
 * is stored by these. Then all is purged that the two files store otherwise: where somebody goes back to the earlier file, what
 * it had stored missed the purges in between. Then requests that begin go by the new rules. None of these steps is waited
 * for long: what the store cannot be told of it owes, and is not asked until it has been told.
 */
final class RulesReload {

    private static final Logger LOG = LoggerFactory.getLogger("larder.rules");

    /** What telling the store may take. Beyond that only near caches of sidecars that have died are waited for. */
    private static final long PATIENCE_MILLIS = 400;

    private final Path file;
    private final LiveRules live;
    private final CacheStore store;
    private final Purger purger;
    private final InstantSource clock;
    private final Executor executor;
    private final Supplier<List<String>> needRestart;

    /** Guarded by this: ends when the reload asked for last does. */
    private CompletableFuture<?> previous = CompletableFuture.completedFuture(null);

    private volatile RuleIdentities identities;
    private volatile @Nullable Reloaded last;

    /**
     * A reload that changes {@code live}.
     *
     * @param identities those in force
     * @param executor reads files, compiles and waits for nothing else
     * @param needRestart settings that are written otherwise now than when the process began; blocks on the disk
     */
    RulesReload(
            Path file,
            LiveRules live,
            RuleIdentities identities,
            CacheStore store,
            Purger purger,
            InstantSource clock,
            Executor executor,
            Supplier<List<String>> needRestart) {
        this.file = file;
        this.live = live;
        this.identities = identities;
        this.store = store;
        this.purger = purger;
        this.clock = clock;
        this.executor = executor;
        this.needRestart = needRestart;
    }

    /** How the last one ended; null where there was none. */
    @Nullable
    Reloaded last() {
        return last;
    }

    /** Reads the file and puts it in force; the stage completes when that has been done, or refused. */
    synchronized CompletionStage<Reloaded> reload(String cause) {
        CompletableFuture<Reloaded> next =
                previous.handle((done, failure) -> cause).thenComposeAsync(this::next, executor);
        previous = next;
        return next;
    }

    private CompletionStage<Reloaded> next(String cause) {
        List<String> restart = needRestart.get();
        if (!restart.isEmpty()) {
            LOG.warn("{} changed and needs a restart to take effect", String.join(", ", restart));
        }
        RulesFile.Read read = RulesFile.read(file);
        if (read instanceof RulesFile.Read.Refused refused) {
            return CompletableFuture.completedFuture(refused(cause, refused.problems(), restart));
        }
        Rulebook rulebook = ((RulesFile.Read.Ok) read).rulebook();
        RuleIdentities.Built built = identities.next(rulebook.rules());
        if (built instanceof RuleIdentities.Built.Refused refused) {
            return CompletableFuture.completedFuture(refused(cause, refused.problems(), restart));
        }
        return replace(rulebook, ((RuleIdentities.Built.Ok) built).identities(), cause, restart);
    }

    private CompletionStage<Reloaded> replace(
            Rulebook next, RuleIdentities nextIdentities, String cause, List<String> restart) {
        Rulebook before = live.inForce().rulebook();
        Collection<PurgeGroup> unusable = RulesChange.unusable(before, next);
        live.announce(next);
        CompletionStage<Boolean> told = before.fingerprint().equals(next.fingerprint())
                ? CompletableFuture.completedFuture(true)
                : store.announceRules()
                        .thenCompose(announced -> unusable.isEmpty()
                                ? CompletableFuture.completedFuture(true)
                                : purger.purge("reload", unusable));
        return told.toCompletableFuture()
                .thenApply(done -> done)
                .completeOnTimeout(false, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .handleAsync(
                        (done, failure) -> {
                            Reloaded swapped = swap(before, next, nextIdentities, cause, restart);
                            store.rulesInForce(failure == null && done);
                            return swapped;
                        },
                        executor);
    }

    private Reloaded swap(
            Rulebook before, Rulebook next, RuleIdentities nextIdentities, String cause, List<String> restart) {
        live.swap(new RulesInForce(next, nextIdentities));
        identities = nextIdentities;
        RulesChange change = RulesChange.between(before, next);
        LOG.info("{} is in force ({}, fingerprint {}): {}", file, cause, next.fingerprint(), change);
        Reloaded applied = new Reloaded.Applied(clock.instant(), cause, change, next.fingerprint(), restart);
        last = applied;
        return applied;
    }

    private Reloaded refused(String cause, List<Problem> problems, List<String> restart) {
        LOG.error(
                "{} is refused ({}), the rules before it stay in force: {} {}",
                file,
                cause,
                problems.size(),
                problems.size() == 1 ? "problem" : "problems");
        problems.forEach(problem -> LOG.error("{}", problem));
        Reloaded refused = new Reloaded.Refused(clock.instant(), cause, List.copyOf(problems), restart);
        last = refused;
        return refused;
    }
}
