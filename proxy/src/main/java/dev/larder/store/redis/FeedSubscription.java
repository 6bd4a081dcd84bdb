package dev.larder.store.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The connection on which one member hears the others, from opening to end; it is opened once, and never again by itself: between
 * two connections something may have been said. Any thread.
 */
final class FeedSubscription {

    /** Who hears. Called on the connection's thread, without a lock. */
    interface Subscriber {

        /** Whatever is published from now on is heard. */
        void stands();

        /** Something was said; null where it is in words that are not known. */
        void message(@Nullable FeedMessage message);

        /**
         * Nothing is heard any more, or ever was; may be called again.
         *
         * @param failure why it could not be subscribed; null where a standing connection was lost
         */
        void lost(@Nullable Throwable failure);
    }

    private final String[] channels;
    private final Subscriber subscriber;

    // Both are guarded by this.

    private @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;
    private boolean closed;

    /** Hears nothing yet. */
    FeedSubscription(Subscriber subscriber, String... channels) {
        this.subscriber = subscriber;
        this.channels = channels;
    }

    /** Connects to the link's server and subscribes; once. */
    void open(RedisLink link) {
        CompletableFuture<?> ignored = link.connectToFeed().whenComplete((opened, failure) -> {
            if (opened == null) {
                subscriber.lost(failure);
            } else {
                subscribe(opened);
            }
        });
    }

    private void subscribe(StatefulRedisPubSubConnection<String, byte[]> opened) {
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                connection = opened;
            }
        }
        if (late) {
            CompletableFuture<Void> ignored = opened.closeAsync();
            return;
        }
        opened.addListener(new RedisPubSubAdapter<String, byte[]>() {
            @Override
            public void message(String channel, byte[] message) {
                subscriber.message(FeedMessage.parse(new String(message, StandardCharsets.UTF_8)));
            }
        });
        opened.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                subscriber.lost(null);
            }
        });
        CompletionStage<?> ignored = opened.async().subscribe(channels).whenComplete((done, failure) -> {
            if (failure == null) {
                subscriber.stands();
            } else {
                subscriber.lost(failure);
            }
        });
    }

    /** Ends it, also where it is still being opened. */
    void close() {
        StatefulRedisPubSubConnection<String, byte[]> open;
        synchronized (this) {
            closed = true;
            open = connection;
            connection = null;
        }
        if (open != null) {
            CompletableFuture<Void> ignored = open.closeAsync();
        }
    }
}
