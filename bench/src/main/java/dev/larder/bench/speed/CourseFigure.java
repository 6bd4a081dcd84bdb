package dev.larder.bench.speed;

import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.Slowness;
import dev.larder.bench.mix.Figure;
import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import dev.larder.bench.stage.BackendStage;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The design document's table: one page of the course platform over a slow database, asked for three times and more, each time
 * with a page that nobody asked for before. For one thread; blocking.
 */
final class CourseFigure {
    static final String ID = "figure";
    private static final Duration SLOW = Duration.ofMillis(149);
    private static final String PATH = "/api/admin/courses?page=1&limit=5&search=";
    private static final int WARM_UPS = 2_000;
    private static final int REQUESTS = 501;
    private static final double MICROS_PER_MILLI = 1_000;

    private final Ring ring;
    private final BackendStage stage;

    CourseFigure(Ring ring, BackendStage stage) {
        this.ring = ring;
        this.stage = stage;
    }

    Section run() throws IOException, InterruptedException {
        List<Section.Row> rows = new ArrayList<>();
        for (Rival rival :
                ring.among(List.of(Rival.ALONE, Rival.LARDER, Rival.LARDER_REDIS, Rival.NGINX, Rival.VARNISH))) {
            ring.progress().accept(ID + ": " + rival.title());
            RowOfRounds row = new RowOfRounds(rival.title(), rival.own());
            if (rival == Rival.ALONE) {
                rounds(stage.backend().address(), row, WARM_UPS / 10, 21);
            } else {
                try (RivalProcess process = ring.start(rival, stage.backend().address())) {
                    rounds(process.address(), row, WARM_UPS, REQUESTS);
                }
            }
            rows.add(row.row());
        }
        stage.backend().slowness(Slowness.NONE);
        return new Section(
                ID,
                "The design document's table",
                "A page of an administrator's courses over a database that takes 149 ms longer, asked for one time after another by one visitor who has "
                        + "not been seen before. nginx and Varnish know the visitor by nothing but the cookie.",
                List.of(
                        new Section.Column("first", "first", "ms", 2, false),
                        new Section.Column("second", "second", "ms", 2, false),
                        new Section.Column("third", "third", "ms", 2, false),
                        new Section.Column("three", "average of three", "ms", 2, true),
                        new Section.Column("p50", "later, median", "ms", 3, false),
                        new Section.Column("p99", "later, p99", "ms", 3, true)),
                rows,
                List.of());
    }

    private void rounds(URI address, RowOfRounds row, int warmUps, int requests)
            throws IOException, InterruptedException {
        for (int round = 0; round < ring.rounds(); round++) {
            stage.backend().slowness(Slowness.NONE);
            Figure.WarmUp warm = new Figure.WarmUp(
                    PATH + "w" + round,
                    cookie("u001"),
                    round == 0 ? warmUps : 50,
                    () -> stage.backend().slowness(Slowness.ofReads(SLOW)));
            Figure figure = Figure.take(
                    address,
                    PATH + "javascript" + round,
                    warm,
                    cookie("u00" + (2 + round % 7)),
                    requests,
                    System::nanoTime);
            row.add("first", figure.first() / MICROS_PER_MILLI);
            row.add("second", figure.second() / MICROS_PER_MILLI);
            row.add("third", figure.third() / MICROS_PER_MILLI);
            row.add("three", figure.averageOfThree() / MICROS_PER_MILLI);
            row.add("p50", figure.later().getValueAtPercentile(50) / MICROS_PER_MILLI);
            row.add("p99", figure.later().getValueAtPercentile(99) / MICROS_PER_MILLI);
        }
    }

    private static String cookie(String user) {
        return "next-auth.session-token=" + CourseSeed.sessionOf(user);
    }
}
