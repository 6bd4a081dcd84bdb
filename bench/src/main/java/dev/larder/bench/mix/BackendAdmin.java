package dev.larder.bench.mix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.larder.bench.course.Statements;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The course backend's own port: its counts, and putting its data back. Blocking. */
final class BackendAdmin {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI address;
    private final HttpClient client = HttpClient.newHttpClient();

    BackendAdmin(URI address) {
        this.address = address;
    }

    /** SQL statements so far. */
    Statements.Count statements() throws IOException, InterruptedException {
        JsonNode json = new JsonMapper().readTree(call("GET", "/__statements"));
        return new Statements.Count(
                json.path("total").asLong(), json.path("session").asLong());
    }

    /** Puts the seed data back. */
    void reset() throws IOException, InterruptedException {
        call("POST", "/__reset");
    }

    private String call(String method, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(address.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("%s%s answered %d; expected 200 from the course backend's admin port"
                    .formatted(address, path, response.statusCode()));
        }
        return response.body();
    }
}
