package dev.larder.bench.purge;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.List;

/** Redis as others use it for purging: {@code KEYS} and {@code DEL}, {@code SCAN} and {@code UNLINK}. For one thread; all methods block. */
final class PlainRedis implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What clients ask for at a time who know that 10, the default, is slow. */
    private static final int SCAN_COUNT = 1_000;

    private final RedisClient client;
    private final RedisCommands<String, String> commands;

    private PlainRedis(RedisClient client) {
        this.client = client;
        this.commands = client.connect().sync();
    }

    static PlainRedis connect(String url) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(PATIENCE);
        return new PlainRedis(RedisClient.create(uri));
    }

    /** How many were deleted. */
    long keysAndDelete(String glob) {
        List<String> keys = commands.keys(glob);
        return keys.isEmpty() ? 0 : commands.del(keys.toArray(String[]::new));
    }

    /** How many were deleted. */
    long scanAndUnlink(String glob) {
        ScanArgs like = ScanArgs.Builder.matches(glob).limit(SCAN_COUNT);
        long deleted = 0;
        ScanCursor from = ScanCursor.INITIAL;
        while (!from.isFinished()) {
            KeyScanCursor<String> page = commands.scan(from, like);
            List<String> keys = page.getKeys();
            deleted += keys.isEmpty() ? 0 : commands.unlink(keys.toArray(String[]::new));
            from = page;
        }
        return deleted;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
}
