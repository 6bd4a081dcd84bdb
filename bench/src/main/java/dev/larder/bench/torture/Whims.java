package dev.larder.bench.torture;

import java.util.Random;

/** How slowly and how badly the backend answers, drawn anew for each request. Confined to one thread. */
final class Whims {

    /** What goes wrong with an answer. */
    enum Mishap {
        NONE,
        /** 503, or 500 to a write that took effect. */
        ERROR,
        /** A write that does nothing, and says so. */
        REFUSED,
        /** The head, half of the body, and the connection ends. */
        CUT,
        /** No answer, and the connection ends; a write took effect. */
        LOST,
        /** The same, and a write takes effect only a little later. */
        LOST_AND_LATE,
        /** A write takes effect between its answer's head and the end of its body. */
        AFTER_HEAD
    }

    /**
     * Of one answer.
     *
     * @param beforeMillis from the request's arrival to when it is read or written
     * @param afterMillis from then to the answer
     */
    record Whim(int beforeMillis, int afterMillis, Mishap mishap) {}

    private final Random random;
    private final double trouble;

    /**
     * A source of them.
     *
     * @param trouble how often mishaps come: 0 never, 1 as usual
     */
    Whims(long seed, double trouble) {
        this.random = new Random(seed);
        this.trouble = trouble;
    }

    Whim ofRead() {
        double point = random.nextDouble() / Math.max(trouble, 1e-9);
        Mishap mishap =
                point < 0.004 ? Mishap.ERROR : point < 0.0045 ? Mishap.CUT : point < 0.005 ? Mishap.LOST : Mishap.NONE;
        return new Whim(pause(), pause(), mishap);
    }

    Whim ofWrite() {
        double point = random.nextDouble() / Math.max(trouble, 1e-9);
        Mishap mishap = point < 0.02
                ? Mishap.ERROR
                : point < 0.05
                        ? Mishap.REFUSED
                        : point < 0.052
                                ? Mishap.CUT
                                : point < 0.054
                                        ? Mishap.LOST
                                        : point < 0.056
                                                ? Mishap.LOST_AND_LATE
                                                : point < 0.2 ? Mishap.AFTER_HEAD : Mishap.NONE;
        return new Whim(pause(), pause(), mishap);
    }

    /** Whom a session belongs to is asked often, and has to be known while it changes. */
    Whim ofQuestion() {
        Mishap mishap = random.nextDouble() < 0.003 * trouble ? Mishap.ERROR : Mishap.NONE;
        return new Whim(pause(), pause(), mishap);
    }

    private int pause() {
        double point = random.nextDouble();
        if (point < 0.6) {
            return 0;
        }
        return point < 0.93 ? 1 + random.nextInt(4) : point < 0.998 ? random.nextInt(40) : random.nextInt(400);
    }

    int late() {
        return 50 + random.nextInt(250);
    }
}
