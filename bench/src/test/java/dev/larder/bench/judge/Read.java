package dev.larder.bench.judge;

import dev.larder.bench.course.CourseSeed;
import dev.larder.bench.mix.ReadRoute;
import java.util.List;

/**
 * One visitor's read.
 *
 * @param visitor the user's id, empty for somebody without a session
 * @param key what it is stored under, as in the rules
 */
record Read(ReadRoute route, String target, String visitor, String key) {
    private static final String LIST = ":limit:5:page:1:search:";

    static Read publicLessons() {
        return new Read(ReadRoute.PUBLIC_LESSONS, "/api/public/lessons", "", "public:lessons" + LIST);
    }

    static Read userCourses(String user) {
        return new Read(ReadRoute.USER_COURSES, "/api/user/courses", user, "user:courses" + LIST + ":userId:" + user);
    }

    static Read adminCourses(String admin) {
        return new Read(ReadRoute.ADMIN_COURSES, "/api/admin/courses", admin, "admin:courses:adminId:" + admin + LIST);
    }

    static Read userCourse(String user, String course) {
        return new Read(
                ReadRoute.USER_COURSE, "/api/user/courses/" + course, user, "user:course:details:courseId:" + course);
    }

    static Read adminCourse(String admin, String course) {
        return new Read(
                ReadRoute.ADMIN_COURSE,
                "/api/admin/courses/" + course,
                admin,
                "admin:course:details:courseId:" + course);
    }

    static Read userParticipants(String user, String course) {
        return new Read(
                ReadRoute.USER_PARTICIPANTS,
                "/api/user/courses/" + course + "/participants",
                user,
                "user:course:participants:courseId:" + course + LIST);
    }

    static Read adminParticipants(String admin, String course) {
        return new Read(
                ReadRoute.ADMIN_PARTICIPANTS,
                "/api/admin/courses/" + course + "/participants",
                admin,
                "admin:course:participants:courseId:" + course + LIST);
    }

    static Read userLessons(String user, String course) {
        return new Read(
                ReadRoute.USER_LESSONS,
                "/api/user/courses/" + course + "/lessons",
                user,
                "user:lessons:course:courseId:" + course + LIST + ":userId:" + user);
    }

    static Read adminLessons(String admin, String course) {
        return new Read(
                ReadRoute.ADMIN_LESSONS,
                "/api/admin/courses/" + course + "/lessons",
                admin,
                "admin:lessons:course:courseId:" + course + LIST);
    }

    static Read adminLesson(String admin, String course, String lesson) {
        return new Read(
                ReadRoute.ADMIN_LESSON,
                "/api/admin/courses/" + course + "/lessons/" + lesson,
                admin,
                "admin:lesson:details:courseId:" + course + ":lessonId:" + lesson);
    }

    /** One read of each of the ten routes. */
    static List<Read> ofAllRoutes(String user, String admin, String course) {
        return List.of(
                publicLessons(),
                userCourses(user),
                adminCourses(admin),
                adminLessons(admin, course),
                adminCourse(admin, course),
                userCourse(user, course),
                adminLesson(admin, course, lesson(course, 1)),
                adminParticipants(admin, course),
                userParticipants(user, course),
                userLessons(user, course));
    }

    /** The id of a course's lesson, counted from 1. */
    static String lesson(String course, int number) {
        return "l%s-%02d".formatted(course.substring(1), number);
    }

    /** The same by somebody else, or by nobody. */
    Read by(String other) {
        return new Read(route, target, other, key);
    }

    String[] fields() {
        return visitor.isEmpty() ? new String[0] : new String[] {cookie(CourseSeed.sessionOf(visitor))};
    }

    static String cookie(String token) {
        return "Cookie: next-auth.session-token=" + token;
    }

    @Override
    public String toString() {
        return "GET " + target + (visitor.isEmpty() ? " by nobody" : " by " + visitor);
    }
}
