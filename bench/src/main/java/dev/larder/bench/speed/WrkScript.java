package dev.larder.bench.speed;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The script by which wrk makes each request, and says in one line of JSON what came of all of them. Pure. */
final class WrkScript {
    /** What the line with the result begins with. */
    static final String RESULT = "@@result ";

    private WrkScript() {}

    /**
     * The script.
     *
     * @param authority what Host says
     * @param run makes the numbers of fresh keys differ from those of other runs
     */
    static String text(String authority, Target target, long run) {
        StringBuilder fields = new StringBuilder();
        for (Map.Entry<String, String> field : BrowserHead.fields().entrySet()) {
            fields.append(field.getKey()).append(": ").append(field.getValue()).append("\\r\\n");
        }
        String draws =
                IntStream.of(target.draws(run)).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        String tokens = IntStream.range(0, BrowserHead.VISITORS)
                .mapToObj(BrowserHead::token)
                .collect(Collectors.joining(" "));
        return """
                local prefix = "GET %1$s"
                local fields = " HTTP/1.1\\r\\nHost: %8$s\\r\\n%2$sCookie: %3$s"
                local run = %4$d
                local draws, tokens = {}, {}
                for w in string.gmatch("%5$s", "%%S+") do draws[#draws + 1] = w end
                for w in string.gmatch("%6$s", "%%S+") do tokens[#tokens + 1] = w end
                local many, visitors = #draws, #tokens
                local n = 0
                local format = string.format
                function request()
                  n = n + 1
                  local number = many == 0 and (run .. "-" .. n) or draws[n %% many + 1]
                  return prefix .. number .. fields .. tokens[n %% visitors + 1]
                    .. format("\\r\\ntraceparent: 00-%%08x5bd1e995%%08xa3c59ac3-00f067aa%%08x-01\\r\\n\\r\\n", run, n, n)
                end
                function done(summary, latency, requests)
                  io.write(format(
                    '%7$s{"requests":%%d,"micros":%%d,"notConnected":%%d,"notRead":%%d,"notWritten":%%d,"status":%%d,"timedOut":%%d,"medianMicros":%%d}\\n',
                    summary.requests, summary.duration, summary.errors.connect, summary.errors.read,
                    summary.errors.write, summary.errors.status, summary.errors.timeout, latency:percentile(50)))
                end
                """.formatted(
                        target.prefix(),
                        fields.toString().replace("\"", "\\\""),
                        BrowserHead.cookiesBeforeToken(),
                        run,
                        draws,
                        tokens,
                        RESULT,
                        authority);
    }
}
