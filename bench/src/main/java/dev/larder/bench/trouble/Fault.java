package dev.larder.bench.trouble;

import dev.larder.bench.stage.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** What is done to a Redis. */
public enum Fault {
    NONE("healthy", "for 3 s"),
    STOPPED("stopped, started", "away for 3 s"),
    SLEEPING("DEBUG SLEEP 1", "silent for 1 s"),
    PAUSED("CLIENT PAUSE 500 ALL", "silent for 0.5 s"),
    AGAIN_PAUSED("CLIENT PAUSE 30, often", "30 ms, 20 times in 2 s");

    private static final Duration AWAY = Duration.ofSeconds(3);

    private final String title;
    private final String what;

    Fault(String title, String what) {
        this.title = title;
        this.what = what;
    }

    /** In a few words. */
    public String title() {
        return title;
    }

    /** In a few more. */
    public String what() {
        return what;
    }

    /** Does it, and returns when it is over. Blocking. */
    public void strike(RedisProcess redis, LongSupplier nanoTime) throws IOException {
        switch (this) {
            case NONE -> rest(AWAY, nanoTime);
            case STOPPED -> {
                redis.stopServer();
                rest(AWAY, nanoTime);
                redis.startServer();
            }
            case SLEEPING -> redis.command("DEBUG SLEEP 1");
            case PAUSED -> {
                redis.command("CLIENT PAUSE 500 ALL");
                rest(Duration.ofMillis(500), nanoTime);
            }
            case AGAIN_PAUSED -> {
                for (int i = 0; i < 20; i++) {
                    redis.command("CLIENT PAUSE 30 ALL");
                    rest(Duration.ofMillis(100), nanoTime);
                }
            }
        }
    }

    private static void rest(Duration length, LongSupplier nanoTime) {
        long end = nanoTime.getAsLong() + length.toNanos();
        for (long left = length.toNanos(); left > 0; left = end - nanoTime.getAsLong()) {
            LockSupport.parkNanos(Math.min(left, TimeUnit.SECONDS.toNanos(1)));
        }
    }
}
