package dev.larder.bench.mix;

import dev.larder.bench.course.Statements;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends a trace, open loop: each call goes out when it is due, whatever became of those before it, so a slow answer is
 * seen by all who would have met it. Bounded: calls beyond the bound are counted as not sent. Where what the backend does is all that is
 * wanted, calls wait for others instead.
 */
public final class MixRunner {
    private static final int MAX_IN_FLIGHT = 2_000;
    /** Twice what the backend works on at a time: it is never without work, and nothing waits for long. */
    private static final int UNHURRIED_IN_FLIGHT = 32;

    private static final long BEFORE_NEXT_TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(15);
    private static final Duration NEWS_EVERY = Duration.ofSeconds(10);

    private final URI target;
    private final @Nullable BackendAdmin admin;
    private final LongSupplier nanoTime;
    private final Consumer<String> progress;

    /**
     * Prepares runs.
     *
     * @param target where calls go: the backend, or a proxy before it
     * @param backendAdmin the backend's admin port, null where statements are not to be counted
     * @param nanoTime a monotonic clock
     * @param progress is told how it goes, in lines for a person
     */
    public MixRunner(URI target, @Nullable URI backendAdmin, LongSupplier nanoTime, Consumer<String> progress) {
        this.target = target;
        this.admin = backendAdmin == null ? null : new BackendAdmin(backendAdmin);
        this.nanoTime = nanoTime;
        this.progress = progress;
    }

    /**
     * Puts the backend's data back where its admin port is known, sends the whole trace, waits for the last answers.
     * Blocking, for the length of the trace divided by {@code speed}.
     *
     * @param warmUp in the trace's own time; what is due before is sent but not counted
     * @param speed by how much time is compressed
     */
    public MixResult run(List<Call> trace, Duration warmUp, double speed) throws IOException, InterruptedException {
        try (LoadClient client = new LoadClient(target, MAX_IN_FLIGHT, nanoTime)) {
            return run(trace, warmUp, speed, client::send, client::inFlight);
        }
    }

    /**
     * The same as fast as it is answered, for a target without a cache: what it does is counted, whenever it does it, so no call is left out.
     * Latencies tell of this pace alone.
     */
    public MixResult runUnhurried(List<Call> trace, Duration warmUp) throws IOException, InterruptedException {
        try (LoadClient client = new LoadClient(target, UNHURRIED_IN_FLIGHT, nanoTime)) {
            return run(trace, warmUp, Double.POSITIVE_INFINITY, sending(client), client::inFlight);
        }
    }

    private static BiPredicate<LoadClient.Request, Consumer<LoadClient.Reply>> sending(LoadClient client) {
        return (request, reply) -> {
            while (!client.send(request, reply)) {
                LockSupport.parkNanos(BEFORE_NEXT_TRY_NANOS);
            }
            return true;
        };
    }

    private MixResult run(
            List<Call> trace,
            Duration warmUp,
            double speed,
            BiPredicate<LoadClient.Request, Consumer<LoadClient.Reply>> send,
            IntSupplier inFlight)
            throws IOException, InterruptedException {
        if (admin != null) {
            admin.reset();
        }
        MixResult result = new MixResult();
        Statements.@Nullable Count before = null;
        AtomicLong outstanding = new AtomicLong();
        long start = nanoTime.getAsLong();
        long news = start + NEWS_EVERY.toNanos();
        for (int i = 0; i < trace.size(); i++) {
            Call call = trace.get(i);
            long due = start + (long) (TimeUnit.MILLISECONDS.toNanos(call.atMillis()) / speed);
            park(due);
            boolean counted = call.atMillis() >= warmUp.toMillis();
            if (counted && admin != null && before == null) {
                before = admin.statements();
            }
            if (nanoTime.getAsLong() > news) {
                progress.accept("%d of %d calls sent, %d under way".formatted(i, trace.size(), inFlight.getAsInt()));
                news += NEWS_EVERY.toNanos();
            }
            outstanding.incrementAndGet();
            boolean sent = send.test(request(call), reply -> {
                result.note(call, reply);
                if (counted) {
                    result.add(call, reply, TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - due));
                }
                // Last, and a volatile write: whoever sees 0 sees what was added.
                outstanding.decrementAndGet();
            });
            if (!sent) {
                outstanding.decrementAndGet();
                result.unsent += counted ? 1 : 0;
            }
        }
        awaitAnswers(outstanding);
        if (admin != null && before != null) {
            result.statements = Optional.of(admin.statements().since(before));
        }
        return result;
    }

    private void awaitAnswers(AtomicLong outstanding) {
        long end = nanoTime.getAsLong() + LAST_ANSWERS.toNanos();
        while (outstanding.get() > 0 && nanoTime.getAsLong() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        if (outstanding.get() > 0) {
            progress.accept("%d calls are still without an answer and are not counted".formatted(outstanding.get()));
        }
    }

    private void park(long due) {
        for (long left = due - nanoTime.getAsLong(); left > 0; left = due - nanoTime.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }

    private LoadClient.Request request(Call call) {
        Map<String, String> fields = new TreeMap<>();
        call.cookie().ifPresent(cookie -> fields.put("Cookie", cookie));
        if (call instanceof Call.Write write) {
            fields.put("Next-Action", write.action().id());
            fields.put("Content-Type", "text/plain;charset=UTF-8");
            fields.put("Accept", "text/x-component");
            fields.put("Origin", target.getScheme() + "://" + target.getRawAuthority());
            return new LoadClient.Request("POST", write.page(), fields, write.body());
        }
        Call.Read read = (Call.Read) call;
        fields.put("Accept", "application/json");
        return new LoadClient.Request("GET", read.target(), fields, "");
    }
}
