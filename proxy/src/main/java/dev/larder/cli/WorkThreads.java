package dev.larder.cli;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads for what must not hold up an event loop, one for each kind of work, made when it first comes: more would take the
 * cores from the loops.
 *
 * @param compressor compresses bodies; what it cannot keep up with it refuses, and that is stored plain
 * @param reloader reads files and compiles rules, looks whether they have changed, and does what the admin address asks for
 */
record WorkThreads(ExecutorService compressor, ScheduledExecutorService reloader) {

    /** Bodies that wait; each is at most as long as its route's max-body. */
    private static final int MOST_TO_COMPRESS = 64;

    /** Of none yet. */
    static WorkThreads begin() {
        ThreadPoolExecutor compressor = new ThreadPoolExecutor(
                1,
                1,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_TO_COMPRESS),
                task -> daemon(task, "larder-compress"));
        compressor.allowCoreThreadTimeOut(true);
        return new WorkThreads(
                compressor, Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "larder-reload")));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Ends them, with what they have not begun. */
    void end() {
        compressor.shutdownNow();
        reloader.shutdownNow();
    }
}
