package dev.larder.bench.course;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The data that the course backend begins with: 200 users of whom 10 are ADMIN, 300 courses of which 240 are published,
 * 10 lessons each, 20,000 enrolments, progress, and one session for each user. Always the same, so that demos, tests and
 * traces can name what is there without asking the database. Immutable.
 */
public final class CourseSeed {
    /** How many users; the first {@link #ADMINS} of them are ADMIN, the others USER. */
    public static final int USERS = 200;
    /** How many of them are ADMIN. */
    public static final int ADMINS = 10;
    /** How many courses; every fifth is a draft. */
    public static final int COURSES = 300;
    /** How many lessons each course has; the last two are drafts. */
    public static final int LESSONS_PER_COURSE = 10;
    /** How many enrolments. */
    public static final int ENROLMENTS = 20_000;
    /** The token of a session that is there but has expired. */
    public static final String EXPIRED_SESSION = "s-expired";

    static final Instant EPOCH = Instant.parse("2025-01-01T08:00:00Z");
    static final Instant SESSIONS_EXPIRE = Instant.parse("2099-01-01T00:00:00Z");
    private static final CourseSeed STANDARD = new CourseSeed(2026);

    /** A user; {@code role} is USER or ADMIN. */
    public record User(String id, String name, String email, String image, String role) {}

    /** A course; {@code state} is PUBLISHED or DRAFT. */
    public record Course(
            String id,
            String name,
            String presentation,
            String image,
            String state,
            String creatorId,
            Instant createdAt) {
        /** Whether users see it in their list. */
        public boolean published() {
            return state.equals("PUBLISHED");
        }
    }

    /** A lesson; {@code state} is PUBLISHED or DRAFT. */
    public record Lesson(
            String id, String courseId, String name, String content, String notes, String state, Instant createdAt) {
        /** Whether users see it. */
        public boolean published() {
            return state.equals("PUBLISHED");
        }
    }

    /** That a user takes part in a course. */
    public record Enrolment(String userId, String courseId, Instant joinedAt) {}

    /** How far a user is with a lesson: IN_PROGRESS or COMPLETED. */
    public record Progress(String userId, String lessonId, String state) {}

    private final List<User> users = new ArrayList<>();
    private final List<Course> courses = new ArrayList<>();
    private final List<Lesson> lessons = new ArrayList<>();
    private final List<Enrolment> enrolments = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final Set<String> enrolled = new HashSet<>();
    private final Map<String, String> progressStates = new HashMap<>();

    private CourseSeed(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < USERS; i++) {
            String name = SeedText.person(i);
            users.add(new User(
                    "u%03d".formatted(i + 1),
                    name,
                    name.toLowerCase(Locale.ROOT).replace(' ', '.') + "@example.org",
                    "https://images.example.org/people/%03d/portrait-240x240.jpg".formatted(i + 1),
                    i < ADMINS ? "ADMIN" : "USER"));
        }
        for (int i = 0; i < COURSES; i++) {
            addCourse(random, i);
        }
        enrol(random);
        progress(random);
    }

    /** The data. */
    public static CourseSeed standard() {
        return STANDARD;
    }

    /** The session token of a user, a plain token as a cookie may hold it: {@code s-u001}. */
    public static String sessionOf(String userId) {
        return "s-" + userId;
    }

    /** The users, ADMINs first. */
    public List<User> users() {
        return List.copyOf(users);
    }

    /** The courses, oldest first. */
    public List<Course> courses() {
        return List.copyOf(courses);
    }

    /** The lessons, by course. */
    public List<Lesson> lessons() {
        return List.copyOf(lessons);
    }

    /** The lessons of one course, by its index in {@link #courses()}. */
    public List<Lesson> lessonsOf(int courseIndex) {
        return List.copyOf(lessons.subList(courseIndex * LESSONS_PER_COURSE, (courseIndex + 1) * LESSONS_PER_COURSE));
    }

    /** The enrolments. */
    public List<Enrolment> enrolments() {
        return List.copyOf(enrolments);
    }

    /** The progress. */
    public List<Progress> progress() {
        return List.copyOf(progress);
    }

    /** Whether a user takes part in a course. */
    public boolean enrolled(String userId, String courseId) {
        return enrolled.contains(userId + '/' + courseId);
    }

    /** Whether a user has begun a lesson. */
    public boolean begun(String userId, String lessonId) {
        return progressStates.containsKey(userId + '/' + lessonId);
    }

    private void addCourse(Random random, int i) {
        String id = "c%03d".formatted(i + 1);
        courses.add(new Course(
                id,
                SeedText.course(i),
                SeedText.prose(random, 70),
                "https://images.example.org/courses/%03d/cover-960x540.jpg".formatted(i + 1),
                i % 5 == 4 ? "DRAFT" : "PUBLISHED",
                users.get(i % ADMINS).id(),
                EPOCH.plus(Duration.ofHours(i))));
        for (int j = 0; j < LESSONS_PER_COURSE; j++) {
            lessons.add(new Lesson(
                    "l%03d-%02d".formatted(i + 1, j + 1),
                    id,
                    "%d. %s and %s".formatted(j + 1, capital(SeedText.word(random)), SeedText.word(random)),
                    SeedText.prose(random, 2_150),
                    SeedText.prose(random, 300),
                    j < LESSONS_PER_COURSE - 2 ? "PUBLISHED" : "DRAFT",
                    EPOCH.plus(Duration.ofHours(i)).plus(Duration.ofMinutes(j))));
        }
    }

    /** Users in published courses, the popular ones first: the square of a uniform number favours the low ranks. */
    private void enrol(Random random) {
        List<Course> open = courses.stream().filter(Course::published).toList();
        while (enrolments.size() < ENROLMENTS) {
            User user = users.get(ADMINS + random.nextInt(USERS - ADMINS));
            double uniform = random.nextDouble();
            Course course = open.get((int) (uniform * Math.sqrt(uniform) * open.size()));
            if (enrolled.add(user.id() + '/' + course.id())) {
                enrolments.add(new Enrolment(
                        user.id(), course.id(), EPOCH.plus(Duration.ofDays(60)).plusSeconds(90L * enrolments.size())));
            }
        }
    }

    /** Every third enrolment has begun two lessons, one of them completed. */
    private void progress(Random random) {
        for (int i = 0; i < enrolments.size(); i += 3) {
            Enrolment enrolment = enrolments.get(i);
            int course = Integer.parseInt(enrolment.courseId().substring(1)) - 1;
            int first = random.nextInt(LESSONS_PER_COURSE - 3);
            addProgress(enrolment.userId(), lessonsOf(course).get(first).id(), "COMPLETED");
            addProgress(enrolment.userId(), lessonsOf(course).get(first + 1).id(), "IN_PROGRESS");
        }
    }

    private void addProgress(String userId, String lessonId, String state) {
        progress.add(new Progress(userId, lessonId, state));
        progressStates.put(userId + '/' + lessonId, state);
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
