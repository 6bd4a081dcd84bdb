package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.RawHttp.Response;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@ExtendWith(CourseGround.class)
@ParameterizedClass
@EnumSource
class TenRoutesTest {
    private static final List<Read> READS = Read.ofAllRoutes("u011", "u001", "c001");

    private final StoreKind store;
    private final CourseGround.Ground ground;
    private final Sidecar sidecar;

    TenRoutesTest(StoreKind store, CourseGround.Ground ground) {
        this.store = store;
        this.ground = ground;
        sidecar = Sidecar.start(store, ground);
    }

    @AfterEach
    void end() {
        sidecar.close();
    }

    @Test
    void eachRouteIsAMissAndThenAHitWithTheBackendsVeryAnswer() {
        assertEquals(10, READS.stream().map(Read::route).distinct().count());
        // Who asks is known: of somebody unknown it could not be said yet that it is a miss, nor that it is stored.
        sidecar.warm(List.of(Read.adminCourse("u001", "c007"), Read.userCourse("u011", "c007")));
        assertAll(READS.stream().map(read -> () -> {
            Response backend = sidecar.askBackend(read);
            Response first = sidecar.ask(read);
            // The store is filled beside the answer: what comes at once may come before it.
            Response second = sidecar.warm(read);
            assertEquals(200, backend.status(), read::toString);
            Sidecar.assertNoHit(read, first);
            assertTrue(
                    Sidecar.parameters(first).containsAll(List.of("fwd=uri-miss", "stored")),
                    () -> Sidecar.told(read, first));
            assertTrue(second.field("age").matches("[0-9]+"), () -> "Age of " + read + ": " + second.field("age"));
            Sidecar.assertSame(read, backend, first);
            Sidecar.assertSame(read, backend, second);
        }));
    }

    @Test
    void theVeryFirstRequestOfAVisitorIsNoHitAndIsStoredOnceTheyAreKnown() {
        assertAll(READS.stream().map(read -> () -> {
            try (Sidecar fresh = Sidecar.start(store, ground)) {
                Response first = fresh.ask(read);
                Sidecar.assertNoHit(read, first);
                Sidecar.assertSame(read, fresh.askBackend(read), first);
                Sidecar.assertSame(read, first, fresh.warm(read));
            }
        }));
    }

    @Test
    void visitorsWithOneRoleShareWhatDependsOnTheRoleAlone() {
        assertAll(READS.stream().map(read -> () -> {
            String other = read.visitor().isEmpty() ? "u012" : read.visitor().equals("u011") ? "u012" : "u002";
            sidecar.warm(read);
            // Who they are is known from another read, so that the shared answer can be the first.
            sidecar.warm(
                    read.by(other).visitor().equals("u002")
                            ? Read.adminCourse("u002", "c007")
                            : Read.userCourse("u012", "c007"));
            Response shared = sidecar.ask(read.by(other));
            boolean differs = read.key().contains("Id:" + read.visitor())
                    && !read.visitor().isEmpty();
            assertEquals(!differs, Sidecar.isHit(shared), () -> Sidecar.told(read.by(other), shared));
            Sidecar.assertSame(read.by(other), sidecar.askBackend(read.by(other)), shared);
        }));
    }

    @Test
    void theOrderOfAQueryAndItsDefaultsMakeNoDifference() {
        Read plain = Read.adminCourses("u001");
        sidecar.warm(plain);
        for (String query : List.of("?page=1", "?search=&limit=5&page=1", "?page=1&limit=5&search=&_rsc=1x2y3")) {
            Read same = new Read(plain.route(), plain.target() + query, plain.visitor(), plain.key());
            sidecar.assertHit(same);
        }
    }

    @Test
    void whatTheRulesDoNotNameIsAnsweredByTheBackendAndNotStored() {
        for (String query :
                List.of("?page=01", "?page=abc", "?limit=100000", "?debug=1", "?page=1&page=2", "?page=0")) {
            Read odd = new Read(Read.publicLessons().route(), "/api/public/lessons" + query, "", "");
            Response backend = sidecar.askBackend(odd);
            for (int i = 0; i < 2; i++) {
                Response answer = sidecar.ask(odd);
                Sidecar.assertNoHit(odd, answer);
                assertTrue(Sidecar.parameters(answer).contains("fwd=bypass"), () -> Sidecar.told(odd, answer));
                Sidecar.assertSame(odd, backend, answer);
            }
        }
    }

    @Test
    void aCourseThatDoesNotExistIsNotStored() {
        for (Read read : List.of(Read.adminCourse("u001", "none"), Read.userCourse("u011", "none"))) {
            for (int i = 0; i < 3; i++) {
                Response answer = sidecar.ask(read);
                Sidecar.assertNoHit(read, answer);
                Sidecar.assertSame(read, sidecar.askBackend(read), answer);
            }
        }
    }
}
