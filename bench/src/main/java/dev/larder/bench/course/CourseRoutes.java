package dev.larder.bench.course;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.bench.course.Sessions.Visitor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Which request gets which answer. Paths are matched undecoded, as the platform does. Blocking: worker threads only;
 * thread-safe.
 */
final class CourseRoutes {
    private static final String ADMIN = "ADMIN";
    private static final String USER = "USER";

    /** A read route that a request has met. */
    private sealed interface Route {
        /** For anybody. */
        record Open(Read read) implements Route {}

        /** For a role. */
        record Closed(String role, VisitorRead read) implements Route {}

        interface Read {
            Optional<ObjectNode> answer(ListQuery query);
        }

        interface VisitorRead {
            Optional<ObjectNode> answer(Visitor visitor, CourseRequest request);
        }
    }

    private final CourseReads reads;
    private final CourseWrites writes;
    private final Sessions sessions;
    private final SessionRoutes sessionRoutes;
    private final ServerActions actions;
    private final Duration pageGap;

    CourseRoutes(Sql sql, InstantSource clock, Duration pageGap) {
        this.reads = new CourseReads(sql);
        this.writes = new CourseWrites(sql);
        this.sessions = new Sessions(sql, clock);
        this.sessionRoutes = new SessionRoutes(sessions);
        this.actions = new ServerActions(writes);
        this.pageGap = pageGap;
    }

    /** Answers; a failure of whatever kind is a 500. */
    Answer answer(CourseRequest request) {
        Optional<String> straight = straightened(request);
        if (straight.isPresent()) {
            return Answer.redirect(308, straight.get()).with("refresh", "0;url=" + straight.get());
        }
        return request.underApi() ? api(request) : page(request);
    }

    /** The target without doubled and trailing slashes, or empty where there are none. */
    private static Optional<String> straightened(CourseRequest request) {
        String path = request.rawPath();
        String straight = path.replace('\\', '/').replaceAll("/{2,}", "/");
        if (straight.length() > 1 && straight.endsWith("/")) {
            straight = straight.substring(0, straight.length() - 1);
        }
        if (straight.equals(path)) {
            return Optional.empty();
        }
        return Optional.of(request.rawQuery().isEmpty() ? straight : straight + "?" + request.rawQuery());
    }

    private Answer page(CourseRequest request) {
        if (request.method().equals("POST") && request.fields().contains("next-action")) {
            Optional<Visitor> visitor = visitor(request);
            if (visitor.isEmpty()) {
                return Answer.redirect(307, "/");
            }
            return actions.run(request, visitor.get()).orElseGet(() -> Pages.page(request, visitor, pageGap));
        }
        return request.reads() ? Pages.page(request, visitor(request), pageGap) : Answer.allow(405, "GET, HEAD");
    }

    private Answer api(CourseRequest request) {
        return switch (request.method() + " " + request.rawPath()) {
            case "GET /api/auth/session", "HEAD /api/auth/session" -> sessionRoutes.session(request);
            case "POST /api/auth/signout" -> sessionRoutes.signOut(request);
            case "POST /api/ai/context" ->
                Answer.json(200, JsonNodeFactory.instance.objectNode().put("ok", true));
            default -> readOrDelete(request);
        };
    }

    private Answer readOrDelete(CourseRequest request) {
        List<String> segments = request.segments();
        Optional<Route> route = route(segments);
        if (route.isEmpty()) {
            return Pages.notFound();
        }
        boolean deletable = segments.get(1).equals("admin")
                && (segments.size() == 4 || segments.size() == 6)
                && segments.get(2).equals("courses");
        String methods = deletable ? "DELETE, GET, HEAD, OPTIONS" : "GET, HEAD, OPTIONS";
        return switch (request.method()) {
            case "GET", "HEAD" -> read(route.get(), request);
            case "OPTIONS" -> Answer.allow(204, methods);
            case "DELETE" -> deletable ? delete(segments, request) : Answer.allow(405, methods);
            default -> Answer.allow(405, methods);
        };
    }

    private Answer read(Route route, CourseRequest request) {
        try {
            Optional<ObjectNode> body;
            if (route instanceof Route.Closed closed) {
                Optional<Visitor> visitor = visitor(request);
                if (visitor.isEmpty()) {
                    return Answer.redirect(307, "/");
                }
                if (!visitor.get().role().equals(closed.role())) {
                    return Answer.text(401, "Unauthorized");
                }
                body = closed.read().answer(visitor.get(), request);
            } else {
                body = ((Route.Open) route).read().answer(ListQuery.parse(request.rawQuery()));
            }
            return body.map(json -> Answer.json(200, json)).orElseGet(() -> failed("Not found"));
        } catch (ListQuery.Unusable e) {
            return failed("Internal Server Error");
        }
    }

    private Optional<Route> route(List<String> segments) {
        if (segments.size() < 3) {
            return Optional.empty();
        }
        String place = segments.get(1) + "/" + segments.get(2);
        String last = segments.get(segments.size() - 1);
        String courseId = segments.size() > 3 ? segments.get(3) : "";
        return Optional.ofNullable(
                switch (segments.size()) {
                    case 3 ->
                        switch (place) {
                            case "public/lessons" -> new Route.Open(query -> Optional.of(reads.publicLessons(query)));
                            case "user/courses" ->
                                list(USER, (visitor, query) -> reads.userCourses(visitor.id(), query));
                            case "admin/courses" ->
                                list(ADMIN, (visitor, query) -> reads.adminCourses(visitor.id(), query));
                            default -> null;
                        };
                    case 4 ->
                        switch (place) {
                            case "user/courses" -> one(USER, () -> Optional.of(reads.userCourse(courseId)));
                            case "admin/courses" -> one(ADMIN, () -> Optional.of(reads.adminCourse(courseId)));
                            default -> null;
                        };
                    case 5 ->
                        switch (place + "/" + last) {
                            case "user/courses/lessons" ->
                                list(USER, (visitor, query) -> reads.userLessons(visitor.id(), courseId, query));
                            case "admin/courses/lessons" ->
                                list(ADMIN, (visitor, query) -> reads.adminLessons(courseId, query));
                            case "user/courses/participants" ->
                                list(USER, (visitor, query) -> reads.participants(courseId, query, false));
                            case "admin/courses/participants" ->
                                list(ADMIN, (visitor, query) -> reads.participants(courseId, query, true));
                            default -> null;
                        };
                    case 6 ->
                        place.equals("admin/courses") && segments.get(4).equals("lessons")
                                ? one(ADMIN, () -> reads.adminLesson(courseId, last))
                                : null;
                    default -> null;
                });
    }

    private static Route list(String role, BiFunction<Visitor, ListQuery, ObjectNode> read) {
        return new Route.Closed(
                role, (visitor, request) -> Optional.of(read.apply(visitor, ListQuery.parse(request.rawQuery()))));
    }

    private static Route one(String role, Supplier<Optional<ObjectNode>> read) {
        return new Route.Closed(role, (visitor, request) -> read.get());
    }

    /** Deleting a course asks who it is; deleting a lesson does not, nor does it look at the course in the path. */
    private Answer delete(List<String> segments, CourseRequest request) {
        boolean deleted;
        if (segments.size() == 4) {
            Optional<Visitor> visitor = visitor(request);
            if (visitor.isEmpty()) {
                return Answer.redirect(307, "/");
            }
            if (!visitor.get().role().equals(ADMIN)) {
                return Answer.text(401, "Unauthorized");
            }
            deleted = writes.deleteCourse(segments.get(3));
        } else {
            deleted = writes.deleteLesson(segments.get(5));
        }
        return deleted
                ? Answer.json(200, JsonNodeFactory.instance.objectNode().put("success", true))
                : failed("Nothing to delete");
    }

    private Optional<Visitor> visitor(CourseRequest request) {
        return request.token(CookieReading.LAST_WINS).flatMap(sessions::find);
    }

    private static Answer failed(String message) {
        return Answer.json(500, JsonNodeFactory.instance.objectNode().put("error", message));
    }
}
