package dev.larder.bench.report;

/** The report's looks, light and dark as the reader's system has it. */
final class ReportStyle {
    static final String CSS = """
            :root { color-scheme: light dark; --page: #fbfaf7; --card: #ffffff; --ink: #1d2327; --soft: #5c666d; --rule: #dfe0dc; --own-tint: #e8f1ee;
              --own0: #0a7d68; --own1: #5fb3a1; --o0: #d9822b; --o1: #5b7fbf; --o2: #a2609f; --o3: #b5a642; --o4: #8a8f94; --o5: #c25b56; }
            @media (prefers-color-scheme: dark) { :root { --page: #14181a; --card: #1b2124; --ink: #e7eaeb; --soft: #9aa5ab; --rule: #303a3f;
              --own-tint: #17302b; --own0: #35c2a4; --own1: #1d8671; --o0: #e39a52; --o1: #84a5dd; --o2: #c48bc1; --o3: #cfc163; --o4: #a4abb0; --o5: #dd827d; } }
            * { box-sizing: border-box; }
            body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
            main { max-width: 1240px; margin: 0 auto; padding: 40px 24px 80px; }
            h1 { font-size: 30px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; }
            h2 { font-size: 20px; margin: 0 0 4px; }
            p { margin: 0 0 14px; max-width: 78ch; color: var(--soft); }
            .lead { margin-top: 6px; max-width: none; overflow-wrap: anywhere; } .note { margin: 10px 0 0; font-size: 13.5px; }
            code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
            section, .remarks { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 22px 24px; margin: 22px 0 0; }
            .remarks { padding-left: 42px; color: var(--soft); }
            nav { display: flex; flex-wrap: wrap; gap: 6px 16px; margin: 20px 0 0; font-size: 14px; }
            a { color: var(--own0); text-decoration: none; } a:hover { text-decoration: underline; }
            .headlines { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 14px; margin: 26px 0 0; }
            .headlines div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 16px 18px; }
            .headlines b { display: block; font-size: 27px; line-height: 1.2; color: var(--own0); font-variant-numeric: tabular-nums; }
            .headlines span { color: var(--soft); font-size: 13.5px; }
            .scroll { overflow-x: auto; margin: 0 -6px; }
            table { border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; width: 100%; }
            th, td { padding: 5px 7px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
            thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; white-space: normal; line-height: 1.25; }
            thead small { display: block; font-weight: 400; }
            tbody th { text-align: left; font-weight: 500; position: sticky; left: 0; background: var(--card); }
            tr.own > * { background: var(--own-tint); font-weight: 650; }
            tbody tr:last-child > * { border-bottom: 0; }
            .bars { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(310px, 100%), 1fr)); gap: 18px 26px; margin: 20px 0 6px; }
            .chart { width: 100%; height: auto; display: block; overflow: visible; } .plot { overflow-x: auto; margin-top: 22px; } .chart.wide { min-width: 640px; }
            .chart text { fill: var(--soft); font-size: 13px; font-family: inherit; }
            .chart .heading { fill: var(--ink); font-weight: 600; font-size: 14px; }
            .chart .name { text-anchor: end; } .chart .value { fill: var(--ink); font-variant-numeric: tabular-nums; }
            .chart text.strong { fill: var(--ink); font-weight: 650; }
            .chart .tick { font-size: 12px; } .chart .end { text-anchor: end; } .chart .middle { text-anchor: middle; }
            .grid { stroke: var(--rule); stroke-width: 1; }
            .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .line.strong { stroke-width: 3; }
            rect.own0, .chart text.end-name.own0 { fill: var(--own0); } rect.own1, .chart text.end-name.own1 { fill: var(--own1); }
            rect.other0, .chart text.end-name.other0 { fill: var(--o0); } rect.other1, .chart text.end-name.other1 { fill: var(--o1); }
            rect.other2, .chart text.end-name.other2 { fill: var(--o2); } rect.other3, .chart text.end-name.other3 { fill: var(--o3); }
            rect.other4, .chart text.end-name.other4 { fill: var(--o4); } rect.other5, .chart text.end-name.other5 { fill: var(--o5); }
            .line.own0 { stroke: var(--own0); } .line.own1 { stroke: var(--own1); } .line.other0 { stroke: var(--o0); } .line.other1 { stroke: var(--o1); }
            .line.other2 { stroke: var(--o2); } .line.other3 { stroke: var(--o3); } .line.other4 { stroke: var(--o4); } .line.other5 { stroke: var(--o5); }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 10px 0 0; } dt { color: var(--soft); } dd { margin: 0; }
            li { margin: 4px 0; } details { border-top: 1px solid var(--rule); padding: 8px 0; } summary { cursor: pointer; font-weight: 550; }
            pre { overflow-x: auto; background: var(--page); border: 1px solid var(--rule); border-radius: 8px; padding: 12px 14px; }
            @media (max-width: 560px) { main { padding: 24px 12px 48px; } section { padding: 18px 14px; } h1 { font-size: 25px; }
              dl { grid-template-columns: 1fr; gap: 0; } dd { margin: 0 0 8px; overflow-wrap: anywhere; } th, td { padding: 5px; } }
            @media print { section { break-inside: avoid; } details > pre { display: block; } }
            """;

    private ReportStyle() {}
}
