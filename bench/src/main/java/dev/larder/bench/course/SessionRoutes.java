package dev.larder.bench.course;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.bench.course.Sessions.Visitor;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/auth/session} and {@code POST /api/auth/signout}. They set cookies on every answer and say nothing of
 * caching. Blocking: worker threads only.
 */
final class SessionRoutes {
    private static final String CSRF = "next-auth.csrf-token=5f1c%7C9e2d; Path=/; HttpOnly; SameSite=Lax";

    private final Sessions sessions;

    SessionRoutes(Sessions sessions) {
        this.sessions = sessions;
    }

    /** Who asks: {@code {"user":{…},"expires":…}}, or {@code {}} without a session. */
    Answer session(CourseRequest request) {
        Optional<String> token = request.token(CookieReading.FIRST_WINS);
        Optional<Visitor> visitor = token.flatMap(sessions::find);
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        visitor.ifPresent(v -> {
            body.putObject("user")
                    .put("name", v.name())
                    .put("email", v.email())
                    .put("image", v.image())
                    .put("id", v.id())
                    .put("role", v.role());
            body.put("expires", v.expires().toString());
        });
        Answer answer = cookies(body, request);
        return visitor.map(v -> answer.with(
                        "set-cookie",
                        name(request) + "=" + token.orElse("") + "; Path=/; Expires="
                                + DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                        v.expires().atOffset(ZoneOffset.UTC))
                                + "; HttpOnly; SameSite=Lax"))
                .orElse(answer);
    }

    /** Ends the session, whatever the form says. */
    Answer signOut(CourseRequest request) {
        request.token(CookieReading.FIRST_WINS).ifPresent(sessions::end);
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("url", "/");
        return cookies(body, request)
                .with("set-cookie", name(request) + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    }

    private static Answer cookies(ObjectNode body, CourseRequest request) {
        String site = (request.secure() ? "https" : "http") + "%3A%2F%2F"
                + request.fields().get("host", "");
        return Answer.whole(
                        200,
                        Answer.body(body),
                        List.of(
                                Map.entry("content-type", "application/json; charset=utf-8"),
                                Map.entry("set-cookie", CSRF),
                                Map.entry(
                                        "set-cookie",
                                        "next-auth.callback-url=" + site + "; Path=/; HttpOnly; SameSite=Lax")))
                .withLength();
    }

    private static String name(CourseRequest request) {
        return request.secure() ? CookieReading.SECURE_NAME : CookieReading.PLAIN_NAME;
    }
}
