package dev.larder.bench.speed;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hyperfoil.api.config.BenchmarkBuilder;
import io.hyperfoil.api.config.Phase;
import io.hyperfoil.api.config.PhaseBuilder;
import io.hyperfoil.api.session.Session;
import io.hyperfoil.api.statistics.StatisticsSnapshot;
import io.hyperfoil.core.impl.LocalSimulationRunner;
import io.hyperfoil.core.util.CountDown;
import io.hyperfoil.http.api.HttpMethod;
import io.hyperfoil.http.api.HttpRequestWriter;
import io.hyperfoil.http.config.HttpPluginBuilder;
import io.hyperfoil.http.config.Protocol;
import io.hyperfoil.http.steps.HttpStepCatalog;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process that sends at a fixed rate, by Hyperfoil: one job a line on standard input, one result a line on standard output.
 * It lives through a whole run, so that its code stays compiled, and ends with its input.
 */
public final class OpenLoopMain {
    /** What a line with a result begins with; other lines are chatter. */
    static final String RESULT = "@@result ";

    private static final String WARM = "warm";
    private static final String MAIN = "main";
    /** Requests that are due and wait for a connection, at most. More are counted as not sent. */
    private static final int MOST_WAITING = 20_000;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Histogram nanos = new Histogram(LONGEST_NANOS, 3);
    private final OpenLoopJob job;
    private final int[] draws;
    /** Those of the one event loop that sends. */
    private long requests;

    private long sent;
    private long answered;

    private OpenLoopMain(OpenLoopJob job) {
        this.job = job;
        this.draws = job.target().draws(job.run());
    }

    /** Reads jobs until there are no more. */
    public static void main(String[] arguments) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            OpenLoopResult result = new OpenLoopMain(json.readValue(line, OpenLoopJob.class)).run();
            System.out.println(RESULT + json.writeValueAsString(result));
            System.out.flush();
        }
    }

    private OpenLoopResult run() {
        new LocalSimulationRunner(benchmark().build(), this::count, null, null).run();
        return OpenLoopResult.of(sent, answered, nanos);
    }

    private BenchmarkBuilder benchmark() {
        BenchmarkBuilder benchmark = BenchmarkBuilder.builder().name("larder").threads(1);
        benchmark
                .addPlugin(HttpPluginBuilder::new)
                .ergonomics()
                .repeatCookies(false)
                .userAgentFromSession(false)
                .endErgonomics()
                .http()
                .protocol(Protocol.HTTP)
                .host("127.0.0.1")
                .port(job.port())
                .allowHttp2(false)
                .sharedConnections(OpenLoopJob.CONNECTIONS)
                .requestTimeout(TimeUnit.SECONDS.toMillis(30))
                .endHttp();
        if (job.warmMillis() > 0) {
            phase(benchmark, WARM, job.warmMillis(), null);
        }
        phase(benchmark, MAIN, TimeUnit.SECONDS.toMillis(job.seconds()), job.warmMillis() > 0 ? WARM : null);
        return benchmark;
    }

    private void phase(BenchmarkBuilder benchmark, String name, long millis, @Nullable String after) {
        PhaseBuilder.ConstantRate phase = benchmark.addPhase(name).constantRate(job.rate());
        phase.variance(false).maxSessions(MOST_WAITING).duration(millis);
        if (after != null) {
            phase.startAfter(after);
        }
        phase.scenario()
                .initialSequence("ask")
                .step(HttpStepCatalog.SC)
                .httpRequest(HttpMethod.GET)
                .path(session -> path())
                .headerAppender(this::head)
                .sync(true)
                .endStep()
                .endSequence()
                .endScenario();
    }

    private String path() {
        requests++;
        Target target = job.target();
        return draws.length == 0
                ? target.prefix() + job.run() + "h" + requests
                : target.prefix() + draws[(int) (requests % draws.length)];
    }

    private static final Map<String, String> FIELDS = BrowserHead.fields();

    private void head(Session session, HttpRequestWriter writer) {
        FIELDS.forEach(writer::putHeader);
        writer.putHeader(
                "Cookie",
                BrowserHead.cookiesBeforeToken() + BrowserHead.token((int) (requests % BrowserHead.VISITORS)));
        writer.putHeader("traceparent", BrowserHead.traceparent(job.run() << 32 | requests, requests));
    }

    /** Comes once for each second of a phase and the statistics of it, on the thread that runs the load. */
    private void count(
            Phase phase, int step, String metric, StatisticsSnapshot snapshot, @Nullable CountDown countDown) {
        if (phase.name().equals(MAIN)) {
            sent += snapshot.requestCount;
            answered += snapshot.responseCount - snapshot.invalid;
            nanos.add(snapshot.histogram);
        }
    }
}
