package dev.larder.bench.mix;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import java.util.Optional;

/** One request of a trace. */
public sealed interface Call {

    /** When it is sent, in milliseconds from the start of the trace. */
    long atMillis();

    /** Whose session it carries. */
    String userId();

    /**
     * A read.
     *
     * @param target path and query, always written in the same way for the same thing
     * @param courseId the course it is about, empty for a list of courses or the public lessons
     * @param lessonId the lesson it is about, or empty
     */
    record Read(long atMillis, String userId, ReadRoute route, String target, String courseId, String lessonId)
            implements Call {

        /** What distinguishes the answer: the target, and the visitor where it depends on them. */
        public String key() {
            return route.depends() == ReadRoute.Depends.VISITOR ? userId + " " + target : target;
        }
    }

    /**
     * A server action.
     *
     * @param page the page that it is posted to
     * @param body the JSON array
     * @param affectedUserId whom it concerns; of an edited course, who made it
     * @param courseId the course it concerns, also where it is about a lesson of that course
     * @param lessonId the lesson it concerns, or empty
     */
    record Write(
            long atMillis,
            String userId,
            CourseAction action,
            String page,
            String body,
            String affectedUserId,
            String courseId,
            String lessonId)
            implements Call {}

    /** The cookie it carries; none where everybody gets the same. */
    default Optional<String> cookie() {
        if (this instanceof Read read && read.route().depends() == ReadRoute.Depends.NOBODY) {
            return Optional.empty();
        }
        return Optional.of("next-auth.session-token=" + CourseSeed.sessionOf(userId()));
    }
}
