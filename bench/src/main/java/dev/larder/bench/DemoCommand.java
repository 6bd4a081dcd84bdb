package dev.larder.bench;

import dev.larder.bench.course.CourseBackend;
import dev.larder.bench.course.CourseDatabase;
import dev.larder.bench.course.CourseOptions;
import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.Slowness;
import dev.larder.bench.stage.Stage;
import dev.larder.cli.ExtraCommand;
import dev.larder.cli.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code larder demo}: PostgreSQL, the course backend and a sidecar in front of it, until Ctrl-C. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Runs PostgreSQL, a course application and larder in front of it, and shows what to try.")
public final class DemoCommand implements ExtraCommand, Callable<Integer> {

    @Option(names = "--listen", defaultValue = "127.0.0.1:8080", description = "larder (default ${DEFAULT-VALUE})")
    private String listen = "";

    @Option(names = "--admin", defaultValue = "127.0.0.1:9090", description = "its admin (default ${DEFAULT-VALUE})")
    private String admin = "";

    @Option(names = "--store", defaultValue = "memory", description = "memory or redis://… (default ${DEFAULT-VALUE})")
    private String store = "";

    @Option(names = "--rules", defaultValue = "rules.yaml", description = "rules file (default ${DEFAULT-VALUE})")
    private Path rules = Path.of("rules.yaml");

    @Option(names = "--backend-port", defaultValue = "3000", description = "course backend (default ${DEFAULT-VALUE})")
    private int backendPort;

    @Option(
            names = "--slow-database",
            defaultValue = "149",
            description = "milliseconds that the backend takes for a read (default ${DEFAULT-VALUE})")
    private int slowDatabase;

    @Override
    public Integer call() throws Exception {
        Stage.quiet();
        CourseOptions defaults = CourseOptions.defaults();
        CourseOptions options = new CourseOptions(
                "127.0.0.1",
                Slowness.ofReads(Duration.ofMillis(slowDatabase)),
                defaults.pageGap(),
                defaults.keepAlive(),
                defaults.clock());
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            ended.countDown();
                            try {
                                closed.await();
                            } catch (InterruptedException interrupted) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "ending"));
        try (CourseDatabase database = CourseDatabase.embedded(Stage::tell);
                CourseBackend backend = CourseBackend.start(backendPort, database, options);
                Launch larder = Launch.start(settings(backend), System.getenv())) {
            print(backend, larder);
            ended.await();
            System.err.println("ending …");
        } finally {
            closed.countDown();
        }
        return 0;
    }

    private Map<String, String> settings(CourseBackend backend) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen", listen);
        settings.put("admin", admin);
        settings.put("store.url", store);
        // What Ctrl-C ends is not to leave a file behind.
        settings.put("store.owed-file", "memory");
        settings.put("rules", rules.toString());
        settings.put("backend", backend.address().toString());
        return settings;
    }

    private static void print(CourseBackend backend, Launch larder) {
        CourseSeed seed = CourseSeed.standard();
        String site = "http://" + larder.address();
        String cookie = "Cookie: next-auth.session-token="
                + CourseSeed.sessionOf(seed.users().get(0).id());
        String list = site + "/api/admin/courses?search=java";
        System.out.printf(
                """

                larder          %s
                its live page   http://%s/
                the backend     %s   (the same application, without a cache)

                Try these (an ADMIN's session cookie), and look at Cache-Status and the time:

                1. a miss, which the backend answers
                   curl -s -o /dev/null -D - -w 'time: %%{time_total}s\\n' -H '%s' '%s'
                2. a hit: the same line again
                   curl -s -o /dev/null -D - -w 'time: %%{time_total}s\\n' -H '%s' '%s'
                3. a write that purges it; then the first line is a miss again
                   curl -s -X DELETE -D - -H '%s' '%s/api/admin/courses/%s'

                Ctrl-C ends everything.
                """,
                site,
                larder.adminAddress(),
                backend.address(),
                cookie,
                list,
                cookie,
                list,
                cookie,
                site,
                seed.courses().get(0).id());
        System.out.flush();
    }
}
