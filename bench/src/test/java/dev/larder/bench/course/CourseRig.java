package dev.larder.bench.course;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A course backend for one test class, on the one PostgreSQL of all test classes, with the seed data put back. */
@NullUnmarked
public final class CourseRig implements BeforeAllCallback, AfterAllCallback {
    static final String ADMIN = "u001";
    static final String USER = "u011";

    private final CourseOptions options;
    private CourseBackend backend;

    public CourseRig() {
        this(CourseOptions.defaults());
    }

    CourseRig(CourseOptions options) {
        this.options = options;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        backend = CourseBackend.start(0, SharedDatabase.reseeded(context), options);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        backend.close();
    }

    public CourseBackend backend() {
        return backend;
    }

    Statements.Count statements() {
        return backend.database().statements().count();
    }

    static String cookie(String userId) {
        return "Cookie: next-auth.session-token=" + CourseSeed.sessionOf(userId);
    }

    RawHttp.Response get(String target, String... fields) {
        return send("GET", target, "", fields);
    }

    RawHttp.Response send(String method, String target, String body, String... fields) {
        return RawHttp.send(backend.port(), method, target, body, fields);
    }

    JsonNode json(String target, String userId) {
        return json(get(target, cookie(userId)).text());
    }

    static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
