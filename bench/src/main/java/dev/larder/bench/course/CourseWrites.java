package dev.larder.bench.course;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.bench.course.Sessions.Visitor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What the writes do to the database and which result they give. Blocking: worker threads only. The ids in a body decide
 * whom a write concerns, not the visitor; only what is done under {@code /admin} asks for the role.
 */
final class CourseWrites {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> STATES = Set.of("PUBLISHED", "DRAFT");
    private static final Set<String> PROGRESS = Set.of("COMPLETED", "IN_PROGRESS");
    private static final Set<String> ROLES = Set.of("USER", "ADMIN");

    private final Sql sql;

    CourseWrites(Sql sql) {
        this.sql = sql;
    }

    /** Runs an action; the result is line {@code 1:} of its answer. */
    ObjectNode run(CourseAction action, JsonNode arguments, Visitor visitor) {
        return switch (action) {
            case JOIN_COURSE -> joinCourse(text(arguments, 0), text(arguments, 1));
            case LEAVE_COURSE -> leaveCourse(text(arguments, 0), text(arguments, 1));
            case START_LESSON -> startLesson(text(arguments, 0), text(arguments, 1));
            case LEAVE_LESSON -> leaveLesson(text(arguments, 0), text(arguments, 1));
            case SET_PROGRESS -> setProgress(text(arguments, 0), text(arguments, 1), text(arguments, 2));
            case CHANGE_ROLE -> changeRole(text(arguments, 0), text(arguments, 1));
            case CREATE_COURSE, EDIT_COURSE, CREATE_LESSON, EDIT_LESSON ->
                visitor.role().equals("ADMIN")
                        ? author(action, arguments.path(0), visitor)
                        : serverError("Unauthorized");
        };
    }

    /** Whether there was such a course; its lessons and enrolments go with it. */
    boolean deleteCourse(String courseId) {
        return sql.update("DELETE FROM courses WHERE id = ?", courseId) == 1;
    }

    /** Whether there was such a lesson, in whatever course. */
    boolean deleteLesson(String lessonId) {
        return sql.update("DELETE FROM lessons WHERE id = ?", lessonId) == 1;
    }

    private ObjectNode joinCourse(String courseId, String userId) {
        return named(
                "courseName",
                courseName(courseId),
                () -> sql.update(
                                "INSERT INTO enrolments (user_id, course_id) SELECT id, ? FROM users WHERE id = ?"
                                        + " ON CONFLICT DO NOTHING",
                                courseId,
                                userId)
                        == 1);
    }

    private ObjectNode leaveCourse(String courseId, String userId) {
        return named(
                "courseName",
                courseName(courseId),
                () -> sql.update("DELETE FROM enrolments WHERE course_id = ? AND user_id = ?", courseId, userId) == 1);
    }

    private ObjectNode startLesson(String lessonId, String userId) {
        return named(
                "lessonName",
                lessonName(lessonId),
                () -> sql.update(
                                "INSERT INTO progress (lesson_id, user_id, state) SELECT ?, id, 'IN_PROGRESS' FROM users"
                                        + " WHERE id = ? ON CONFLICT DO NOTHING",
                                lessonId,
                                userId)
                        == 1);
    }

    private ObjectNode leaveLesson(String lessonId, String userId) {
        return named(
                "lessonName",
                lessonName(lessonId),
                () -> sql.update("DELETE FROM progress WHERE lesson_id = ? AND user_id = ?", lessonId, userId) == 1);
    }

    private ObjectNode setProgress(String userId, String lessonId, String state) {
        if (!PROGRESS.contains(state)) {
            return refused();
        }
        Optional<String> courseId =
                sql.one(row -> row.getString(1), "SELECT course_id FROM lessons WHERE id = ?", lessonId);
        if (courseId.isEmpty()) {
            return refused();
        }
        int changed = sql.update(
                "INSERT INTO progress (user_id, lesson_id, state) SELECT id, ?, ? FROM users WHERE id = ?"
                        + " ON CONFLICT (user_id, lesson_id) DO UPDATE SET state = excluded.state, updated_at = now()",
                lessonId,
                state,
                userId);
        return changed == 1
                ? success().put("fallback", "/user/courses/" + courseId.get() + "/lessons/" + lessonId)
                : refused();
    }

    private ObjectNode changeRole(String userId, String role) {
        return ROLES.contains(role) && sql.update("UPDATE users SET role = ? WHERE id = ?", role, userId) == 1
                ? success()
                : refused();
    }

    private ObjectNode author(CourseAction action, JsonNode argument, Visitor visitor) {
        return switch (action) {
            case CREATE_COURSE -> {
                ObjectNode errors = errors(argument, List.of("name", "presentation"));
                yield errors.isEmpty() ? course(insertCourse(argument, visitor.id()), "created") : invalid(errors);
            }
            case EDIT_COURSE -> {
                ObjectNode errors = errors(argument.path("data"), List.of("name", "presentation"));
                yield errors.isEmpty() ? course(updateCourse(argument), "edited") : invalid(errors);
            }
            case CREATE_LESSON -> {
                ObjectNode errors = errors(argument, List.of("name", "content", "courseId"));
                yield errors.isEmpty() ? lesson(insertLesson(argument), "created") : invalid(errors);
            }
            default -> {
                ObjectNode errors = errors(argument.path("data"), List.of("name", "content", "courseId"));
                yield errors.isEmpty() ? lesson(updateLesson(argument), "edited") : invalid(errors);
            }
        };
    }

    private Optional<ObjectNode> insertCourse(JsonNode course, String creatorId) {
        return sql.one(
                row -> ids(row.getString(1), "creatorId", row.getString(2)),
                "INSERT INTO courses (name, presentation, image, state, creator_id) VALUES (?, ?, ?, ?, ?)"
                        + " RETURNING id, creator_id",
                course.path("name").asText(),
                course.path("presentation").asText(),
                course.path("image").asText(),
                course.path("state").asText(),
                creatorId);
    }

    private Optional<ObjectNode> updateCourse(JsonNode argument) {
        JsonNode course = argument.path("data");
        return sql.one(
                row -> ids(row.getString(1), "creatorId", row.getString(2)),
                "UPDATE courses SET name = ?, presentation = ?, image = ?, state = ? WHERE id = ? RETURNING id, creator_id",
                course.path("name").asText(),
                course.path("presentation").asText(),
                course.path("image").asText(),
                course.path("state").asText(),
                argument.path("courseId").asText());
    }

    private Optional<ObjectNode> insertLesson(JsonNode lesson) {
        return sql.one(
                row -> ids(row.getString(1), "courseId", row.getString(2)),
                "INSERT INTO lessons (name, content, state, course_id) SELECT ?, ?, ?, id FROM courses WHERE id = ?"
                        + " RETURNING id, course_id",
                lesson.path("name").asText(),
                lesson.path("content").asText(),
                lesson.path("state").asText(),
                lesson.path("courseId").asText());
    }

    private Optional<ObjectNode> updateLesson(JsonNode argument) {
        JsonNode lesson = argument.path("data");
        return sql.one(
                row -> ids(row.getString(1), "courseId", row.getString(2)),
                "UPDATE lessons SET name = ?, content = ?, state = ?, course_id = courses.id FROM courses"
                        + " WHERE courses.id = ? AND lessons.id = ? RETURNING lessons.id, course_id",
                lesson.path("name").asText(),
                lesson.path("content").asText(),
                lesson.path("state").asText(),
                lesson.path("courseId").asText(),
                argument.path("lessonId").asText());
    }

    private Optional<String> courseName(String courseId) {
        return sql.one(row -> row.getString(1), "SELECT name FROM courses WHERE id = ?", courseId);
    }

    private Optional<String> lessonName(String lessonId) {
        return sql.one(row -> row.getString(1), "SELECT name FROM lessons WHERE id = ?", lessonId);
    }

    private static ObjectNode named(String field, Optional<String> name, BooleanSupplier write) {
        return name.isPresent() && write.getAsBoolean() ? success().put(field, name.get()) : refused();
    }

    private static ObjectNode course(Optional<ObjectNode> course, String what) {
        return course.map(ids -> data("course", ids, "Course " + what)).orElseGet(() -> serverError("No such course"));
    }

    private static ObjectNode lesson(Optional<ObjectNode> lesson, String what) {
        return lesson.map(ids -> data("lesson", ids, "Lesson " + what))
                .orElseGet(() -> serverError("No such lesson or course"));
    }

    private static ObjectNode data(String field, ObjectNode ids, String message) {
        ObjectNode result = JSON.objectNode();
        result.putObject("data").put("message", message).set(field, ids);
        return result;
    }

    private static ObjectNode ids(String id, String parentField, String parentId) {
        return JSON.objectNode().put("id", id).put(parentField, parentId);
    }

    /** What is wrong with a form, by field; empty where nothing is. */
    private static ObjectNode errors(JsonNode form, List<String> required) {
        ObjectNode errors = JSON.objectNode();
        for (String field : required) {
            if (form.path(field).asText().isBlank()) {
                errors.putObject(field).putArray("_errors").add("Required");
            }
        }
        if (!STATES.contains(form.path("state").asText())) {
            errors.putObject("state").putArray("_errors").add("Expected PUBLISHED or DRAFT");
        }
        return errors;
    }

    private static ObjectNode success() {
        return JSON.objectNode().put("success", true);
    }

    private static ObjectNode refused() {
        return JSON.objectNode().put("success", false);
    }

    private static ObjectNode invalid(ObjectNode errors) {
        ObjectNode result = JSON.objectNode();
        result.set("validationErrors", errors);
        return result;
    }

    private static ObjectNode serverError(String message) {
        return JSON.objectNode().put("serverError", message);
    }

    /** The text at {@code index}, empty where there is none: no row has an empty id. */
    private static String text(JsonNode arguments, int index) {
        return arguments.path(index).isTextual() ? arguments.path(index).textValue() : "";
    }
}
