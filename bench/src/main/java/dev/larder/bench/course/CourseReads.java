package dev.larder.bench.course;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ten read routes: which statements they send and what they answer. Blocking: worker threads only.
 *
 * <p>What an answer holds is bounded by what writes are known to change: a user's course list says nothing of how many
 * others joined, lesson lists do not name the course, participants show no role.
 */
final class CourseReads {
    private static final String NAME_MATCHES = " AND strpos(lower(name), lower(?)) > 0";
    private static final String PAGE = " ORDER BY created_at DESC, id LIMIT ? OFFSET ?";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private record Joined(String userId, String joinedAt) {}

    private final Sql sql;

    CourseReads(Sql sql) {
        this.sql = sql;
    }

    ObjectNode publicLessons(ListQuery query) {
        String from = " FROM lessons WHERE state = 'PUBLISHED'" + NAME_MATCHES;
        List<ObjectNode> lessons = sql.list(
                row -> lesson(row, false),
                "SELECT id, course_id, name, content, notes, state, created_at" + from + PAGE,
                query.search(),
                query.limit(),
                query.offset());
        return page("lessons", lessons, sql.number("SELECT count(*)" + from, query.search()), query);
    }

    ObjectNode userCourses(String userId, ListQuery query) {
        String from = " FROM courses WHERE state = 'PUBLISHED'" + NAME_MATCHES;
        List<ObjectNode> courses = sql.list(
                CourseReads::course,
                "SELECT id, name, presentation, image, state, creator_id, created_at" + from + PAGE,
                query.search(),
                query.limit(),
                query.offset());
        long total = sql.number("SELECT count(*)" + from, query.search());
        Set<String> joined = new HashSet<>(sql.list(
                row -> row.getString(1),
                "SELECT course_id FROM enrolments WHERE user_id = ? AND course_id = ANY (?)",
                userId,
                courses.stream().map(c -> c.get("id").textValue()).toArray(String[]::new)));
        courses.forEach(c -> c.put("alreadyJoined", joined.contains(c.get("id").textValue())));
        return page("courses", courses, total, query);
    }

    ObjectNode adminCourses(String adminId, ListQuery query) {
        String from = " FROM courses WHERE creator_id = ?" + NAME_MATCHES;
        List<ObjectNode> courses = sql.list(
                CourseReads::course,
                "SELECT id, name, presentation, image, state, creator_id, created_at" + from + PAGE,
                adminId,
                query.search(),
                query.limit(),
                query.offset());
        return page("courses", courses, sql.number("SELECT count(*)" + from, adminId, query.search()), query);
    }

    ObjectNode adminLessons(String courseId, ListQuery query) {
        String from = " FROM lessons WHERE course_id = ?" + NAME_MATCHES;
        List<ObjectNode> lessons = sql.list(
                row -> lesson(row, true),
                "SELECT id, course_id, name, content, notes, state, created_at" + from + PAGE,
                courseId,
                query.search(),
                query.limit(),
                query.offset());
        return page("lessons", lessons, sql.number("SELECT count(*)" + from, courseId, query.search()), query);
    }

    /** A course that is not there is no error here: {@code {"course":{"totalUsers":0}}}. */
    ObjectNode adminCourse(String courseId) {
        Optional<ObjectNode> course = sql.one(
                CourseReads::course,
                "SELECT id, name, presentation, image, state, creator_id, created_at FROM courses WHERE id = ?",
                courseId);
        return withTotalUsers(course, courseId);
    }

    /** As {@link #adminCourse}, without who made the course and its state. */
    ObjectNode userCourse(String courseId) {
        Optional<ObjectNode> course = sql.one(
                row -> course(row).without(List.of("creatorId", "state")),
                "SELECT id, name, presentation, image, state, creator_id, created_at FROM courses WHERE id = ?",
                courseId);
        return withTotalUsers(course, courseId);
    }

    /** Empty where the course has no such lesson. */
    Optional<ObjectNode> adminLesson(String courseId, String lessonId) {
        return sql.one(
                        row -> lesson(row, true),
                        "SELECT id, course_id, name, content, notes, state, created_at FROM lessons"
                                + " WHERE id = ? AND course_id = ?",
                        lessonId,
                        courseId)
                .map(lesson -> JSON.objectNode().set("lesson", lesson));
    }

    /**
     * Who takes part in a course.
     *
     * @param withEmail whether to say the e-mail addresses, which only admins may see
     */
    ObjectNode participants(String courseId, ListQuery query, boolean withEmail) {
        String from = " FROM enrolments JOIN users ON id = user_id WHERE course_id = ?" + NAME_MATCHES;
        List<Joined> page = sql.list(
                row -> new Joined(row.getString(1), instant(row, 2)),
                "SELECT user_id, joined_at" + from + " ORDER BY joined_at DESC, user_id LIMIT ? OFFSET ?",
                courseId,
                query.search(),
                query.limit(),
                query.offset());
        Map<String, ObjectNode> users = new HashMap<>();
        sql.list(
                        row -> JSON.objectNode()
                                .put("id", row.getString(1))
                                .put("name", row.getString(2))
                                .put("email", row.getString(3))
                                .put("image", row.getString(4)),
                        "SELECT id, name, email, image FROM users WHERE id = ANY (?)",
                        (Object) page.stream().map(Joined::userId).toArray(String[]::new))
                .forEach(user -> users.put(user.get("id").textValue(), user));
        long total = sql.number("SELECT count(*)" + from, courseId, query.search());
        List<ObjectNode> participants = new ArrayList<>();
        for (Joined joined : page) {
            ObjectNode user = users.get(joined.userId());
            // Between two statements a user may have gone.
            if (user != null) {
                participants.add(participant(user, courseId, joined.joinedAt(), withEmail));
            }
        }
        return page("participants", participants, total, query);
    }

    /** The lessons of a course with a user's own progress; the one route that takes eight statements of its own. */
    ObjectNode userLessons(String userId, String courseId, ListQuery query) {
        boolean there = sql.one(row -> row.getString(1), "SELECT id FROM courses WHERE id = ?", courseId)
                .isPresent();
        String from = " FROM lessons WHERE course_id = ? AND state = 'PUBLISHED'" + NAME_MATCHES;
        List<ObjectNode> lessons = sql.list(
                row -> JSON.objectNode()
                        .put("id", row.getString(1))
                        .put("name", row.getString(2))
                        .put("createdAt", instant(row, 3)),
                "SELECT id, name, created_at" + from + PAGE,
                courseId,
                query.search(),
                query.limit(),
                query.offset());
        long total = sql.number("SELECT count(*)" + from, courseId, query.search());
        Map<String, String> states = new HashMap<>();
        sql.list(
                        row -> Map.entry(row.getString(1), row.getString(2)),
                        "SELECT lesson_id, state FROM progress WHERE user_id = ? AND lesson_id = ANY (?)",
                        userId,
                        lessons.stream().map(l -> l.get("id").textValue()).toArray(String[]::new))
                .forEach(entry -> states.put(entry.getKey(), entry.getValue()));
        String own = " FROM progress p JOIN lessons l ON l.id = p.lesson_id WHERE p.user_id = ? AND l.course_id = ?";
        long begun = sql.number("SELECT count(*)" + own, userId, courseId);
        long completed = sql.number("SELECT count(*)" + own + " AND p.state = 'COMPLETED'", userId, courseId);
        Optional<String> latest = sql.one(
                row -> row.getString(1),
                "SELECT p.lesson_id" + own + " ORDER BY p.updated_at DESC, p.lesson_id LIMIT 1",
                userId,
                courseId);
        long open = sql.number("SELECT count(*) FROM lessons WHERE course_id = ? AND state = 'PUBLISHED'", courseId);
        lessons.forEach(l -> l.put("progress", states.getOrDefault(l.get("id").textValue(), "NOT_STARTED")));
        ObjectNode answer = page("lessons", lessons, total, query);
        answer.putObject("progress")
                .put("found", there)
                .put("open", open)
                .put("begun", begun)
                .put("completed", completed)
                .put("latest", latest.orElse(null));
        return answer;
    }

    private ObjectNode withTotalUsers(Optional<ObjectNode> course, String courseId) {
        long total = sql.number("SELECT count(*) FROM enrolments WHERE course_id = ?", courseId);
        ObjectNode answer = JSON.objectNode();
        answer.set("course", course.orElseGet(JSON::objectNode).put("totalUsers", total));
        return answer;
    }

    private static ObjectNode page(String name, List<ObjectNode> items, long total, ListQuery query) {
        ObjectNode answer = JSON.objectNode();
        ArrayNode array = answer.putArray(name);
        items.forEach(array::add);
        long pages = query.limit() == 0 ? 0 : (total + query.limit() - 1) / query.limit();
        return answer.put("total", total).put("page", query.page()).put("totalPages", pages);
    }

    private static ObjectNode course(ResultSet row) throws SQLException {
        return JSON.objectNode()
                .put("id", row.getString(1))
                .put("name", row.getString(2))
                .put("presentation", row.getString(3))
                .put("image", row.getString(4))
                .put("state", row.getString(5))
                .put("creatorId", row.getString(6))
                .put("createdAt", instant(row, 7));
    }

    private static ObjectNode lesson(ResultSet row, boolean withNotes) throws SQLException {
        ObjectNode lesson = JSON.objectNode()
                .put("id", row.getString(1))
                .put("courseId", row.getString(2))
                .put("name", row.getString(3))
                .put("content", row.getString(4));
        if (withNotes) {
            lesson.put("notes", row.getString(5));
        }
        return lesson.put("state", row.getString(6)).put("createdAt", instant(row, 7));
    }

    private static ObjectNode participant(ObjectNode user, String courseId, String joinedAt, boolean withEmail) {
        ObjectNode participant = JSON.objectNode()
                .put("courseId", courseId)
                .put("joinedAt", joinedAt)
                .put("enrolmentId", courseId + "." + user.get("id").textValue())
                .put("updatedAt", joinedAt)
                .put("status", "ACTIVE");
        ObjectNode shown = withEmail ? user.deepCopy() : user.deepCopy().without(List.of("email"));
        participant.set("user", shown);
        return participant;
    }

    private static String instant(ResultSet row, int column) throws SQLException {
        return row.getTimestamp(column).toInstant().toString();
    }
}
