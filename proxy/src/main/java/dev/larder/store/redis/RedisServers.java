package dev.larder.store.redis;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The server, or the servers, that a store is on, and the links that are kept open to them. Any thread; nothing blocks. */
interface RedisServers {

    /** Begins to connect; returns at once. */
    void start();

    /** What trips go by now; null while there is nothing to go by. */
    @Nullable
    RedisShards shards();

    /** All links that are open, to be kept alive. */
    Collection<RedisLink> links();

    /** Drops a link that cannot be trusted, or was lost, and begins anew. */
    void lost(RedisLink gone);

    /** Does what is due by the clock; called some ten times a second. */
    void step(long nowNanos);

    /** Where it connects to, what is there and how it goes, for a person; without a password. */
    String detail();

    /** Ends the links and their threads; returns before these have ended. */
    void close();
}
