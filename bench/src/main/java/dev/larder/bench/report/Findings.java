package dev.larder.bench.report;

import java.util.List;
import java.util.Map;

/**
 * All that a run found.
 *
 * @param date when it was begun, for people
 * @param options how it was called
 * @param machine what it ran on, and in which versions; by name
 * @param sections one for each scenario, in the order in which they ran
 * @param configs what each proxy was configured with, by its name
 * @param remarks what a reader has to know, e.g. who is not installed
 */
public record Findings(
        String date,
        String options,
        Map<String, String> machine,
        List<Section> sections,
        Map<String, String> configs,
        List<String> remarks) {}
