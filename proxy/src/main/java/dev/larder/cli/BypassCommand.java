package dev.larder.cli;

import dev.larder.admin.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder bypass on|off}: takes the cache of a running sidecar out of the way, and back. */
@Command(
        name = "bypass",
        mixinStandardHelpOptions = true,
        description = {
            "Switches the cache of a running sidecar off (on) or on again (off), at once: nothing is served from it",
            "or stored, writes go on purging. It holds for that process alone, and ends with it."
        })
final class BypassCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    enum Position {
        on,
        off
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "on|off", description = "on: past the cache; off: with it, as ever")
    private Position position = Position.on;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "the sidecar's admin address (default http://127.0.0.1:9090); "
                    + "its token is read from LARDER_ADMIN_TOKEN")
    private URI admin = URI.create("http://127.0.0.1:9090");

    @Override
    public Integer call() throws IOException, InterruptedException {
        CommandSpec of = spec;
        if (of == null) {
            throw new IllegalStateException("bypass without a command line");
        }
        Map<String, Object> came = order();
        PrintWriter out = of.commandLine().getOut();
        out.println(
                Boolean.TRUE.equals(came.get("on"))
                        ? "the cache is off since " + came.get("since") + ": everything goes to the backend"
                        : "the cache is on since " + came.get("since"));
        out.flush();
        return 0;
    }

    private Map<String, Object> order() throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(admin.resolve("/api/bypass"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(Map.of("on", position == Position.on))));
        Optional.ofNullable(System.getenv("LARDER_ADMIN_TOKEN"))
                .ifPresent(token -> request.header("Authorization", "Bearer " + token));
        HttpResponse<String> answer;
        try {
            answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException unreachable) {
            throw new IOException(
                    "no sidecar answers at " + admin + " (" + unreachable + "); --admin names another address",
                    unreachable);
        }
        Map<String, Object> came = Json.parse(answer.body().getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new IOException(admin + " is no admin address of a larder"));
        if (answer.statusCode() != 200) {
            throw new IOException("the sidecar refuses: " + came.getOrDefault("error", answer.statusCode()));
        }
        return came;
    }
}
