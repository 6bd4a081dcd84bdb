package dev.larder.cli.remote;

import dev.larder.rules.Durations;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A view that is made again and again, in the same place where that is possible. Blocks. */
final class Refreshing {

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "2s",
            converter = Interval.class,
            description = "how long between two views, at least 100ms (default ${DEFAULT-VALUE})")
    private Duration interval = Duration.ofSeconds(2);

    @Option(
            names = "--count",
            paramLabel = "NUMBER",
            defaultValue = "0",
            description = "end after so many views; 0 goes on until it is ended (default ${DEFAULT-VALUE})")
    private int count;

    static final class Interval implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text)
                    .filter(time -> time.toMillis() >= 100)
                    .orElseThrow(() -> new TypeConversionException(
                            "\"" + text + "\"; expected " + Durations.EXPECTED + ", at least 100ms"));
        }
    }

    /** Makes the lines of a view. */
    interface View {
        List<String> lines() throws IOException;
    }

    /** Shows views until there are enough of them; a sidecar that is gone ends it. */
    void show(View view, Ink ink, PrintWriter to) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        boolean ended = false;
        for (int shown = 1; !ended; shown++) {
            List<String> lines = view.lines();
            to.print(ink.anew());
            lines.forEach(to::println);
            to.flush();
            ended = shown == count || never.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
