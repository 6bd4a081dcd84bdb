package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.RawHttp.Response;
import dev.larder.bench.course.Slowness;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Slow joins of one course, one after another: a write that is under way hides nothing that it does not change. */
@NullUnmarked
@ExtendWith(CourseGround.class)
@ParameterizedClass
@EnumSource
class JoinsTest {
    private static final Duration WRITE = Duration.ofMillis(149);
    private static final String JOINED = "c299";
    private static final int JOINS = 12;

    private static final List<Read> OTHERS = List.of(
            Read.adminCourse("u001", "c298"),
            Read.userCourse("u011", "c298"),
            Read.adminParticipants("u001", "c298"),
            Read.userParticipants("u011", "c298"),
            Read.adminCourse("u002", "c100"),
            Read.userCourse("u012", "c100"),
            Read.userCourses("u011"),
            Read.userCourses("u012"),
            Read.adminCourses("u001"),
            Read.publicLessons());

    private final CourseGround.Ground ground;
    private final Sidecar sidecar;

    JoinsTest(StoreKind store, CourseGround.Ground ground) {
        this.ground = ground;
        ground.restore();
        sidecar = Sidecar.start(store, ground);
    }

    @AfterEach
    void end() {
        ground.backend().slowness(Slowness.NONE);
        sidecar.close();
    }

    @Test
    void joinsOfOneCourseCostNoHitsOnOthers() throws Exception {
        sidecar.warm(OTHERS);
        ground.backend().slowness(Slowness.NONE.withWrites(WRITE));
        AtomicBoolean joining = new AtomicBoolean(true);
        AtomicInteger rounds = new AtomicInteger();
        Queue<String> misses = new ConcurrentLinkedQueue<>();
        Thread reader = new Thread(() -> {
            while (joining.get()) {
                for (Read read : OTHERS) {
                    Response response = sidecar.ask(read);
                    if (!Sidecar.isHit(response)) {
                        misses.add(Sidecar.told(read, response));
                    }
                }
                rounds.incrementAndGet();
            }
        });
        reader.start();
        List<String> users = CourseSeed.standard().users().stream()
                .map(CourseSeed.User::id)
                .filter(id -> id.compareTo("u012") > 0 && !CourseSeed.standard().enrolled(id, JOINED))
                .limit(JOINS)
                .toList();
        try {
            for (String user : users) {
                Response joined = Write.join(JOINED, user).through(sidecar);
                assertEquals(200, joined.status(), joined::text);
                // What they change is new each time, however often it is asked in between.
                Read participants = Read.userParticipants("u011", JOINED);
                Response after = sidecar.ask(participants);
                Sidecar.assertNoHit(participants, after);
                assertTrue(after.text().contains("\"" + user + "\""), after::text);
            }
        } finally {
            joining.set(false);
            reader.join();
        }
        assertEquals(JOINS, users.size());
        assertTrue(rounds.get() >= JOINS, () -> "only " + rounds + " rounds were read meanwhile");
        assertEquals(List.of(), List.copyOf(misses));
    }

    @Test
    void whatJoinsChangeStaysAHitUntilTheyAreAnswered() throws Exception {
        Read course = Read.userCourse("u011", JOINED);
        sidecar.warm(course);
        ground.backend().slowness(new Slowness(Duration.ZERO, Duration.ZERO, Duration.ofMillis(600), Duration.ZERO));
        String user = CourseSeed.standard().users().stream()
                .map(CourseSeed.User::id)
                .filter(id -> id.compareTo("u012") > 0 && !CourseSeed.standard().enrolled(id, JOINED))
                .findFirst()
                .orElseThrow();
        AtomicBoolean answered = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            Write.join(JOINED, user).through(sidecar);
            answered.set(true);
        });
        writer.start();
        int hits = 0;
        while (!answered.get()) {
            Response response = sidecar.ask(course);
            // An answer that comes after the write's says nothing here.
            if (!answered.get() && Sidecar.isHit(response)) {
                hits++;
            }
        }
        writer.join();
        assertTrue(hits > 0, "a write under way hid what it was about to change");
        Response after = sidecar.ask(course);
        assertEquals(sidecar.askBackend(course).text(), after.text());
    }
}
