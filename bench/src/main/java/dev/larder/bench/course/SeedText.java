package dev.larder.bench.course;

import java.util.Random;

/** Words for the seed data: enough variety that searches find something and bodies compress like prose. */
final class SeedText {
    private static final String[] FIRST_NAMES = {
        "Ada",
        "Bruno",
        "Chiara",
        "Dmitri",
        "Elif",
        "Farid",
        "Greta",
        "Hiroshi",
        "Ines",
        "Jonas",
        "Katarina",
        "Liam",
        "Mei",
        "Nadia",
        "Omar",
        "Paula",
        "Quentin",
        "Rosa",
        "Sven",
        "Tamara"
    };
    private static final String[] LAST_NAMES = {
        "Adler", "Bianchi", "Castro", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ivanov", "Jansen"
    };
    private static final String[] APPROACHES = {
        "Practical",
        "Modern",
        "Applied",
        "Everyday",
        "Advanced",
        "Hands-on",
        "Essential",
        "Visual",
        "Patient",
        "Complete"
    };
    private static final String[] SUBJECTS = {
        "JavaScript",
        "Java",
        "Python",
        "SQL",
        "Rust",
        "Statistics",
        "Photography",
        "Typography",
        "Accounting",
        "Cooking"
    };
    private static final String[] AUDIENCES = {"for Beginners", "at Work", "in Depth"};
    private static final String[] WORDS = {
        "about",
        "above",
        "again",
        "answer",
        "begin",
        "build",
        "carry",
        "change",
        "choose",
        "clear",
        "common",
        "compare",
        "course",
        "decide",
        "detail",
        "differ",
        "enough",
        "every",
        "example",
        "explain",
        "figure",
        "follow",
        "gather",
        "idea",
        "keep",
        "later",
        "learn",
        "level",
        "matter",
        "measure",
        "method",
        "notice",
        "number",
        "order",
        "other",
        "people",
        "place",
        "point",
        "practice",
        "problem",
        "question",
        "reason",
        "result",
        "sample",
        "second",
        "simple",
        "small",
        "state",
        "step",
        "study",
        "table",
        "thing",
        "think",
        "time",
        "together",
        "topic",
        "under",
        "value",
        "where",
        "which",
        "while",
        "without",
        "word",
        "work",
        "write",
        "year"
    };

    private SeedText() {}

    /** A name of its own for each of the first 200 numbers from 0. */
    static String person(int number) {
        return FIRST_NAMES[number % FIRST_NAMES.length]
                + " "
                + LAST_NAMES[number / FIRST_NAMES.length % LAST_NAMES.length];
    }

    /** A name of its own for each of the first 300 numbers from 0. */
    static String course(int number) {
        return APPROACHES[number / SUBJECTS.length % APPROACHES.length]
                + " "
                + SUBJECTS[number % SUBJECTS.length]
                + " "
                + AUDIENCES[number / (SUBJECTS.length * APPROACHES.length) % AUDIENCES.length];
    }

    /** One word. */
    static String word(Random random) {
        return WORDS[random.nextInt(WORDS.length)];
    }

    /** Sentences of at least {@code length} characters, of ASCII letters, blanks and full stops. */
    static String prose(Random random, int length) {
        StringBuilder text = new StringBuilder(length + 64);
        while (text.length() < length) {
            int words = 6 + random.nextInt(9);
            for (int i = 0; i < words; i++) {
                String word = word(random);
                text.append(i == 0 ? Character.toUpperCase(word.charAt(0)) + word.substring(1) : word);
                text.append(i == words - 1 ? ". " : " ");
            }
        }
        return text.toString().trim();
    }
}
