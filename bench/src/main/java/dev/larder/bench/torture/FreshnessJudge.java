package dev.larder.bench.torture;

import dev.larder.bench.torture.TortureClient.Script;
import dev.larder.bench.torture.Violation.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the requests of {@link Mix} at a rate, to sidecars at random, and judges what comes: stale, otherwise wrong, or
 * failed though no fault explains it. Confined to the clients' loop, but for the tally and for stopping.
 */
final class FreshnessJudge implements Script {
    /** Beyond the intent's lease, until what a killed sidecar owed must have been purged. */
    private static final long SLACK_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long LOOK_BACK_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final int MOST_REPORTS = 10;
    private static final int MOST_WRITES_TOLD = 4;

    private final TortureOrigin origin;
    private final Mix mix;
    private final Draw draw;
    private final Events events;
    private final int sidecars;
    private final long meanPauseNanos;
    private final long leaseNanos;
    private final Consumer<String> reports;
    private final Checker checker;
    private final CarefulCache careful;
    private final FreshnessTally tally = new FreshnessTally();
    private final Map<String, Deque<String>> lately = new HashMap<>();
    private final List<Owed> owed = new ArrayList<>();
    private volatile boolean stopped;

    /** A write through a sidecar that was cut off from the store. */
    private record Owed(String trace, int sidecar) {}

    /**
     * A judge.
     *
     * @param lease how long the purge that a write announced waits for a sidecar that has died
     * @param hold how long nothing is stored of what a write of unknown outcome may have changed
     * @param meanPauseNanos of one connection between two requests
     */
    FreshnessJudge(
            TortureOrigin origin,
            Mix mix,
            Draw draw,
            Events events,
            int sidecars,
            long meanPauseNanos,
            Duration lease,
            Duration hold,
            Consumer<String> reports) {
        this.origin = origin;
        this.mix = mix;
        this.draw = draw;
        this.events = events;
        this.sidecars = sidecars;
        this.meanPauseNanos = meanPauseNanos;
        this.leaseNanos = lease.toNanos();
        this.reports = reports;
        this.careful = new CarefulCache(events, hold.toNanos());
        this.checker = new Checker(origin.world());
    }

    FreshnessTally tally() {
        return tally;
    }

    /** No more requests. Any thread. */
    void stop() {
        stopped = true;
    }

    @Override
    public @Nullable Asked next() {
        return stopped ? null : mix.next();
    }

    @Override
    public long pauseNanos() {
        return (long) (2 * draw.fraction() * meanPauseNanos);
    }

    @Override
    public int target() {
        return draw.below(sidecars);
    }

    @Override
    public void answered(Asked asked, Got got, long sentNanos, long gotNanos) {
        if (asked.isWrite()) {
            tally.write();
            if (got.whole() && events.wasPartitioned(got.via(), sentNanos, gotNanos)) {
                // Which of two promises is kept is the operator's to say; as it is set, the purge is owed.
                tally.owed();
                owed.add(new Owed(asked.trace(), got.via()));
            } else {
                origin.world().answered(asked.trace(), got.whole() ? gotNanos : gotNanos + leaseNanos + SLACK_NANOS);
            }
            settleOwed(gotNanos);
            letGo(asked, got, sentNanos, gotNanos);
            remember(asked, got, sentNanos, gotNanos);
        } else if (got.whole()) {
            count(asked, got, sentNanos, gotNanos);
        }
        Optional<Violation> wrong = judge(asked, got, sentNanos, gotNanos);
        wrong.ifPresent(violation -> report(violation, asked, got, sentNanos, gotNanos));
    }

    /** Once a sidecar reaches the store again, what it owes is purged before long. */
    private void settleOwed(long nowNanos) {
        owed.removeIf(one -> {
            boolean still = events.wasPartitioned(one.sidecar(), nowNanos, nowNanos);
            if (!still) {
                origin.world().answered(one.trace(), nowNanos + SLACK_NANOS);
            }
            return !still;
        });
    }

    private void count(Asked asked, Got got, long sentNanos, long gotNanos) {
        Seen seen = Seen.of(asked);
        World world = origin.world();
        Page page = Reads.read(seen, world.who(seen.credential()));
        int version = world.thing(page.thing()).version();
        boolean had = careful.has(page, got.via(), sentNanos, gotNanos);
        tally.read(asked, got, page, version, had, TimeUnit.NANOSECONDS.toMicros(gotNanos - sentNanos));
        got.field(OriginHandler.BEGAN).ifPresent(began -> careful.fetched(page, Long.parseLong(began), gotNanos));
    }

    /** What the answer to a write costs a cache that keeps its promises. */
    private void letGo(Asked asked, Got got, long sentNanos, long gotNanos) {
        boolean refused = got.status() >= 400 && got.status() < 500;
        if (got.whole() && got.field("Proxy-Status").isEmpty()) {
            // The earliest that it may count from: nobody knows better here when larder had the answer.
            long nanos = origin.world().committed(asked.trace()).orElse(gotNanos);
            careful.purged(refused ? List.of() : things(asked), nanos);
        } else if (events.wasDown(got.via(), sentNanos, gotNanos)) {
            careful.purged(things(asked), gotNanos + leaseNanos);
        } else {
            careful.unknown(things(asked), gotNanos);
        }
    }

    /** What a write changes, by the names that pages have for it. */
    private List<String> things(Asked asked) {
        String path = asked.target().substring(1);
        String user = origin.world().who(Seen.of(asked).credential()).user();
        if (path.startsWith("items/")) {
            return List.of("item/" + path.substring("items/".length()), "items");
        }
        if (path.equals("actions/note")) {
            return List.of("note/" + user + "/" + asked.body().replaceAll("[^0-9]", ""));
        }
        return List.of(path.equals("profile") ? "profile/" + user : path.replace("team/reports/", "report/"));
    }

    private Optional<Violation> judge(Asked asked, Got got, long sentNanos, long gotNanos) {
        boolean origins = got.field("X-Mishap").isPresent();
        boolean larders = got.field("Proxy-Status").isPresent();
        if (origins) {
            tally.explained();
            return Optional.empty();
        }
        if (!got.whole() || larders) {
            boolean explained =
                    origin.mishapSince(sentNanos) || (!got.whole() && events.wasDown(got.via(), sentNanos, gotNanos));
            if (explained) {
                tally.explained();
                return Optional.empty();
            }
            return Optional.of(new Violation(Kind.UNEXPLAINED, "no whole answer of the backend"));
        }
        return checker.check(asked, got, sentNanos, gotNanos);
    }

    // ---- reports -----------------------------------------------------------------------------------------------

    private void remember(Asked asked, Got got, long sentNanos, long gotNanos) {
        remember(thing(asked), asked, got, sentNanos, gotNanos);
        if (asked.target().startsWith("/items/")) {
            remember("/items", asked, got, sentNanos, gotNanos);
        }
    }

    private void remember(String thing, Asked asked, Got got, long sentNanos, long gotNanos) {
        Deque<String> told = lately.computeIfAbsent(thing, unseen -> new ArrayDeque<>());
        told.addLast("%s %s via sidecar %d, sent at %d, answered %s at %d"
                .formatted(
                        asked.method(),
                        asked.trace(),
                        got.via(),
                        sentNanos / 1_000_000,
                        got.whole() ? Integer.toString(got.status()) : "not at all",
                        gotNanos / 1_000_000));
        if (told.size() > MOST_WRITES_TOLD) {
            told.removeFirst();
        }
    }

    /** Lists change with items, and notes by an address of their own. */
    private static String thing(Asked asked) {
        return asked.target().startsWith("/actions/") ? "/me/notes" : asked.target();
    }

    private void report(Violation violation, Asked asked, Got got, long sentNanos, long gotNanos) {
        tally.wrong(violation.kind());
        if (tally.violations(violation.kind()) > MOST_REPORTS) {
            return;
        }
        StringBuilder text = new StringBuilder()
                .append("%s: %s%n".formatted(violation.kind(), violation.what()))
                .append("    asked via sidecar %d at %d (times in ms): %s%n    got: %s%n"
                        .formatted(got.via(), sentNanos / 1_000_000, asked, got));
        String written = asked.target().startsWith("/me/notes/")
                ? "/me/notes"
                : asked.target().startsWith("/items?") ? "/items" : asked.target();
        lately.getOrDefault(written, new ArrayDeque<>())
                .forEach(write -> text.append("    written: %s%n".formatted(write)));
        events.between(sentNanos - LOOK_BACK_NANOS, gotNanos, sentNanos)
                .forEach(event -> text.append("    %s%n".formatted(event)));
        reports.accept(text.toString());
    }
}
