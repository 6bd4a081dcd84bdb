package dev.larder.rig;

import dev.larder.rig.Reading.Pair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend whose answer is a function of the request and of nothing else, and says all that it was made from: who asked,
 * for which path and parameters as this backend reads them, in which language, by which host, and whatever other field a
 * gullible framework believes. So two answers are equal only where the backend took the two requests for the same.
 *
 * <p>{@code /mine} and {@code /admin} are for visitors with a session, {@code /token} for those with a token, {@code /me}
 * says who somebody is. What {@code /say} answers is in the fields {@code X-Say…} of the request.
 */
public final class Mirror implements ScriptedOrigin.Script {

    /** The cookie of a session. */
    public static final String COOKIE = "sid";

    /** Who somebody is. */
    public record Who(String id, String role) {}

    private final Map<String, Who> sessions = new ConcurrentHashMap<>();
    private final Map<String, Who> tokens = new ConcurrentHashMap<>();
    private final AtomicInteger answers = new AtomicInteger();
    private volatile Reading reading = Reading.STRICT;

    /** Reads requests like this from now on. */
    public void reads(Reading how) {
        reading = how;
    }

    /** Signs somebody in by cookie. */
    public Mirror session(String value, String id, String role) {
        sessions.put(value, new Who(id, role));
        return this;
    }

    /** Accepts a token: what follows {@code Bearer}. */
    public Mirror token(String value, String id, String role) {
        tokens.put(value, new Who(id, role));
        return this;
    }

    /** Ends a session or a token without anybody seeing it. */
    public void end(String value) {
        sessions.remove(value);
        tokens.remove(value);
    }

    /** How many requests came so far. */
    public int answers() {
        return answers.get();
    }

    @Override
    public boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws IOException {
        answers.incrementAndGet();
        Map<String, String> fields = request.fields();
        List<Pair> query = reading.query(request.target());
        String method = fields.getOrDefault(
                "x-http-method-override",
                fields.getOrDefault("x-method-override", fields.getOrDefault("x-http-method", request.method())));
        String overridden = reading == Reading.RACK ? reading.one(query, "_method") : null;
        method = overridden == null ? method : overridden.toUpperCase(Locale.ROOT);
        List<String> path = reading.path(
                fields.getOrDefault("x-original-url", fields.getOrDefault("x-rewrite-url", request.target())));
        String area = path.size() < 2 ? "" : path.get(1);
        Who who = area.equals("token") ? byToken(fields) : bySession(fields);
        if (area.equals("me")) {
            respond(
                    request,
                    exchange,
                    200,
                    who == null ? "{}" : "{\"id\":\"" + who.id + "\",\"role\":\"" + who.role + "\"}",
                    List.of("Content-Type: application/json", "Set-Cookie: asked=1"));
        } else if (area.equals("logout")) {
            sessions.remove(String.valueOf(reading.one(cookies(fields), COOKIE)));
            tokens.remove(bearer(fields));
            respond(request, exchange, 200, "bye", List.of("Set-Cookie: " + COOKIE + "=; Max-Age=0"));
        } else if (area.equals("mine") || area.equals("admin") || area.equals("token")) {
            if (who == null) {
                respond(request, exchange, 307, "", List.of("Location: /login", "Cache-Control: no-store"));
            } else if (area.equals("admin") && !who.role.equals("ADMIN")) {
                respond(request, exchange, 403, "not yours", List.of());
            } else {
                // What every administrator sees alike does not say who asked.
                respond(request, exchange, 200, text(request, method, path, query, area.equals("admin") ? null : who));
            }
        } else {
            respond(request, exchange, 200, text(request, method, path, query, null));
        }
        return true;
    }

    private Who bySession(Map<String, String> fields) {
        String value = reading.one(cookies(fields), COOKIE);
        return value == null ? null : sessions.get(value);
    }

    private List<Pair> cookies(Map<String, String> fields) {
        return reading.cookies(fields.getOrDefault("cookie", ""));
    }

    private Who byToken(Map<String, String> fields) {
        return tokens.get(bearer(fields));
    }

    /** The scheme is what the RFC says, but for STRICT, which wants it as everybody writes it. */
    private String bearer(Map<String, String> fields) {
        String said = fields.getOrDefault("authorization", "");
        boolean folds = reading != Reading.STRICT;
        return said.regionMatches(folds, 0, "Bearer ", 0, 7) ? said.substring(7).strip() : "";
    }

    private String text(ScriptedOrigin.Received request, String method, List<String> path, List<Pair> query, Who who) {
        Map<String, String> fields = request.fields();
        Map<String, String> parameters = new TreeMap<>();
        for (Pair pair : query) {
            // What a rule ignores is said to mean nothing.
            if (pair.name().startsWith("utm_")) {
                continue;
            }
            parameters.put(pair.name(), reading.one(query, pair.name()));
        }
        StringBuilder text = new StringBuilder();
        text.append("method ").append(method.equals("HEAD") ? "GET" : method).append('\n');
        text.append("path ").append(path).append('\n');
        text.append("parameters ").append(parameters).append('\n');
        text.append("owner ").append(who == null ? "everybody" : who.id).append('\n');
        String host = fields.getOrDefault("x-forwarded-host", fields.getOrDefault("host", ""));
        text.append("host ").append(fields.getOrDefault("x-host", host)).append('\n');
        text.append("scheme ")
                .append(fields.getOrDefault("x-forwarded-proto", "http"))
                .append('\n');
        for (String believed : List.of(
                "accept-language",
                "x-device",
                "x-forwarded-port",
                "x-forwarded-prefix",
                "x-forwarded-path",
                "x-forwarded-server",
                "x-forwarded-scheme",
                "x-forwarded-ssl",
                "x-url-scheme",
                "x-original-host",
                "front-end-https")) {
            text.append(believed)
                    .append(' ')
                    .append(fields.getOrDefault(believed, ""))
                    .append('\n');
        }
        text.append("language ")
                .append(path.contains("c") ? reading.one(cookies(fields), "lang") : "")
                .append('\n');
        return text.append("body ").append(request.text()).toString();
    }

    private void respond(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange, int status, String body)
            throws IOException {
        List<String> fields = new ArrayList<>();
        fields.add("Content-Type: text/plain; charset=utf-8");
        fields.add("Vary: Accept-Language");
        String tag = "\"" + Integer.toHexString(body.hashCode()) + "\"";
        fields.add("ETag: " + tag);
        String range = request.fields().getOrDefault("range", "");
        String ifRange = request.fields().getOrDefault("if-range", tag);
        if (tag.equals(request.fields().get("if-none-match"))) {
            respond(request, exchange, 304, "", fields);
        } else if (range.matches("bytes=[0-9]-[0-9]") && ifRange.equals(tag)) {
            int first = range.charAt(6) - '0';
            int last = range.charAt(8) - '0';
            fields.add(
                    "Content-Range: bytes " + first + "-" + last + "/" + body.getBytes(StandardCharsets.UTF_8).length);
            respond(request, exchange, 206, body.substring(first, last + 1), fields);
        } else {
            respond(request, exchange, status, body, fields);
        }
    }

    private static void respond(
            ScriptedOrigin.Received request,
            ScriptedOrigin.Exchange exchange,
            int status,
            String body,
            List<String> fields)
            throws IOException {
        byte[] octets = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        if (status != 304) {
            head.append("Content-Length: ").append(octets.length).append("\r\n");
        }
        head.append("\r\n");
        boolean bodiless = request.method().equals("HEAD") || status == 304;
        exchange.send(bodiless ? head.toString() : head + new String(octets, StandardCharsets.ISO_8859_1));
    }
}
