package dev.larder.bench.course;

import java.util.Arrays;
import java.util.Optional;

/**
 * The server actions and the ids under which a browser calls them: 42 hexadecimal digits that a real build draws anew
 * each time. They stand here for whoever plays the browser; rules never name them.
 */
public enum CourseAction {
    /** {@code ["courseId","userId"]}. */
    JOIN_COURSE("601f6b0a9d5c3e7481b2a6f0d94c57e8a3120bd46f"),
    /** {@code ["courseId","userId"]}. */
    LEAVE_COURSE("60a87c15e2f94b6d0378c1d5a92e4fb06718e3cd52"),
    /** {@code ["lessonId","userId"]}. */
    START_LESSON("6057398d41ab0ce2f76589d3b410ea97c25f1d68b0"),
    /** {@code ["lessonId","userId"]}. */
    LEAVE_LESSON("60c40e7f925d81b3a6f40297e85dc1b3604a9f27de"),
    /** {@code ["userId","lessonId","COMPLETED"]}, or {@code "IN_PROGRESS"}. */
    SET_PROGRESS("70d2915b6e0f83ac47e1b9580c36d2fa947e8b1053"),
    /** {@code [{name,image,presentation,state}]}. */
    CREATE_COURSE("7fe13a60c8952db47f018e6ab3d570c92f4be68a17"),
    /** {@code [{"data":{name,image,presentation,state},"courseId":"C"}]}. */
    EDIT_COURSE("7fc7fc32a0e84d5b916f3c27d80ab5e4f192067c3e"),
    /** {@code [{name,content,state,courseId}]}. */
    CREATE_LESSON("7f3b82e6049cd7af15e8206bd94f7a1c53e0b9628d"),
    /** {@code [{"data":{name,content,state,courseId},"lessonId":"L"}]}. */
    EDIT_LESSON("7f9e05d1b74c28f3a6d08e5b1937fc42ea60d58b91"),
    /** {@code ["userId","USER"]}, or {@code "ADMIN"}. */
    CHANGE_ROLE("602ad94f7e1c8b53d0f69e37a4c182b5d07f3e96ac");

    private final String id;

    CourseAction(String id) {
        this.id = id;
    }

    /** The value of {@code Next-Action}. */
    public String id() {
        return id;
    }

    static Optional<CourseAction> byId(String id) {
        return Arrays.stream(values()).filter(action -> action.id.equals(id)).findFirst();
    }
}
