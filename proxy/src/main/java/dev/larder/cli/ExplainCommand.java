package dev.larder.cli;

import dev.larder.admin.Json;
import dev.larder.cli.remote.AdminClient;
import dev.larder.cli.remote.AdminOptions;
import dev.larder.http.Fields;
import dev.larder.plan.Explanation;
import dev.larder.plan.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder explain}: what the rules make of one request, asked of the code that serves. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Says which route a request matches, its key and why, its lifetime and who may see it, or why it is not",
            "cached; for a write, what it purges. Nothing is sent anywhere, but to the sidecar with --live.",
            "",
            "Example: larder explain GET '/api/admin/courses?search=js' --as role=ADMIN,id=123"
        })
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "METHOD", description = "e.g. GET")
    private String method = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "path and query, e.g. '/courses?page=2'")
    private String target = "";

    @Option(
            names = "--as",
            paramLabel = "CLAIM=VALUE",
            split = ",",
            description = "claims of the visitor, separated by commas; without it, nobody is known to ask")
    private @Nullable Map<String, String> as;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "'NAME: VALUE'",
            description = "a request field; as often as needed")
    private List<String> header = new ArrayList<>();

    @Option(names = "--body", paramLabel = "TEXT", description = "the request's body")
    private @Nullable String body;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            defaultValue = "200",
            description = "how the backend answers a write (default 200)")
    private int status;

    @Option(names = "--answer", paramLabel = "TEXT", description = "the body of the backend's answer to a write")
    private @Nullable String answer;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            defaultValue = "rules.yaml",
            description = "the rules file (default rules.yaml)")
    private Path rules = Path.of("rules.yaml");

    @Option(
            names = "--live",
            description =
                    "ask the running sidecar, by the rules in force there, and say what is stored now; without a Host"
                            + " field, for a host that something is stored for")
    private boolean live;

    @Option(names = "--json", description = "with --live: the answer of the admin address as it is")
    private boolean json;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Override
    public Integer call() throws IOException {
        CommandSpec of = spec;
        if (of == null) {
            throw new IllegalStateException("explain without a command line");
        }
        PrintWriter err = of.commandLine().getErr();
        if (!target.startsWith("/")) {
            throw new CommandLine.ParameterException(
                    of.commandLine(), "the target is \"" + target + "\"; expected a path such as /courses?page=2");
        }
        if (!live && (json || sidecar.isSaid())) {
            throw new CommandLine.ParameterException(of.commandLine(), "--json, --admin and --config are for --live");
        }
        if (live) {
            PrintWriter out = of.commandLine().getOut();
            AdminClient client = sidecar.client();
            Map<String, @Nullable Object> asked = asked(of);
            if (!fields(of).contains("host")) {
                usualHost(client).ifPresent(host -> asked.put("host", host));
            }
            AdminClient.Answer answer = client.post("/api/explain", asked);
            if (json) {
                out.println(answer.text().strip());
            } else {
                LiveExplanation.of(answer.seen()).forEach(out::println);
            }
            out.flush();
            return 0;
        }
        RulesFile.Read read = RulesFile.read(rules);
        if (read instanceof RulesFile.Read.Refused refused) {
            Explanation.of(refused.problems()).forEach(err::println);
            err.flush();
            return 1;
        }
        PrintWriter out = of.commandLine().getOut();
        Explanation.of(((RulesFile.Read.Ok) read).rulebook(), sample(of)).forEach(out::println);
        out.flush();
        return 0;
    }

    /** The host that something is stored for: most sidecars have one, and under another nothing would be found. */
    private static Optional<String> usualHost(AdminClient client) {
        try {
            return client.get("/api/keys", "limit", "100").seen().at("keys").elements().stream()
                    .map(key -> key.at("site").text().replaceFirst("^https?://", ""))
                    .findFirst();
        } catch (IOException notListed) {
            return Optional.empty();
        }
    }

    private Map<String, @Nullable Object> asked(CommandSpec of) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        Fields given = fields(of);
        for (int i = 0; i < given.size(); i++) {
            fields.put(given.name(i), given.value(i));
        }
        return Json.object(
                Json.member("method", method),
                Json.member("target", target),
                Json.member("fields", fields),
                Json.member("as", as),
                Json.member("body", body),
                Json.member("status", String.valueOf(status)),
                Json.member("answer", answer),
                Json.member("live", true));
    }

    private Sample sample(CommandSpec of) {
        Sample sample = Sample.of(method, target, fields(of));
        if (body != null) {
            sample = sample.withBody(body);
        }
        if (as != null) {
            sample = sample.by(new LinkedHashMap<>(as));
        }
        return sample.answered(status, Fields.EMPTY, Optional.ofNullable(answer));
    }

    private Fields fields(CommandSpec of) {
        Fields.Builder fields = Fields.builder();
        for (String line : header) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new CommandLine.ParameterException(
                        of.commandLine(), "the field is \"" + line + "\"; expected 'Name: value'");
            }
            fields.add(
                    line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
        return fields.build();
    }
}
