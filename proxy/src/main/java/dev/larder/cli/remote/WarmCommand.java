package dev.larder.cli.remote;

import dev.larder.admin.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder warm}: asks for what will be wanted, so that it is stored before visitors come. */
@Command(
        name = "warm",
        mixinStandardHelpOptions = true,
        description = {
            "Asks for what visitors will ask for, so that it is stored by then. Each line of a FILE is one of:",
            "  a URL, or a path; a line of an access log, larder's own as JSON or the common or combined format;",
            "  what 'larder top --json' or 'larder keys --json' printed.",
            "What comes often is asked for first. Only GET, without credentials, and only what the rules in force let",
            "be stored and is not stored yet; the rest is skipped, and counted by reason. Exits with 1 where one failed.",
            "",
            "Examples: larder warm urls.txt --rate 20",
            "          larder warm --last-run",
            "          larder warm access.log --host www.courses.example --limit 500"
        })
public final class WarmCommand implements Callable<Integer> {

    private static final Set<String> NOT_SENT = Set.of(
            "cookie",
            "authorization",
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "range",
            "cache-control",
            "pragma");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "what to ask for; - is the standard input")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--last-run",
            description =
                    "ask for the hottest public keys of the last run, from the file that the setting last-run-file names")
    private boolean lastRun;

    @Option(
            names = "--to",
            paramLabel = "URL",
            description =
                    "where visitors reach the sidecar; without it, what the settings say (default http://127.0.0.1:8080)")
    private @Nullable URI to;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = "the host that visitors ask for, where a line names none; without it, that of --to")
    private @Nullable String host;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "a field of each request, such as 'Accept-Encoding: gzip'; no credentials")
    private List<String> header = new ArrayList<>();

    @Option(
            names = "--rate",
            paramLabel = "NUMBER",
            defaultValue = "50",
            description = "at most so many requests a second (default ${DEFAULT-VALUE})")
    private double rate;

    @Option(
            names = "--concurrency",
            paramLabel = "NUMBER",
            defaultValue = "4",
            description = "at most so many at once, from 1 to 64 (default ${DEFAULT-VALUE})")
    private int concurrency;

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            defaultValue = "10000",
            description = "at most so many requests in all (default ${DEFAULT-VALUE})")
    private int limit;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = Refreshing.Interval.class,
            description = "how long one answer may take (default ${DEFAULT-VALUE})")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(names = "--json", description = "what came of it as JSON")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (concurrency < 1 || concurrency > 64 || !(rate > 0) || limit < 1) {
            throw wrong("expected --concurrency from 1 to 64, and --rate and --limit above 0");
        }
        Map<String, String> fields = fields();
        URI where = to == null ? sidecar.listen() : to;
        if (!"http".equals(where.getScheme()) || where.getHost() == null) {
            throw wrong("--to is \"" + where + "\"; expected http://HOST:PORT");
        }
        int port = where.getPort() < 0 ? 80 : where.getPort();
        String name = where.getHost();
        WarmTally tally = new WarmTally();
        WarmList list = new WarmList(tally);
        for (String file : files()) {
            read(file, list);
        }
        List<WarmList.Wanted> wanted = list.first(limit);
        WarmRun run = new WarmRun(
                sidecar.client(),
                new PlainGet(new InetSocketAddress(name.replaceAll("[\\[\\]]", ""), port), header, timeout),
                "http://" + (host != null ? host : where.getRawAuthority()),
                fields,
                rate,
                tally);
        try {
            run.run(wanted, Math.min(concurrency, Math.max(1, wanted.size())), progress(tally, wanted.size()));
        } finally {
            if (json) {
                Said.json(spec, Json.text(tally.json()));
            } else {
                Said.lines(spec, tally.lines(Ink.ofProcess()));
            }
        }
        return tally.wentWell() ? 0 : 1;
    }

    private List<String> files() throws IOException {
        List<String> all = new ArrayList<>(files);
        if (lastRun) {
            Path noted = sidecar.lastRunFile()
                    .orElseThrow(() -> wrong("the setting last-run-file names no file, so no run has noted its keys;"
                            + " set it, or name the file as FILE"));
            if (!Files.exists(noted)) {
                throw new IOException(
                        "there is no file " + noted + ": no run that had the setting last-run-file has ended yet");
            }
            all.add(noted.toString());
        }
        if (all.isEmpty()) {
            throw wrong("expected a FILE, or --last-run");
        }
        return all;
    }

    private Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : header) {
            int colon = line.indexOf(':');
            String name = colon < 1 ? "" : line.substring(0, colon);
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || !line.matches("[\\x20-\\x7e]*")) {
                throw wrong("the field is \"" + line + "\"; expected 'Name: value'");
            }
            if (NOT_SENT.contains(name.toLowerCase(Locale.ROOT))) {
                throw wrong("warm does not send " + name);
            }
            fields.put(name, line.substring(colon + 1).strip());
        }
        if (host != null && !host.matches("[A-Za-z0-9._:\\[\\]-]+")) {
            throw wrong("the host is \"" + host + "\"; expected a name, or a name and a port");
        }
        return fields;
    }

    private ParameterException wrong(String why) {
        return new ParameterException(Said.line(spec), why);
    }

    private static void read(String file, WarmList into) throws IOException {
        if (file.equals("-")) {
            into.read(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
            return;
        }
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(Files.newInputStream(Path.of(file)), StandardCharsets.UTF_8))) {
            into.read(lines);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file, missing);
        }
    }

    /** A line that is written over on a terminal, and each ten seconds a new one elsewhere. */
    private Consumer<Integer> progress(WarmTally tally, int all) {
        PrintWriter err = Said.err(spec);
        boolean over = Ink.ofProcess().repaints();
        int[] told = {0};
        return behind -> {
            told[0]++;
            if (over) {
                err.print("\r" + behind + " of " + all + ": " + tally.line() + "   ");
                err.flush();
            } else if (told[0] % 10 == 0) {
                err.println(behind + " of " + all + ": " + tally.line());
                err.flush();
            }
        };
    }
}
