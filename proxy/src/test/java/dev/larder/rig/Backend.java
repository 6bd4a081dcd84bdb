package dev.larder.rig;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend that behaves like the course application as far as a proxy sees it: sessions by cookie, roles, routes. What a
 * test wants to be different it says by {@link #on}. Bodies hold {@link #version}, so that a test sees when they were
 * made.
 */
public final class Backend implements ScriptedOrigin.Script {

    /** The cookie of a session over http. */
    public static final String COOKIE = "next-auth.session-token";

    private final Map<String, String> sessions = new ConcurrentHashMap<>();
    private final Map<String, ScriptedOrigin.Script> special = new ConcurrentHashMap<>();
    private final AtomicInteger version = new AtomicInteger(1);

    /** Signs somebody in; {@code token} is the cookie's value. */
    public Backend session(String token, String id, String role) {
        sessions.put(token, id + " " + role);
        return this;
    }

    /** Ends a session without anybody seeing it. */
    public void end(String token) {
        sessions.remove(token);
    }

    /** Answers {@code GET /path} (without its query) like this from now on. */
    public Backend on(String methodAndPath, ScriptedOrigin.Script script) {
        special.put(methodAndPath, script);
        return this;
    }

    /** Answers it as usual again. */
    public void asUsual(String methodAndPath) {
        special.remove(methodAndPath);
    }

    /** Changes what all bodies hold. */
    public void change() {
        version.incrementAndGet();
    }

    /** What bodies made now hold. */
    public String version() {
        return "v" + version.get();
    }

    @Override
    public boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
        String path = request.target().replaceFirst("\\?.*", "");
        ScriptedOrigin.Script other = special.get(request.method() + " " + path);
        return other != null ? other.answer(request, exchange) : usual(request, path, exchange);
    }

    /** The usual answer, for scripts that only want to come in between. */
    public boolean usual(ScriptedOrigin.Received request, String path, ScriptedOrigin.Exchange exchange)
            throws Exception {
        String[] who = sessions.getOrDefault(token(request.fields().getOrDefault("cookie", "")), " ")
                .split(" ", -1);
        String id = who[0];
        String role = who[1];
        if (path.equals("/api/auth/session")) {
            String session = id.isEmpty() ? "{}" : "{\"user\":{\"id\":\"" + id + "\",\"role\":\"" + role + "\"}}";
            exchange.respond(200, session, "Content-Type: application/json", "Set-Cookie: seen=1");
        } else if (path.equals("/api/auth/signout")) {
            sessions.remove(token(request.fields().getOrDefault("cookie", "")));
            exchange.respond(200, "{}", "Content-Type: application/json", "Set-Cookie: " + COOKIE + "=; Max-Age=0");
        } else if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            exchange.respond(200, "{\"success\":true}", "Content-Type: application/json");
        } else if (path.startsWith("/api/public/") || !path.startsWith("/api/")) {
            body(request, exchange, "");
        } else if (id.isEmpty()) {
            exchange.respond(307, "", "location: /");
        } else if (!path.startsWith("/api/" + role.toLowerCase(java.util.Locale.ROOT) + "/")) {
            exchange.respond(401, "Unauthorized", "Content-Type: text/plain");
        } else {
            boolean own = path.endsWith("/courses") || path.matches("/api/user/courses/[^/]+/lessons");
            body(request, exchange, own ? id : "");
        }
        return true;
    }

    private void body(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange, String by) throws Exception {
        String body = "{\"course\":{\"id\":\"1\"},\"of\":\"" + request.target() + "\",\"by\":\"" + by + "\",\"is\":\""
                + version() + "\"}";
        if (request.method().equals("HEAD")) {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n");
        } else {
            exchange.respond(200, body, "Content-Type: application/json");
        }
    }

    /** As the JSON routes of the application read it: the last one wins. */
    private static String token(String cookies) {
        String token = "";
        for (String cookie : cookies.split("; ?", -1)) {
            if (cookie.startsWith(COOKIE + "=")) {
                token = cookie.substring(COOKIE.length() + 1);
            }
        }
        return token;
    }
}
