package dev.larder.bench.course;

import java.time.Duration;

/** Which of the waits of a {@link Slowness} concern a request. */
final class Waits {
    private Waits() {}

    static Duration before(Slowness slowness, CourseRequest request) {
        if (isRead(request)) {
            return slowness.beforeRead();
        }
        return isWrite(request) ? slowness.beforeWrite() : Duration.ZERO;
    }

    /** An answer that needed no database, a redirect or a refused method, is not slow. */
    static Duration after(Slowness slowness, CourseRequest request, Answer answer) {
        if (answer.status() / 100 == 3 || answer.status() == 405 || answer.status() == 404) {
            return Duration.ZERO;
        }
        if (isRead(request)) {
            return slowness.afterRead();
        }
        return isWrite(request) ? slowness.afterWrite() : Duration.ZERO;
    }

    private static boolean isRead(CourseRequest request) {
        return request.reads() && request.underApi();
    }

    private static boolean isWrite(CourseRequest request) {
        return request.method().equals("DELETE")
                || (request.method().equals("POST")
                        && (request.fields().contains("next-action")
                                || request.rawPath().equals("/api/auth/signout")));
    }
}
