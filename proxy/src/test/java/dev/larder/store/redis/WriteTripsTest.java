package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How many round trips to Redis a write waits for: what is sent after something has been answered is a trip of its own. */
class WriteTripsTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: items, get: "/items/{id}", ttl: 60s }
              - { name: lists, get: "/lists/{id}", ttl: 60s }
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}", "lists:*"]
            """;

    private final RealRedis redis = new RealRedis();
    private final FaultProxy between = new FaultProxy(redis.port());
    private final Trips trips = new Trips();

    /** Counts what announces and purges, and nothing of what is sent beside it. */
    private static final class Trips {

        private static final List<String> WRITES = Stream.of(RedisScript.INTEND, RedisScript.PURGE)
                .flatMap(script -> Stream.of(script.sha(), script.text()))
                .toList();

        private boolean answered = true;
        private int count;

        synchronized void asked(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            if (answered && WRITES.stream().anyMatch(text::contains)) {
                count++;
                answered = false;
            }
        }

        synchronized byte[] answered(byte[] bytes) {
            answered = true;
            return bytes;
        }

        synchronized int take() {
            int taken = count;
            count = 0;
            return taken;
        }
    }

    @BeforeEach
    void watch() {
        between.watch(trips::asked);
        between.spoil(trips::answered);
    }

    @AfterEach
    void close() {
        between.close();
        redis.close();
    }

    private ProxyRig rig(ScriptedOrigin.Script script) {
        ProxyRig rig = ProxyRig.with(RULES, script, this::onRedis);
        until("connected", () -> rig.sidecar().store().status().usable());
        until("alone and in touch", () -> rig.sidecar().store().inTouch());
        return rig;
    }

    private Settings onRedis(Settings of) {
        return Adjusted.of(of)
                .store(store -> store.url("redis://127.0.0.1:" + between.port()))
                // Whoever waits for the store does so for longer than any test does.
                .waits(waits -> waits.store(Duration.ofSeconds(30)))
                .done();
    }

    @Test
    void aWriteWhoseAnswerArrivesWholeWaitsForTwoRoundTrips() throws Exception {
        try (ProxyRig rig = rig((request, exchange) -> {
                    exchange.respond(200, "done");
                    return true;
                });
                RawClient client = rig.client()) {
            // The server learns the scripts.
            assertEquals(200, client.request("PUT", "/items/0", "x").status());
            int ignored = trips.take();
            for (int i = 1; i <= 20; i++) {
                assertEquals("done", client.request("PUT", "/items/" + i, "x").text());
                assertEquals(2, trips.take(), "write " + i);
            }
        }
    }

    @Test
    void nobodyWaitsUntilTheIntentIsTakenBack() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        CountDownLatch takenBack = new CountDownLatch(1);
        AtomicBoolean waitedFor = new AtomicBoolean();
        try (ProxyRig rig = rig((request, exchange) -> {
                    exchange.respond(200, "done");
                    return true;
                });
                RawClient client = rig.client()) {
            between.watch(bytes -> {
                if (new String(bytes, StandardCharsets.UTF_8).contains("HDEL\r\n$30\r\nlarder:@group:")) {
                    try {
                        waitedFor.set(!answered.await(5, TimeUnit.SECONDS));
                    } catch (InterruptedException e) {
                        waitedFor.set(true);
                    }
                    takenBack.countDown();
                }
            });
            assertEquals("done", client.request("PUT", "/items/1", "x").text());
            answered.countDown();
            assertTrue(takenBack.await(10, TimeUnit.SECONDS));
            assertFalse(waitedFor.get());
        }
    }

    @Test
    void aWriteWhoseBodyGoesOnAfterItsHeadWaitsForThree() throws Exception {
        CountDownLatch[] headRead = {new CountDownLatch(1)};
        try (ProxyRig rig = rig((request, exchange) -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
                    boolean unused = headRead[0].await(10, TimeUnit.SECONDS);
                    exchange.send("later");
                    return true;
                });
                RawClient client = rig.client()) {
            for (int i = 0; i <= 10; i++) {
                headRead[0] = new CountDownLatch(1);
                client.send("PUT /items/" + i + " HTTP/1.1\r\nHost: larder\r\nContent-Length: 1\r\n\r\nx");
                assertEquals(200, client.head().status());
                int forTheHead = trips.take();
                headRead[0].countDown();
                assertEquals("firstlater", new String(client.bytes(10), StandardCharsets.US_ASCII));
                int forTheRest = trips.take();
                if (i > 0) {
                    assertEquals(2, forTheHead, "head of write " + i);
                    assertEquals(1, forTheRest, "body of write " + i);
                }
            }
        }
    }
}
