package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A link that needs the word of others before anything is sent. */
class ConfirmedLinkTest {

    private static RealRedis redis;
    private static Timer timer;
    private static RedisClients clients;

    @BeforeAll
    static void start() {
        redis = new RealRedis();
        timer = new HashedWheelTimer();
        clients = new RedisClients(timer, 5_000, SslOptions.create(), null);
    }

    @AfterAll
    static void stop() {
        clients.close();
        timer.stop();
        redis.close();
    }

    /** How a trip ends whose link hears these words, one each time it asks. */
    private static TripEnd end(List<Consumer<RedisLink>> words) {
        var connection = await(clients.connect(
                RedisURI.builder().withHost("127.0.0.1").withPort(redis.port()).build()));
        CompletableFuture<RedisLink> made = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        RedisLink link = new RedisLink(connection, timer, System::nanoTime, 100, clients.boundOf(connection), () -> {
            Consumer<RedisLink> word = words.get(Math.min(asked.getAndIncrement(), words.size() - 1));
            CompletableFuture<Void> unusedEnd = made.thenAcceptAsync(word);
        });
        made.complete(link);
        Trip trip = new Trip();
        int unused = trip.time();
        TripEnd end = await(link.sendFirst(
                trip.whole(), System.nanoTime() + Duration.ofSeconds(8).toNanos()));
        link.close();
        return end;
    }

    private static void good(RedisLink link) {
        link.confirmed(System.nanoTime() + Duration.ofMinutes(1).toNanos());
    }

    /** It was long under way. */
    private static void late(RedisLink link) {
        link.confirmed(System.nanoTime() - 1);
    }

    private static void bad(RedisLink link) {
        link.denied(System.nanoTime() + Duration.ofMinutes(1).toNanos());
    }

    @Test
    void aWordThatComesTooLateToBeGoodIsFollowedByAnother() {
        assertInstanceOf(
                TripEnd.Replies.class,
                end(List.of(ConfirmedLinkTest::late, ConfirmedLinkTest::late, ConfirmedLinkTest::good)));
    }

    @Test
    void aWordAgainstTheServerEndsTheTripAtOnce() {
        assertEquals(TripEnd.UNCONFIRMED, end(List.of(ConfirmedLinkTest::late, ConfirmedLinkTest::bad)));
    }
}
