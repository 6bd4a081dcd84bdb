package dev.larder.bench.judge;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.bench.course.CourseSeed;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody sees who looks into Redis with a client of their own. */
@NullUnmarked
@ExtendWith(CourseGround.class)
class RedisKeysTest {
    private static final String NAMESPACE = "larder:";

    private final Sidecar sidecar;
    private final RedisCommands<String, String> redis;

    RedisKeysTest(CourseGround.Ground ground) {
        sidecar = Sidecar.start(StoreKind.REDIS, ground);
        redis = ground.lookIntoRedis();
    }

    @BeforeEach
    void fill() {
        sidecar.warm(Read.ofAllRoutes("u011", "u001", "c001"));
        sidecar.warm(new Read(
                Read.adminCourses("u001").route(),
                "/api/admin/courses?limit=5&page=1&search=javascript",
                "u001",
                "admin:courses:adminId:u001:limit:5:page:1:search:javascript"));
    }

    @AfterEach
    void end() {
        sidecar.close();
    }

    @Test
    void keysAreThoseOfTheRulesFile() {
        Set<String> expected = Stream.concat(
                        Read.ofAllRoutes("u011", "u001", "c001").stream().map(Read::key),
                        Stream.of("admin:courses:adminId:u001:limit:5:page:1:search:javascript"))
                .map(key -> NAMESPACE + key)
                .collect(Collectors.toSet());
        Set<String> found = redis.keys("*").stream()
                .filter(name -> !name.startsWith(NAMESPACE + "@"))
                .collect(Collectors.toSet());
        assertEquals(expected, found);
    }

    @Test
    void storedResponseIsReadableText() {
        assertAll(Read.ofAllRoutes("u011", "u001", "c001").stream().map(read -> () -> {
            List<String> values = new ArrayList<>();
            redis.hgetall(NAMESPACE + read.key()).forEach((field, value) -> {
                // One that begins with # is the sweeper's mark of the response behind it.
                assertTrue(
                        field.matches("#?http://course\\.example\\|.*"), () -> "field " + field + " of " + read.key());
                if (value.startsWith("larder/")) {
                    values.add(value);
                }
            });
            assertEquals(1, values.size(), () -> "stored responses of " + read.key());
            String value = values.get(0);
            String head = value.substring(0, value.indexOf("\n\n"));
            List<String> lines = head.lines().toList();
            assertTrue(lines.contains("key " + read.key()), head);
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("status 200")), head);
            assertTrue(lines.contains("= content-type: application/json"), head);
            assertTrue(value.endsWith(sidecar.askBackend(read).text()), value);
        }));
    }

    @Test
    void everyNameExpiresByItselfAndNoneHoldsACredential() {
        for (String name : redis.keys("*")) {
            if (name.equals(NAMESPACE + "@secret")) {
                // It keys what is stored for as long as anything is.
                continue;
            }
            assertTrue(redis.pttl(name) > 0, () -> name + " never expires");
            String all = name + redis.hgetall(name);
            assertTrue(!all.contains(CourseSeed.sessionOf("u011")) && !all.contains(CourseSeed.sessionOf("u001")), all);
        }
    }

    @Test
    void lifetimesAreThoseOfTheRulesFile() {
        Read details = Read.adminCourse("u001", "c001");
        Read list = Read.adminCourses("u001");
        // Beside the lifetime, one hour for answers while the backend fails.
        assertLifetime(details, 3600 + 3600);
        assertLifetime(list, 300 + 3600);
        assertTrue(Sidecar.parameters(sidecar.ask(details)).stream().anyMatch(p -> p.matches("ttl=3[56][0-9]{2}")));
        assertTrue(Sidecar.parameters(sidecar.ask(list)).stream().anyMatch(p -> p.matches("ttl=(300|2[0-9]{2})")));
    }

    private void assertLifetime(Read read, long seconds) {
        long left = redis.ttl(NAMESPACE + read.key());
        assertTrue(left <= seconds && left > seconds - 90, () -> read.key() + " is kept for " + left + " s");
    }
}
