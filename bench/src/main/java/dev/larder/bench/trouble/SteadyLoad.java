package dev.larder.bench.trouble;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.mix.LoadClient;
import dev.larder.bench.mix.LoadClient.Reply;
import dev.larder.bench.mix.LoadClient.Request;
import dev.larder.bench.trouble.Sample.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A light load at a constant rate, whatever becomes of it: a read every 10 ms of what writes do not change, every 200 ms a
 * step of progress, and one course whose name is edited to one version after another, as fast as answers come but at most
 * every 100 ms. That course is read after each edit and in between: whoever asks after an edit was answered must see it.
 *
 * <p>A thread of its own sends; samples may be taken from any thread.
 */
public final class SteadyLoad implements AutoCloseable {
    /** Between two ticks. */
    public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int TICKS_BETWEEN_EDITS = 10;
    private static final int TICKS_BETWEEN_STEPS = 20;
    private static final int TICKS_BETWEEN_CHECKS = 7;
    private static final int MAX_IN_FLIGHT = 2_000;
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final String EDITED = "c250";
    private static final String ADMIN = "u001";
    private static final String USER = "u011";

    private final URI target;
    private final LoadClient client;
    private final LongSupplier nanoTime;
    private final List<Request> reads;
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicBoolean editing = new AtomicBoolean();
    private final AtomicInteger lastVersion = new AtomicInteger();
    /** Of the last edit that was answered. */
    private final AtomicInteger answeredVersion = new AtomicInteger();

    private final AtomicLong outstanding = new AtomicLong();
    private final Thread sender = new Thread(this::send, "steady-load");

    private SteadyLoad(URI target, LongSupplier nanoTime) {
        this.target = target;
        this.nanoTime = nanoTime;
        this.client = new LoadClient(target, MAX_IN_FLIGHT, nanoTime);
        this.reads = reads();
    }

    /**
     * Begins.
     *
     * @param target backend or proxy
     * @param nanoTime a monotonic clock
     */
    public static SteadyLoad start(URI target, LongSupplier nanoTime) {
        SteadyLoad load = new SteadyLoad(target, nanoTime);
        load.sender.start();
        return load;
    }

    /** What was answered so far. */
    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** What was due in this span, by the load's clock. */
    public List<Sample> samples(long fromNanos, long untilNanos) {
        return samples.stream()
                .filter(sample -> sample.dueNanos() - fromNanos >= 0 && sample.dueNanos() - untilNanos < 0)
                .toList();
    }

    /** How many edits were answered. */
    public int answeredEdits() {
        return answeredVersion.get();
    }

    /** Stops to send, and waits for the last answers. */
    @Override
    public void close() {
        running.set(false);
        try {
            sender.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long end = nanoTime.getAsLong() + LAST_ANSWERS_NANOS;
        while (outstanding.get() > 0 && nanoTime.getAsLong() - end < 0) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        client.close();
    }

    private void send() {
        long start = nanoTime.getAsLong();
        for (int tick = 0; running.get(); tick++) {
            long due = start + tick * TICK_NANOS;
            for (long left = due - nanoTime.getAsLong(); left > 0; left = due - nanoTime.getAsLong()) {
                LockSupport.parkNanos(left);
            }
            read(due, reads.get(tick % reads.size()));
            if (tick % TICKS_BETWEEN_STEPS == 0) {
                step(due, tick / TICKS_BETWEEN_STEPS);
            }
            if (tick % TICKS_BETWEEN_EDITS == 0 && editing.compareAndSet(false, true)) {
                edit(due);
            }
            if (tick % TICKS_BETWEEN_CHECKS == 0) {
                check(due, () -> {});
            }
        }
    }

    private void read(long due, Request request) {
        submit(request, reply -> add(Kind.READ, due, reply, false, reply.status() == 200, false));
    }

    private void step(long due, int number) {
        String user = CourseSeed.standard()
                .users()
                .get(CourseSeed.ADMINS + 50 + number % 50)
                .id();
        String state = number / 50 % 2 == 0 ? "IN_PROGRESS" : "COMPLETED";
        Request request = action(
                "/user/courses/c240/lessons/l240-01",
                user,
                CourseAction.SET_PROGRESS,
                "[\"%s\",\"l240-01\",\"%s\"]".formatted(user, state));
        submit(request, reply -> add(Kind.WRITE, due, reply, false, reply.body().contains("\"success\":true"), false));
    }

    private void edit(long due) {
        int version = lastVersion.incrementAndGet();
        Request request = action(
                "/admin/courses/" + EDITED + "/edit",
                ADMIN,
                CourseAction.EDIT_COURSE,
                "[{\"data\":{\"name\":\"Version %d\",\"image\":\"\",\"presentation\":\"Edited.\",\"state\":\"PUBLISHED\"},\"courseId\":\"%s\"}]"
                        .formatted(version, EDITED));
        submit(request, reply -> {
            boolean done = reply.status() == 200 && reply.body().contains("\"data\":");
            add(Kind.WRITE, due, reply, false, done, false);
            if (done) {
                answeredVersion.set(version);
                check(nanoTime.getAsLong(), () -> editing.set(false));
            } else {
                editing.set(false);
            }
        });
    }

    /** Reads the edited course: what was answered before must be seen. */
    private void check(long due, Runnable then) {
        int atLeast = answeredVersion.get();
        submit(get("/api/user/courses/" + EDITED, USER), reply -> {
            boolean read = reply.status() == 200;
            add(Kind.READ, due, reply, true, read, read && version(reply.body()) < atLeast);
            then.run();
        });
    }

    /** 0 where it has not been edited yet. */
    private static int version(String course) {
        int at = course.indexOf("\"Version ");
        return at < 0 ? 0 : Integer.parseInt(course.substring(at + 9, course.indexOf('"', at + 9)));
    }

    private void submit(Request request, Consumer<Reply> then) {
        outstanding.incrementAndGet();
        boolean sent = client.send(request, reply -> {
            then.accept(reply);
            outstanding.decrementAndGet();
        });
        if (!sent) {
            outstanding.decrementAndGet();
            then.accept(new Reply(0, "", "too many requests are under way"));
        }
    }

    private void add(Kind kind, long due, Reply reply, boolean checked, boolean asExpected, boolean stale) {
        long micros = TimeUnit.NANOSECONDS.toMicros(nanoTime.getAsLong() - due);
        samples.add(new Sample(kind, due, micros, reply.hit(), checked, stale, asExpected ? "" : told(reply)));
    }

    private static String told(Reply reply) {
        String body = reply.body().strip();
        return reply.status() + " " + (body.length() > 200 ? body.substring(0, 200) + "…" : body);
    }

    private List<Request> reads() {
        List<Request> some = new ArrayList<>();
        some.add(get("/api/public/lessons", ""));
        for (int i = 0; i < 20; i++) {
            String course =
                    "/courses/" + CourseSeed.standard().courses().get(200 + i).id();
            some.add(get("/api/user" + course, USER));
            some.add(get("/api/admin" + course, ADMIN));
            some.add(get("/api/user" + course + "/participants", USER));
        }
        return List.copyOf(some);
    }

    private static Request get(String path, String user) {
        return new Request("GET", path, user.isEmpty() ? Map.of() : Map.of("Cookie", cookie(user)), "");
    }

    private Request action(String page, String user, CourseAction action, String body) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("Cookie", cookie(user));
        fields.put("Next-Action", action.id());
        fields.put("Content-Type", "text/plain;charset=UTF-8");
        fields.put("Accept", "text/x-component");
        fields.put("Origin", target.getScheme() + "://" + target.getRawAuthority());
        return new Request("POST", page, fields, body);
    }

    private static String cookie(String user) {
        return "next-auth.session-token=" + CourseSeed.sessionOf(user);
    }
}
