package dev.larder.model;

/** Steps as numbers: what, which sidecar (or which fault), and one number more. */
final class Step {

    static final int TICK = 0;
    static final int SNAPSHOT = 1;
    static final int START = 2;
    static final int CONNECT = 3;
    static final int NOTICE_LINK = 4;
    static final int NOTICE_FEED = 5;
    static final int READ = 6;
    static final int READ_UNKNOWN = 7;
    static final int WRITE = 8;
    static final int JOIN = 9;
    static final int RENEW = 10;
    static final int SETTLE = 11;
    static final int GO = 12;
    static final int DELIVER = 13;
    static final int ACKNOWLEDGE = 14;
    static final int FAULT = 15;

    private Step() {}

    static int of(int action, int sidecar, int argument) {
        return action << 16 | sidecar << 8 | argument;
    }

    static int action(int step) {
        return step >>> 16;
    }

    static int sidecar(int step) {
        return step >>> 8 & 0xFF;
    }

    static int argument(int step) {
        return step & 0xFF;
    }
}
