package dev.larder.cli.remote;

import dev.larder.admin.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the admin address of a running sidecar. Blocks, ten seconds at most without a byte; any thread. It begins faster than
 * the platform's newer client, and goes by no proxy: the token is for the sidecar alone.
 */
public final class AdminClient {

    private static final int PATIENCE_MILLIS = 10_000;

    private final URI admin;
    private final Optional<String> token;

    /**
     * A client.
     *
     * @param admin where, e.g. {@code http://127.0.0.1:9090}
     * @param token shown with each request
     */
    public AdminClient(URI admin, Optional<String> token) {
        this.admin = admin;
        this.token = token;
    }

    /** What came: the JSON as it was sent, and what it says. */
    public record Answer(String text, Seen seen) {}

    /**
     * Asks.
     *
     * @param parameters name, value, name, value …
     * @throws IOException if there is no sidecar, or it refuses; the message says why, in one line for people
     */
    public Answer get(String path, String... parameters) throws IOException {
        StringBuilder target = new StringBuilder(path);
        for (int i = 0; i + 1 < parameters.length; i += 2) {
            target.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return send(target.toString(), null);
    }

    /**
     * Tells.
     *
     * @throws IOException as {@link #get} does
     */
    public Answer post(String path, Map<String, @Nullable Object> body) throws IOException {
        return send(path, Json.text(body).getBytes(StandardCharsets.UTF_8));
    }

    private Answer send(String target, byte @Nullable [] body) throws IOException {
        int status;
        byte[] came;
        try {
            HttpURLConnection connection = connection(target);
            if (body != null) {
                connection.setRequestMethod("POST");
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setDoOutput(true);
                connection.getOutputStream().write(body);
            }
            status = connection.getResponseCode();
            came = body(connection, status);
        } catch (IOException unreachable) {
            throw new IOException(
                    "no sidecar answers at " + admin + " (" + unreachable + "); --admin names another address",
                    unreachable);
        }
        String text = new String(came, StandardCharsets.UTF_8);
        Map<String, Object> json =
                Json.parse(came).orElseThrow(() -> new IOException(admin + " is no admin address of a larder"));
        if (status == 200) {
            return new Answer(text, new Seen(json));
        }
        String why = new Seen(json).at("error").text();
        if (status == 401) {
            throw new IOException("the sidecar at " + admin + " refuses: " + why + "; "
                    + (token.isPresent() ? "the token shown is another one" : "LARDER_ADMIN_TOKEN or --config has it"));
        }
        throw new IOException("the sidecar refuses: " + (why.isEmpty() ? "status " + status : why));
    }

    private HttpURLConnection connection(String target) throws IOException {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) admin.resolve(target).toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            token.ifPresent(shown -> connection.setRequestProperty("Authorization", "Bearer " + shown));
            return connection;
        } catch (MalformedURLException | ClassCastException | IllegalArgumentException noHttp) {
            throw new IOException("not an address such as http://127.0.0.1:9090", noHttp);
        }
    }

    private static byte[] body(HttpURLConnection connection, int status) throws IOException {
        try (InputStream from = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            return from == null ? new byte[0] : from.readAllBytes();
        }
    }
}
