package dev.larder.bench.report;

import java.util.List;
import java.util.Map;

/** Findings with names that have to be escaped, and a row that lacks a value. */
final class SampleFindings {
    private SampleFindings() {}

    static Findings findings() {
        return new Findings(
                "2026-11-23 10:00",
                "./larder bench speed --scenario \"one\" && <two>",
                Map.of("processor", "A & B <fast>"),
                List.of(section()),
                Map.of("nginx", "map $a { \"~<x>\" 1; }\n"),
                List.of("Varnish is not installed: apt-get install varnish"));
    }

    static Section section() {
        return new Section(
                "one-key",
                "Hits & <one> key",
                "What was done.",
                List.of(
                        new Section.Column("rate", "a second", "", 0, true),
                        new Section.Column("cpu", "CPU each", "µs", 2, true),
                        new Section.Column("never", "nobody has it", "", 0, true)),
                List.of(
                        new Section.Row(
                                "larder",
                                true,
                                Map.of("rate", 120_000.4, "cpu", 8.5),
                                Map.of("cpu", List.of(8.0, 8.5, 9.0))),
                        new Section.Row(
                                "nginx \"proxy_cache\"", false, Map.of("rate", 90_000.0, "cpu", 10.0), Map.of()),
                        new Section.Row("<alone>", false, Map.of("rate", Double.NaN), Map.of())),
                List.of(
                        new Section.Chart(
                                "Latency",
                                "percentile",
                                true,
                                "µs",
                                true,
                                List.of(
                                        new Section.Line(
                                                "larder", true, List.of(0.0, 50.0, 99.999), List.of(0.0, 90.0, 1500.0)),
                                        new Section.Line("empty", false, List.of(), List.of()))),
                        new Section.Chart(
                                "Hits over time",
                                "s",
                                false,
                                "%",
                                false,
                                List.of(new Section.Line("larder", true, List.of(0.0, 10.0), List.of(0.0, 93.5)))),
                        new Section.Chart("Nothing", "s", false, "%", false, List.of())));
    }
}
