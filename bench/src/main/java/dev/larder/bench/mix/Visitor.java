package dev.larder.bench.mix;

import dev.larder.bench.course.CourseSeed;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** One visitor of the mix: who they are, the three courses they work at, and what they have joined and begun so far. */
final class Visitor {
    private static final int OWN_COURSES = 3;
    private static final List<String> SEARCHES =
            List.of("java", "python", "sql", "rust", "photo", "type", "cook", "work");

    private final CourseSeed.User user;
    private final List<CourseSeed.Course> courses;
    private final List<String> searches;
    private final Set<String> joined = new HashSet<>();
    private final Set<String> begun = new HashSet<>();

    /**
     * Draws a visitor's courses.
     *
     * @param open the published courses, by popularity
     */
    Visitor(CourseSeed seed, CourseSeed.User user, List<CourseSeed.Course> open, Zipf zipf, Random random) {
        this.user = user;
        Set<CourseSeed.Course> own = new LinkedHashSet<>();
        while (own.size() < OWN_COURSES) {
            own.add(open.get(zipf.draw(random)));
        }
        this.courses = List.copyOf(own);
        this.searches =
                List.of(SEARCHES.get(random.nextInt(SEARCHES.size())), SEARCHES.get(random.nextInt(SEARCHES.size())));
        for (CourseSeed.Course course : courses) {
            if (seed.enrolled(user.id(), course.id())) {
                joined.add(course.id());
            }
            for (CourseSeed.Lesson lesson : lessons(seed, course)) {
                if (seed.begun(user.id(), lesson.id())) {
                    begun.add(lesson.id());
                }
            }
        }
    }

    /** The published lessons of a course. */
    static List<CourseSeed.Lesson> lessons(CourseSeed seed, CourseSeed.Course course) {
        return seed.lessonsOf(Integer.parseInt(course.id().substring(1)) - 1).stream()
                .filter(CourseSeed.Lesson::published)
                .toList();
    }

    String id() {
        return user.id();
    }

    boolean admin() {
        return user.role().equals("ADMIN");
    }

    CourseSeed.Course course(Random random) {
        return courses.get(random.nextInt(courses.size()));
    }

    String search(Random random) {
        return searches.get(random.nextInt(searches.size()));
    }

    /** Joins or leaves, whichever is possible; whether they are in now. */
    boolean toggleJoined(String courseId) {
        return toggle(joined, courseId);
    }

    /** Begins or leaves a lesson, whichever is possible; whether it is begun now. */
    boolean toggleBegun(String lessonId) {
        return toggle(begun, lessonId);
    }

    /** Progress in a lesson begins it. */
    void progressed(String lessonId) {
        begun.add(lessonId);
    }

    private static boolean toggle(Set<String> set, String id) {
        boolean added = set.add(id);
        if (!added) {
            set.remove(id);
        }
        return added;
    }
}
