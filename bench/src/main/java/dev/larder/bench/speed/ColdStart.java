package dev.larder.bench.speed;

import dev.larder.bench.report.Section;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How long it takes from the start of the program to its first answer, and what it takes of memory then. For one thread; blocking. */
final class ColdStart {
    static final String ID = "cold-start";
    private static final String PATH = "/api/public/lessons?page=1&limit=5&search=b1024-";
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MIB = 1 << 20;

    private final Ring ring;
    private final SpeedOrigin origin;

    ColdStart(Ring ring, SpeedOrigin origin) {
        this.ring = ring;
        this.origin = origin;
    }

    Section run() throws IOException {
        List<Rival> rivals = ring.among(List.of(Rival.LARDER, Rival.NGINX, Rival.HAPROXY, Rival.VARNISH));
        List<RowOfRounds> rows = new ArrayList<>();
        for (Rival rival : rivals) {
            rows.add(new RowOfRounds(rival.title(), rival.own()));
        }
        for (int round = 0; round < ring.rounds(); round++) {
            for (int i = 0; i < rivals.size(); i++) {
                once(rivals.get(i), rows.get(i), round);
            }
        }
        return new Section(
                ID,
                "Cold start",
                "From the start of the program to the end of its first answer, a miss, with the default settings.",
                List.of(
                        new Section.Column("listens", "listens", "ms", 0, false),
                        new Section.Column("answers", "first answer", "ms", 0, true),
                        new Section.Column("resident", "memory then", "MiB", 0, true)),
                rows.stream().map(RowOfRounds::row).toList(),
                List.of());
    }

    private void once(Rival rival, RowOfRounds row, int round) throws IOException {
        try (RivalProcess process = ring.start(rival, origin.address());
                RawConnection connection = RawConnection.open(process.address())) {
            connection.get(PATH, 0);
            int status = connection.answer();
            double answers = (System.nanoTime() - process.startNanos()) / NANOS_PER_MILLI;
            if (status != 200) {
                throw new IOException("the first answer of %s is %d; expected 200".formatted(rival.title(), status));
            }
            row.add("listens", process.nanosUntilItListened() / NANOS_PER_MILLI);
            row.add("answers", answers);
            row.add("resident", ProcessCost.of(process.handle()).residentBytes() / MIB);
            ring.progress().accept("%s: %-18s round %d: %.0f ms".formatted(ID, rival.title(), round + 1, answers));
        }
    }
}
