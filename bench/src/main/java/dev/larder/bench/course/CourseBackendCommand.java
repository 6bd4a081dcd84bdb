package dev.larder.bench.course;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code course-backend}: runs the course backend until it is ended. */
@Command(
        name = "course-backend",
        mixinStandardHelpOptions = true,
        description = "Runs the course backend, a plain application that knows nothing of any cache, until Ctrl-C.")
public final class CourseBackendCommand implements Callable<Integer> {
    @Option(names = "--host", description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host = "127.0.0.1";

    @Option(names = "--port", description = "Port of the application, 0 for any (default: ${DEFAULT-VALUE}).")
    private int port = 3000;

    @Option(
            names = "--admin-port",
            description = "Port of GET /__statements and POST /__reset, 0 for any (default: ${DEFAULT-VALUE}).")
    private int adminPort = 3001;

    @Option(
            names = "--slow-database",
            description =
                    "Milliseconds that are added to each read, as by a slow database (default: ${DEFAULT-VALUE}).")
    private int slowDatabase;

    @Option(
            names = "--slow-writes",
            description =
                    "Milliseconds that are added to each write, half before its commit (default: ${DEFAULT-VALUE}).")
    private int slowWrites;

    @Option(
            names = "--postgres",
            description =
                    "JDBC address of a PostgreSQL to use; its course tables are replaced (default: one of its own).")
    private @Nullable String postgres;

    @Override
    public Integer call() throws Exception {
        Slowness slowness = Slowness.ofReads(Duration.ofMillis(slowDatabase)).withWrites(Duration.ofMillis(slowWrites));
        CourseOptions defaults = CourseOptions.defaults();
        CourseOptions options =
                new CourseOptions(host, slowness, defaults.pageGap(), defaults.keepAlive(), defaults.clock());
        CourseDatabase database = postgres == null
                ? CourseDatabase.embedded(System.err::println)
                : CourseDatabase.connect(postgres, System.err::println);
        CountDownLatch ended = new CountDownLatch(1);
        try (database;
                CourseBackend backend = CourseBackend.start(port, database, options);
                CourseAdmin admin = CourseAdmin.start(adminPort, database)) {
            Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "ended"));
            print(backend, admin);
            ended.await();
        }
        return 0;
    }

    private static void print(CourseBackend backend, CourseAdmin admin) {
        CourseSeed seed = CourseSeed.standard();
        String cookie = CookieReading.PLAIN_NAME + "=";
        System.out.printf(
                """
                course backend  %s
                statements      %s/__statements
                an ADMIN        Cookie: %s%s
                a USER          Cookie: %s%s
                try             curl -s -H 'Cookie: %s%s' '%s/api/admin/courses?search=javascript'
                """,
                backend.address(),
                admin.address(),
                cookie,
                CourseSeed.sessionOf(seed.users().get(0).id()),
                cookie,
                CourseSeed.sessionOf(seed.users().get(CourseSeed.ADMINS).id()),
                cookie,
                CourseSeed.sessionOf(seed.users().get(0).id()),
                backend.address());
    }
}
