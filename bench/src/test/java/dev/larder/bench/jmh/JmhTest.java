package dev.larder.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.plan.Plan;
import dev.larder.policy.Reuse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, and comes to what it is there to measure. */
class JmhTest {

    @Test
    void everyBenchmarkRuns() throws RunnerException {
        long there = Stream.of(RequestSteps.class, StoreSteps.class)
                .flatMap(of -> Arrays.stream(of.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .count();
        var results = new Runner(new OptionsBuilder()
                        .include("dev\\.larder\\.bench\\.jmh\\..*")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(5))
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        assertEquals(there, results.size());
        StringWriter table = new StringWriter();
        JmhCommand.print(new PrintWriter(table), results);
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            assertTrue(table.toString().contains(name.substring(name.lastIndexOf('.'))), () -> name + " in " + table);
        }
    }

    @Test
    void stepsOfARequestComeToItsKey() {
        RequestSteps steps = new RequestSteps();
        assertEquals(List.of("api", "catalogue", "42"), steps.targetParse().segments());
        Plan.Read read = assertInstanceOf(Plan.Read.class, steps.routeMatch());
        assertEquals("catalogue", read.route().name());
        Plan.Derived.Cacheable keyed = assertInstanceOf(Plan.Derived.Cacheable.class, steps.keyDerivation());
        assertEquals(
                "catalogue:limit:5:page:3:search:javascript:shop:42",
                keyed.key().text());
        assertEquals(3, steps.cookieParse().list().size());
        assertEquals(List.of("gzip", "deflate", "br", "zstd"), steps.fieldMembers());
    }

    @Test
    void stepsInTheStoreComeToTheResponse() {
        StoreSteps steps = new StoreSteps();
        assertInstanceOf(Reuse.Fresh.class, steps.freshness());
        assertTrue(steps.encode().length > Given.BODY_BYTES);
        var decoded = steps.decode();
        assertNotNull(decoded);
        assertEquals(Given.BODY_BYTES, decoded.body().length);
        var authenticated = steps.decodeAuthenticated();
        assertNotNull(authenticated);
        assertEquals(decoded.keyText(), authenticated.keyText());
        var copy = steps.nearGet();
        assertNotNull(copy);
        assertEquals(decoded.keyText(), copy.response().keyText());
        assertEquals(1, steps.nearPut().entries());
    }
}
