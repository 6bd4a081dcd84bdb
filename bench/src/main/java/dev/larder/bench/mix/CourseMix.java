package dev.larder.bench.mix;

import dev.larder.bench.course.CourseAction;
import dev.larder.bench.course.CourseSeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The traffic mix, as a trace made from a seed: visitors who each see a page every 5 s, 3 API calls a page, 2 writes in
 * 100 pages. A visitor works at 3 courses of their own, drawn by Zipf; 30 % of the pages are lists, 70 % a course. Of the
 * writes 40 % are progress, 30 % begin or leave a lesson, 29.5 % join or leave a course, 0.5 % edit a course or a lesson.
 *
 * <p>What is edited is edited by an ADMIN, what is learnt is learnt by a USER: a write that its page's visitor cannot do
 * is done by another one at that moment. The pages themselves are not in the trace: they are never stored.
 */
public final class CourseMix {
    private static final double LISTS = 0.30;
    private static final double WRITES = 0.02;
    private static final double PROGRESS = 0.40;
    private static final double LESSONS = 0.30;
    private static final double JOINS = 0.295;
    /** Between two calls of one page, as a browser sends them. */
    private static final long CALL_GAP_MILLIS = 5;
    /** A write comes this long after its page, the next page of that visitor later still. */
    private static final long WRITE_DELAY_MILLIS = 1_500;

    /**
     * How much traffic.
     *
     * @param visitors at most 200, one for each user of the seed data, ADMINs in proportion
     * @param length of the trace
     * @param period between two pages of one visitor
     * @param seed of all that is drawn
     */
    public record Options(int visitors, Duration length, Duration period, long seed) {
        /** 200 visitors, a page every 5 s. */
        public static Options standard(Duration length, long seed) {
            return new Options(CourseSeed.USERS, length, Duration.ofSeconds(5), seed);
        }
    }

    private final CourseSeed seed = CourseSeed.standard();
    private final Options options;
    private final Random random;
    private final List<Visitor> visitors = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();

    private CourseMix(Options options) {
        this.options = options;
        this.random = new Random(options.seed());
        List<CourseSeed.Course> open =
                seed.courses().stream().filter(CourseSeed.Course::published).toList();
        Zipf zipf = new Zipf(open.size());
        int step = CourseSeed.USERS / options.visitors();
        for (int i = 0; i < options.visitors(); i++) {
            visitors.add(new Visitor(seed, seed.users().get(i * step), open, zipf, random));
        }
    }

    /** The trace, in order of time; the same for the same options. */
    public static List<Call> trace(Options options) {
        if (options.visitors() < 2 || options.visitors() > CourseSeed.USERS) {
            throw new IllegalArgumentException(
                    "visitors is %d; expected 2 to %d".formatted(options.visitors(), CourseSeed.USERS));
        }
        return new CourseMix(options).trace();
    }

    private List<Call> trace() {
        long period = options.period().toMillis();
        List<long[]> pages = new ArrayList<>();
        for (int i = 0; i < visitors.size(); i++) {
            long phase = random.nextLong(period);
            for (long at = phase; at < options.length().toMillis(); at += period) {
                pages.add(new long[] {at, i});
            }
        }
        // What visitors have joined and begun changes as time goes on, so pages are drawn in order of time.
        pages.sort(Comparator.comparingLong(page -> page[0]));
        for (long[] page : pages) {
            view(page[0], visitors.get((int) page[1]));
        }
        calls.sort(Comparator.comparingLong(Call::atMillis));
        return List.copyOf(calls);
    }

    private void view(long at, Visitor visitor) {
        if (random.nextDouble() < LISTS) {
            lists(at, visitor);
        } else {
            course(at, visitor);
        }
        if (random.nextDouble() < WRITES) {
            write(at + WRITE_DELAY_MILLIS, visitor);
        }
    }

    private void lists(long at, Visitor visitor) {
        ReadRoute route = visitor.admin() ? ReadRoute.ADMIN_COURSES : ReadRoute.USER_COURSES;
        String path = visitor.admin() ? "/api/admin/courses" : "/api/user/courses";
        read(at, 0, visitor, route, path + list(pageNumber(), ""), "", "");
        read(at, 1, visitor, route, path + list(1, visitor.search(random)), "", "");
        read(at, 2, visitor, ReadRoute.PUBLIC_LESSONS, "/api/public/lessons" + list(pageNumber(), ""), "", "");
    }

    private void course(long at, Visitor visitor) {
        CourseSeed.Course course = visitor.course(random);
        String path = (visitor.admin() ? "/api/admin/courses/" : "/api/user/courses/") + course.id();
        String participants = path + "/participants" + list(1, "");
        String lessons = path + "/lessons" + list(1, "");
        if (!visitor.admin()) {
            read(at, 0, visitor, ReadRoute.USER_COURSE, path, course.id(), "");
            read(at, 1, visitor, ReadRoute.USER_PARTICIPANTS, participants, course.id(), "");
            read(at, 2, visitor, ReadRoute.USER_LESSONS, lessons, course.id(), "");
            return;
        }
        read(at, 0, visitor, ReadRoute.ADMIN_COURSE, path, course.id(), "");
        read(at, 1, visitor, ReadRoute.ADMIN_LESSONS, lessons, course.id(), "");
        if (random.nextBoolean()) {
            read(at, 2, visitor, ReadRoute.ADMIN_PARTICIPANTS, participants, course.id(), "");
        } else {
            CourseSeed.Lesson lesson = lesson(course);
            read(at, 2, visitor, ReadRoute.ADMIN_LESSON, path + "/lessons/" + lesson.id(), course.id(), lesson.id());
        }
    }

    private void write(long at, Visitor onPage) {
        double kind = random.nextDouble();
        boolean edit = kind >= PROGRESS + LESSONS + JOINS;
        Visitor visitor = onPage;
        while (visitor.admin() != edit) {
            visitor = visitors.get(random.nextInt(visitors.size()));
        }
        CourseSeed.Course course = visitor.course(random);
        CourseSeed.Lesson lesson = lesson(course);
        String page = "/user/courses/" + course.id();
        if (edit) {
            edit(at, visitor, course, lesson);
        } else if (kind < PROGRESS) {
            visitor.progressed(lesson.id());
            String state = random.nextBoolean() ? "COMPLETED" : "IN_PROGRESS";
            String body = "[\"%s\",\"%s\",\"%s\"]".formatted(visitor.id(), lesson.id(), state);
            write(at, visitor, CourseAction.SET_PROGRESS, page + "/lessons/" + lesson.id(), body, course, lesson.id());
        } else if (kind < PROGRESS + LESSONS) {
            boolean begins = visitor.toggleBegun(lesson.id());
            CourseAction action = begins ? CourseAction.START_LESSON : CourseAction.LEAVE_LESSON;
            String body = "[\"%s\",\"%s\"]".formatted(lesson.id(), visitor.id());
            write(at, visitor, action, page + "/lessons/" + lesson.id(), body, course, lesson.id());
        } else {
            boolean joins = visitor.toggleJoined(course.id());
            CourseAction action = joins ? CourseAction.JOIN_COURSE : CourseAction.LEAVE_COURSE;
            String body = "[\"%s\",\"%s\"]".formatted(course.id(), visitor.id());
            write(at, visitor, action, page, body, course, "");
        }
    }

    private void edit(long at, Visitor admin, CourseSeed.Course course, CourseSeed.Lesson lesson) {
        String page = "/admin/courses/" + course.id();
        if (random.nextBoolean()) {
            String body =
                    "[{\"data\":{\"name\":\"%s\",\"image\":\"%s\",\"presentation\":\"Edited at %d.\",\"state\":\"%s\"},\"courseId\":\"%s\"}]"
                            .formatted(course.name(), course.image(), at, course.state(), course.id());
            calls.add(new Call.Write(
                    at,
                    admin.id(),
                    CourseAction.EDIT_COURSE,
                    page + "/edit",
                    body,
                    course.creatorId(),
                    course.id(),
                    ""));
        } else {
            String body =
                    "[{\"data\":{\"name\":\"%s\",\"content\":\"Edited at %d.\",\"state\":\"%s\",\"courseId\":\"%s\"},\"lessonId\":\"%s\"}]"
                            .formatted(lesson.name(), at, lesson.state(), course.id(), lesson.id());
            calls.add(new Call.Write(
                    at,
                    admin.id(),
                    CourseAction.EDIT_LESSON,
                    page + "/lessons/" + lesson.id() + "/edit",
                    body,
                    "",
                    course.id(),
                    lesson.id()));
        }
    }

    private void read(
            long at, int index, Visitor visitor, ReadRoute route, String target, String courseId, String lessonId) {
        calls.add(new Call.Read(at + index * CALL_GAP_MILLIS, visitor.id(), route, target, courseId, lessonId));
    }

    private void write(
            long at,
            Visitor visitor,
            CourseAction action,
            String page,
            String body,
            CourseSeed.Course course,
            String lessonId) {
        calls.add(new Call.Write(at, visitor.id(), action, page, body, visitor.id(), course.id(), lessonId));
    }

    private CourseSeed.Lesson lesson(CourseSeed.Course course) {
        List<CourseSeed.Lesson> lessons = Visitor.lessons(seed, course);
        return lessons.get(random.nextInt(lessons.size()));
    }

    /** People look at the first page, seldom at the second or third. */
    private int pageNumber() {
        double point = random.nextDouble();
        return point < 0.6 ? 1 : point < 0.85 ? 2 : 3;
    }

    private static String list(int page, String search) {
        return "?page=" + page + "&limit=5&search=" + search;
    }
}
