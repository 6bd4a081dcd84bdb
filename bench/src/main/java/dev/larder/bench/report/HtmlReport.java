package dev.larder.bench.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Findings as one page that needs nothing else: styles and drawings are in it, it asks no network, and it runs no script. Pure. */
public final class HtmlReport {
    private final Findings findings;
    private final Palette palette = new Palette();

    private HtmlReport(Findings findings) {
        this.findings = findings;
    }

    /** The page, well-formed as XML. */
    public static String render(Findings findings) {
        return new HtmlReport(findings).page();
    }

    private String page() {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>")
                .append("<title>larder: speed, ")
                .append(Markup.escape(findings.date()))
                .append("</title><style>")
                .append(ReportStyle.CSS)
                .append("</style></head><body><main>\n");
        page.append("<header><h1>larder, beside the native proxies</h1><p class=\"lead\">")
                .append(Markup.escape(findings.date()))
                .append(" UTC · <code>")
                .append(Markup.escape(findings.options()))
                .append("</code></p></header>\n");
        page.append(Headlines.render(findings));
        page.append(remarks()).append(contents());
        findings.sections().forEach(section -> page.append(section(section)));
        page.append(machine()).append(method()).append(configs());
        return page.append("</main></body></html>\n").toString();
    }

    private String remarks() {
        return findings.remarks().isEmpty()
                ? ""
                : findings.remarks().stream()
                        .map(remark -> "<li>" + Markup.escape(remark) + "</li>")
                        .collect(Collectors.joining("", "<ul class=\"remarks\">", "</ul>\n"));
    }

    private String contents() {
        return findings.sections().stream()
                .map(section ->
                        "<a href=\"#%s\">%s</a>".formatted(Markup.escape(section.id()), Markup.escape(section.title())))
                .collect(Collectors.joining(" ", "<nav>", "</nav>\n"));
    }

    private String section(Section section) {
        StringBuilder text = new StringBuilder();
        text.append("<section id=\"%s\"><h2>%s</h2><p>%s</p>\n"
                .formatted(Markup.escape(section.id()), Markup.escape(section.title()), Markup.escape(section.what())));
        text.append(table(section));
        section.notes().forEach(note -> text.append("<p class=\"note\">%s</p>\n".formatted(Markup.escape(note))));
        String bars = section.columns().stream()
                .filter(Section.Column::bars)
                .map(column -> BarChart.render(column, section.rows(), palette))
                .collect(Collectors.joining());
        if (!bars.isEmpty()) {
            text.append("<div class=\"bars\">").append(bars).append("</div>\n");
        }
        section.charts().forEach(chart -> text.append(LineChart.render(chart, palette)));
        return text.append("</section>\n").toString();
    }

    private static String table(Section section) {
        List<Section.Column> columns = section.columns().stream()
                .filter(column ->
                        section.rows().stream().anyMatch(row -> row.values().containsKey(column.id())))
                .toList();
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table><thead><tr><th></th>");
        for (Section.Column column : columns) {
            String unit = column.unit().isEmpty() ? "" : "<small>" + Markup.escape(column.unit()) + "</small>";
            table.append("<th>")
                    .append(Markup.escape(column.title()))
                    .append(unit)
                    .append("</th>");
        }
        table.append("</tr></thead><tbody>");
        for (Section.Row row : section.rows()) {
            table.append(row.own() ? "<tr class=\"own\">" : "<tr>")
                    .append("<th>")
                    .append(Markup.escape(row.name()))
                    .append("</th>");
            for (Section.Column column : columns) {
                List<Double> rounds = row.rounds().getOrDefault(column.id(), List.of());
                String spread = rounds.size() < 2
                        ? ""
                        : " title=\"%d rounds, %.0f %% apart\""
                                .formatted(rounds.size(), 100 * Statistics.spread(rounds));
                table.append("<td")
                        .append(spread)
                        .append('>')
                        .append(TextTable.cell(row, column))
                        .append("</td>");
            }
            table.append("</tr>");
        }
        return table.append("</tbody></table></div>\n").toString();
    }

    private String machine() {
        return findings.machine().entrySet().stream()
                .map(entry -> "<dt>%s</dt><dd>%s</dd>"
                        .formatted(Markup.escape(entry.getKey()), Markup.escape(entry.getValue())))
                .collect(Collectors.joining("", "<section id=\"machine\"><h2>Machine</h2><dl>", "</dl></section>\n"));
    }

    private static String method() {
        return """
                <section id="method"><h2>How it was measured</h2><ul>
                <li>Each proxy has one core and the same one; load, backend, Redis and PostgreSQL have the others.</li>
                <li>Slices of all proxies follow each other, round after round, each round in another order. Values are medians of the rounds; point at
                one to see how far its rounds are apart.</li>
                <li>Before that each proxy gets the same load until what a request costs falls no more, and at least 150,000 requests (fewer for
                long bodies), within a bound of seconds.</li>
                <li>Where the load was at its limit while the proxy's core idled, a line below the table says so.</li>
                <li>"a second" is what 64 connections that ask again at once get out of it (wrk); "CPU each" is the proxy's CPU time, of all its
                processes, divided by the answers of the same slice; "one at a time" is the median of one connection.</li>
                <li>Percentiles come from requests that are sent at a constant rate, whatever became of those before, and are of the time from
                when a request was due: one that finds all 64 connections busy waits, and its waiting counts. The rate is 70 % or 10 % of what
                that same proxy takes. "load late" is by how much the load itself was late with 99 of 100 requests; slices in which that is more
                than a millisecond tell of the load, and their times are left out.</li>
                <li>Requests have heads of 800 to 900 bytes as a browser sends them, with three cookies, of 200 visitors, and a <code>traceparent</code> that
                differs in every one.</li>
                <li>Memory is the proportional share of all processes of a proxy after the load, without the page cache, which nginx uses
                for what it stores.</li>
                </ul></section>
                """;
    }

    private String configs() {
        StringBuilder text = new StringBuilder("<section id=\"configs\"><h2>Configurations</h2>"
                + "<p>As they were in this run, so that anybody can object.</p>\n");
        for (Map.Entry<String, String> config : findings.configs().entrySet()) {
            text.append("<details><summary>")
                    .append(Markup.escape(config.getKey()))
                    .append("</summary><pre>")
                    .append(Markup.escape(config.getValue()))
                    .append("</pre></details>\n");
        }
        return text.append("</section>\n").toString();
    }
}
