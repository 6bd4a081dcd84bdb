package dev.larder.bench.course;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.bench.course.Sessions.Visitor;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Server actions as they travel: a POST to any page with {@code Next-Action}, arguments in a JSON array, a {@code
 * text/x-component} answer whose line {@code 1:} is the result. Blocking: worker threads only.
 */
final class ServerActions {
    private static final String CACHE_CONTROL = "no-cache, no-store, max-age=0, must-revalidate";

    private final CourseWrites writes;

    ServerActions(CourseWrites writes) {
        this.writes = writes;
    }

    /** Runs the action, or empty where the id is of no action: then the page is answered. */
    Optional<Answer> run(CourseRequest request, Visitor visitor) {
        if (!sameSite(request)) {
            return Optional.of(failed(request, "Invalid Server Actions request."));
        }
        Optional<CourseAction> action = CourseAction.byId(request.fields().get("next-action", ""));
        if (action.isEmpty()) {
            return Optional.empty();
        }
        JsonNode arguments;
        try {
            arguments = Answer.parse(request.body());
        } catch (IOException e) {
            return Optional.of(failed(request, "Connection closed."));
        }
        if (!arguments.isArray()) {
            return Optional.of(failed(request, "Connection closed."));
        }
        return Optional.of(component(
                request,
                200,
                "0:{\"a\":\"$@1\",\"f\":\"\",\"b\":\"course\"}\n1:"
                        + new String(Answer.body(writes.run(action.get(), arguments, visitor)), StandardCharsets.UTF_8)
                        + "\n"));
    }

    /** A browser names the site that sent the form; another one than ours is refused. */
    private static boolean sameSite(CourseRequest request) {
        String origin = request.fields().get("origin");
        if (origin == null) {
            return true;
        }
        String host = Optional.ofNullable(request.fields().get("x-forwarded-host"))
                .orElse(request.fields().get("host", ""));
        try {
            return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Answer failed(CourseRequest request, String digest) {
        return component(request, 500, "1:E{\"digest\":\"" + digest + "\"}\n");
    }

    private static Answer component(CourseRequest request, int status, String lines) {
        boolean gzip = request.acceptsGzip();
        List<byte[]> pieces = List.of(lines.getBytes(StandardCharsets.UTF_8));
        Stream<Map.Entry<String, String>> fields = Stream.of(
                Map.entry("vary", Answer.VARY + ", Accept-Encoding"),
                Map.entry("cache-control", CACHE_CONTROL),
                Map.entry("x-action-revalidated", "[[],0,0]"),
                Map.entry("content-type", "text/x-component"));
        return Answer.whole(
                status,
                (gzip ? StreamedPieces.gzip(pieces) : pieces).get(0),
                Stream.concat(fields, gzip ? Stream.of(Map.entry("content-encoding", "gzip")) : Stream.of())
                        .toList());
    }
}
