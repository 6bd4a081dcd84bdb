package dev.larder.bench.judge;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.course.RawHttp.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * One write.
 *
 * @param visitor the user's id, empty for somebody without a session
 * @param action the value of Next-Action, empty for a plain write
 */
record Write(String what, String method, String target, String visitor, String action, String body) {

    static Write action(String what, String page, String visitor, CourseAction action, String body) {
        return new Write(what, "POST", page, visitor, action.id(), body);
    }

    static Write delete(String what, String target, String visitor) {
        return new Write(what, "DELETE", target, visitor, "", "");
    }

    static Write join(String course, String user) {
        return action("join", "/user/courses", user, CourseAction.JOIN_COURSE, ids(course, user));
    }

    static String ids(String... ids) {
        return "[\"" + String.join("\",\"", ids) + "\"]";
    }

    static Write editCourse(String what, String course, String admin, String name) {
        return action(
                what,
                "/admin/courses/" + course + "/edit",
                admin,
                CourseAction.EDIT_COURSE,
                "[{\"data\":{\"name\":\"%s\",\"image\":\"\",\"presentation\":\"Edited.\",\"state\":\"PUBLISHED\"},\"courseId\":\"%s\"}]"
                        .formatted(name, course));
    }

    /** Sends it through the sidecar as a browser would. */
    Response through(Sidecar sidecar) {
        List<String> fields = new ArrayList<>();
        if (!visitor.isEmpty()) {
            fields.add(Read.cookie(CourseSeed.sessionOf(visitor)));
        }
        if (!action.isEmpty()) {
            fields.add("Next-Action: " + action);
            fields.add("Content-Type: text/plain;charset=UTF-8");
            fields.add("Accept: text/x-component");
            fields.add("Accept-Encoding: gzip, deflate, br");
            fields.add("Origin: http://course.example");
        }
        return sidecar.send(method, target, body, fields.toArray(new String[0]));
    }

    @Override
    public String toString() {
        return what;
    }
}
