package dev.larder.cli;

import dev.larder.admin.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks a running sidecar what it makes of a request, and what it has stored for it. Blocks. */
final class LiveExplanation {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final URI admin;
    private final Optional<String> token;

    LiveExplanation(URI admin, Optional<String> token) {
        this.admin = admin;
        this.token = token;
    }

    /**
     * The lines of the explanation.
     *
     * @throws IOException if there is no sidecar, or it refuses; the message says why
     */
    List<String> of(Map<String, @Nullable Object> asked) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(admin.resolve("/api/explain"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.text(asked)));
        token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
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
        List<String> lines = new ArrayList<>();
        if (came.get("lines") instanceof List<?> said) {
            said.forEach(line -> lines.add(String.valueOf(line)));
        }
        if (came.get("live") instanceof Map<?, ?> live) {
            lines.add("stored now  " + stored(live));
        }
        return lines;
    }

    private static String stored(Map<?, ?> live) {
        String state = String.valueOf(live.get("stored"));
        return switch (state) {
            case "no" -> "no (" + live.get("why") + ")";
            case "unknown" -> "cannot be said (" + live.get("why") + ")";
            default ->
                state + ", status " + live.get("status") + ", " + live.get("ageSeconds") + " s old, "
                        + live.get("ttlSeconds") + " s left, " + live.get("plainBytes") + " bytes";
        };
    }
}
