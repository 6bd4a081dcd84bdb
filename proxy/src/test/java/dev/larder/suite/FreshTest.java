package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Gate;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets an answer from before a write that has been answered. */
@ParameterizedClass
@EnumSource(FreshRig.Kind.class)
class FreshTest {

    private static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
                stale: { while-revalidate: 1h, if-error: 1h }
              - name: pages
                get: /pages/{id}
                ttl: origin
              - name: lists
                get: /lists/{id}
                ttl: 60s
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}", "pages:id:{id}"]
              - name: acted
                when: "POST /act"
                with: { id: "request.body:/id" }
                refused: [4xx, { "response.body:/success": "false" }]
                purge: ["items:id:{id}"]
              - name: committed-late
                when: "POST /late"
                again-after: 100ms
                purge: ["items:*"]
            """;

    private static final String HIT = "larder; hit";
    private static final String MISS = "larder; fwd=uri-miss; stored";
    private static final String HELD = "larder; fwd=bypass; detail=hold";

    /** A backend with one value, which every GET reads when it arrives and every write makes a new one. */
    private static final class OneValue implements ScriptedOrigin.Script {

        private final AtomicReference<ScriptedOrigin.Script> reads = new AtomicReference<>();
        private final AtomicReference<ScriptedOrigin.Script> writes = new AtomicReference<>();
        private volatile int value = 1;

        @Override
        public boolean answer(ScriptedOrigin.Received request, ScriptedOrigin.Exchange exchange) throws Exception {
            boolean read = request.method().equals("GET");
            ScriptedOrigin.Script other = (read ? reads : writes).get();
            if (other != null) {
                return other.answer(request, exchange);
            }
            if (!read) {
                write();
            }
            exchange.respond(200, read ? value() : "{\"success\":true}");
            return true;
        }

        String value() {
            return "value " + value;
        }

        synchronized void write() {
            value++;
        }

        /** Reads answer what they find when they arrive, after the gate. */
        void slowReads(Gate gate) {
            reads.set((request, exchange) -> {
                String found = value();
                gate.pass();
                exchange.respond(200, found);
                return true;
            });
        }

        void usualReads() {
            reads.set(null);
        }

        void writes(ScriptedOrigin.Script script) {
            writes.set((request, exchange) -> {
                write();
                return script.answer(request, exchange);
            });
        }
    }

    private final OneValue backend = new OneValue();

    @Parameter
    private FreshRig.Kind kind;

    private FreshRig rig() throws Exception {
        return rig(UnaryOperator.identity());
    }

    private FreshRig rig(UnaryOperator<Settings.Timeouts> waits) throws Exception {
        return FreshRig.of(kind, RULES, backend, waits);
    }

    private static void assertIs(String cacheStatus, String text, Answer answer) {
        assertEquals(text, answer.text());
        assertTrue(answer.cacheStatus().startsWith(cacheStatus), answer.cacheStatus());
    }

    private static void store(RawClient client, String target) throws Exception {
        awaitHit(client.get(target).text(), client, target);
    }

    /** Stored a moment after it was answered. */
    private static void awaitHit(String text, RawClient client, String target) throws Exception {
        Until.holds("a hit", () -> {
            Answer answer = client.get(target);
            assertEquals(text, answer.text());
            return answer.cacheStatus().startsWith(HIT);
        });
    }

    // ---- fills and flights -------------------------------------------------------------------------------------

    @Test
    void aSlowMissThatReadTheOldValueIsNotStoredAfterThePurge() throws Exception {
        Gate gate = new Gate();
        backend.slowReads(gate);
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            reader.send(Rigs.get("/items/1"));
            gate.awaitArrivals(1);
            assertEquals(200, writer.request("PUT", "/items/1", "x").status());
            gate.open();
            assertEquals("value 1", reader.answer(false).text());
            assertIs(MISS, "value 2", reader.get("/items/1"));
            rig.awaitRest();
        }
    }

    @Test
    void aReaderAfterTheWriteJoinsNoFlightFromBefore() throws Exception {
        Gate gate = new Gate();
        backend.slowReads(gate);
        try (FreshRig rig = rig();
                RawClient before = rig.reader();
                RawClient follower = rig.reader();
                RawClient later = rig.reader();
                RawClient writer = rig.writer()) {
            before.send(Rigs.get("/items/1"));
            gate.awaitArrivals(1);
            follower.send(Rigs.get("/items/1"));
            rig.awaitFollowers(1);
            writer.request("PUT", "/items/1", "x");
            backend.usualReads();
            assertIs(MISS, "value 2", later.get("/items/1"));
            awaitHit("value 2", later, "/items/1");
            gate.open();
            assertEquals("value 1", before.answer(false).text());
            assertEquals("value 1", follower.answer(false).text());
            awaitHit("value 2", later, "/items/1");
            rig.awaitRest();
        }
    }

    @Test
    void aRefreshInTheBackgroundDoesNotReviveWhatWasPurged() throws Exception {
        Gate gate = new Gate();
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            rig.age(Duration.ofSeconds(61));
            backend.slowReads(gate);
            assertIs("larder; hit; ttl=-1; detail=stale-while-revalidate", "value 1", reader.get("/items/1"));
            gate.awaitArrivals(1);
            writer.request("PUT", "/items/1", "x");
            backend.usualReads();
            gate.open();
            Until.holds("the refresh has ended", () -> rig.status("captureBytes") == 0);
            assertIs(MISS, "value 2", reader.get("/items/1"));
        }
    }

    @Test
    void aValidationThatEndsAfterThePurgeFreshensNothing() throws Exception {
        Gate gate = new Gate();
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            backend.reads.set((request, exchange) -> {
                String tag = "\"" + backend.value + "\"";
                if (tag.equals(request.fields().get("if-none-match"))) {
                    gate.pass();
                    exchange.send(
                            "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: " + tag + "\r\n\r\n");
                } else {
                    exchange.respond(200, backend.value(), "Cache-Control: max-age=60", "ETag: " + tag);
                }
                return true;
            });
            store(reader, "/pages/1");
            rig.age(Duration.ofSeconds(61));
            reader.send(Rigs.get("/pages/1"));
            gate.awaitArrivals(1);
            writer.request("PUT", "/items/1", "x");
            gate.open();
            assertIs("larder; fwd=stale; fwd-status=304", "value 1", reader.answer(false));
            assertIs(MISS, "value 2", reader.get("/pages/1"));
            rig.awaitRest();
        }
    }

    // ---- the answer to a write ---------------------------------------------------------------------------------

    @Test
    void aWriteInProgressCostsNoHits() throws Exception {
        Gate gate = new Gate();
        backend.writes((request, exchange) -> {
            gate.pass();
            exchange.respond(200, "done");
            return true;
        });
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            writer.send("PUT /items/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 1\r\n\r\nx");
            gate.awaitArrivals(1);
            assertIs(HIT, "value 1", reader.get("/items/1"));
            gate.open();
            writer.answer(false);
            assertIs(MISS, "value 2", reader.get("/items/1"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyThatGoesOnIsFollowedByOnePurgeMore(boolean chunked) throws Exception {
        Gate gate = new Gate();
        backend.writes((request, exchange) -> {
            exchange.send("HTTP/1.1 200 OK\r\n"
                    + (chunked ? "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n" : "Content-Length: 4\r\n\r\nab"));
            gate.pass();
            backend.write();
            exchange.send(chunked ? "2\r\ncd\r\n0\r\n\r\n" : "cd");
            return true;
        });
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            writer.send("PUT /items/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 1\r\n\r\nx");
            assertEquals(200, writer.head().status());
            assertIs(MISS, "value 2", reader.get("/items/1"));
            awaitHit("value 2", reader, "/items/1");
            gate.open();
            if (chunked) {
                assertEquals("ab", writer.chunk());
                assertEquals("cd", writer.chunk());
                assertEquals("", writer.chunk());
            } else {
                assertEquals("abcd", new String(writer.bytes(4), StandardCharsets.US_ASCII));
            }
            assertIs(MISS, "value 3", reader.get("/items/1"));
        }
    }

    @Test
    void aFlightThatBeganWhileTheAnswersBodyWentOnIsNotJoinedAfterIt() throws Exception {
        Gate body = new Gate();
        Gate reads = new Gate();
        backend.writes((request, exchange) -> {
            exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            body.pass();
            backend.write();
            exchange.send("0\r\n\r\n");
            return true;
        });
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient later = rig.reader();
                RawClient writer = rig.writer()) {
            writer.send(Rigs.head("PUT", "/items/1"));
            writer.head();
            backend.slowReads(reads);
            reader.send(Rigs.get("/items/1"));
            reads.awaitArrivals(1);
            body.open();
            assertEquals("a", writer.chunk());
            assertEquals("", writer.chunk());
            backend.usualReads();
            assertIs(MISS, "value 3", later.get("/items/1"));
            reads.open();
            assertEquals("value 2", reader.answer(false).text());
            awaitHit("value 3", later, "/items/1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "404, '{}', larder; hit",
        "409, '{\"success\":true}', larder; hit",
        "200, '{\"success\":false}', larder; hit",
        "200, '{\"success\":true}', larder; fwd=uri-miss",
        "200, 'no json', larder; fwd=uri-miss",
        "302, '', larder; fwd=uri-miss",
        "500, '{\"success\":true}', larder; fwd=uri-miss",
        "503, '', larder; fwd=uri-miss"
    })
    void theAnswerDecidesWhetherAWriteIsPurged(int status, String body, String next) throws Exception {
        backend.writes((request, exchange) -> {
            exchange.respond(status, body);
            return true;
        });
        try (FreshRig rig = rig();
                RawClient client = rig.reader();
                RawClient writer = rig.writer()) {
            store(client, "/items/1");
            store(client, "/items/2");
            Answer write = writer.request("POST", "/act", "{\"id\":1}");
            assertEquals(status, write.status());
            assertEquals(body, write.text());
            assertEquals("larder; fwd=method; detail=write", write.cacheStatus());
            assertTrue(client.get("/items/1").cacheStatus().startsWith(next));
            assertTrue(client.get("/items/2").cacheStatus().startsWith(HIT));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 200_000})
    void aBodyThatARuleReadsReachesAnOriginThatIsNotConnectedYet(int length) throws Exception {
        String body = "{\"id\":1}" + " ".repeat(length - 8);
        try (FreshRig rig = rig();
                RawClient writer = rig.writer()) {
            assertEquals(200, writer.request("POST", "/act", body).status());
            assertEquals(body, rig.origin().received().get(0).text());
            rig.awaitRest();
        }
    }

    @Test
    void aVariableThatCannotBeReadPurgesMore() throws Exception {
        try (FreshRig rig = rig();
                RawClient client = rig.reader();
                RawClient writer = rig.writer()) {
            store(client, "/items/1");
            store(client, "/items/2");
            writer.request("POST", "/act", "no json");
            assertIs(MISS, "value 2", client.get("/items/1"));
            assertIs(MISS, "value 2", client.get("/items/2"));
        }
    }

    @Test
    void anAnswerTooLongToReadIsHeldNoLongerAndPurges() throws Exception {
        Gate gate = new Gate();
        String long1 = "{\"success\":false,\"text\":\"" + "x".repeat(70_000);
        backend.writes((request, exchange) -> {
            exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + (long1.length() + 2) + "\r\n\r\n" + long1);
            gate.pass();
            exchange.send("\"}");
            return true;
        });
        try (FreshRig rig = rig();
                RawClient writer = rig.writer();
                RawClient reader = rig.reader()) {
            store(reader, "/items/1");
            writer.send("POST /act HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 8\r\n\r\n{\"id\":1}");
            assertEquals(200, writer.head().status());
            assertTrue(reader.get("/items/1").cacheStatus().startsWith(MISS));
            gate.open();
            assertEquals(long1.length() + 2, writer.bytes(long1.length() + 2).length);
            assertTrue(reader.get("/items/1").cacheStatus().startsWith(MISS));
            rig.awaitRest();
        }
    }

    @Test
    void whatIsCommittedAfterTheAnswerIsPurgedOnceMore() throws Exception {
        try (FreshRig rig = rig();
                RawClient client = rig.reader();
                RawClient writer = rig.writer()) {
            store(client, "/items/1");
            writer.request("POST", "/late", "x");
            assertIs(MISS, "value 2", client.get("/items/1"));
            backend.write();
            Until.holds("purged again", () -> client.get("/items/1").text().equals("value 3"));
        }
    }

    // ---- target paths (RFC 9111 section 4.4) -------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "200, '', larder; fwd=uri-miss, larder; hit",
        "201, '/lists/other', larder; fwd=uri-miss, larder; fwd=uri-miss",
        "303, 'http://courses.test/lists/other', larder; fwd=uri-miss, larder; fwd=uri-miss",
        "201, 'http://elsewhere.test/lists/other', larder; fwd=uri-miss, larder; hit",
        "404, '/lists/other', larder; hit, larder; hit",
        "500, '/lists/other', larder; hit, larder; hit"
    })
    void aWriteToACachedPathPurgesItAndWhereItPoints(int status, String location, String own, String other)
            throws Exception {
        backend.writes((request, exchange) -> {
            exchange.respond(status, "", location.isEmpty() ? "X-None: 1" : "Location: " + location);
            return true;
        });
        try (FreshRig rig = rig();
                RawClient client = rig.reader();
                RawClient writer = rig.writer()) {
            store(client, "/lists/own");
            store(client, "/lists/other");
            writer.request("DELETE", "/lists/own", "");
            assertTrue(client.get("/lists/own").cacheStatus().startsWith(own));
            assertTrue(client.get("/lists/other").cacheStatus().startsWith(other));
        }
    }

    // ---- outcomes that stay unknown ----------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"reset", "silence", "head cut", "body cut", "chunk cut", "garbage"})
    void anUnknownOutcomePurgesAndHolds(String how) throws Exception {
        Gate silence = new Gate();
        backend.writes((request, exchange) -> {
            switch (how) {
                case "reset" -> exchange.reset();
                case "silence" -> silence.pass();
                case "head cut" -> exchange.send("HTTP/1.1 200 OK\r\nContent-Le");
                case "body cut" -> exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
                case "chunk cut" -> exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
                default -> exchange.send("no answer at all\r\n\r\n");
            }
            return false;
        });
        try (FreshRig rig = rig(Rigs.originWaits(Duration.ofSeconds(2), Duration.ofSeconds(2)));
                RawClient reader = rig.reader()) {
            store(reader, "/items/1");
            store(reader, "/items/2");
            try (RawClient writer = rig.writer()) {
                writer.send("PUT /items/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 1\r\n\r\nx");
                boolean cut = how.equals("body cut") || how.equals("chunk cut");
                if (cut && rig.inMemory()) {
                    assertThrows(IOException.class, () -> writer.answer(false));
                } else {
                    assertSaysNothing(writer, cut);
                }
            }
            silence.open();
            assertHeld(rig, reader);
            assertIs(HIT, "value 1", reader.get("/items/2"));
        }
    }

    /** @param cut whether the head may be out before it is known that the rest will not come */
    private static void assertSaysNothing(RawClient writer, boolean cut) {
        Answer refused;
        try {
            refused = writer.answer(false);
        } catch (IOException broken) {
            assertTrue(cut, String.valueOf(broken));
            return;
        }
        assertTrue(refused.status() == 502 || refused.status() == 504, "status " + refused.status());
        assertTrue(refused.fields().get("proxy-status").startsWith("larder; error="));
    }

    private void assertHeld(FreshRig rig, RawClient reader) throws Exception {
        Until.holds("written", () -> backend.value == 2);
        Until.holds("held", () -> reader.get("/items/1").cacheStatus().equals(HELD));
        rig.ageHoldsAlmost();
        assertIs(HELD, "value 2", reader.get("/items/1"));
        rig.ageHoldsToTheirEnd();
        assertIs(MISS, "value 2", reader.get("/items/1"));
        awaitHit("value 2", reader, "/items/1");
        rig.awaitRest();
    }

    @Test
    void whatAnAnswerNamedBeforeItWasCutShortIsHeldAsWell() throws Exception {
        backend.writes((request, exchange) -> {
            exchange.send("HTTP/1.1 201 Created\r\nLocation: /items/2\r\nContent-Length: 9\r\n\r\nhalf");
            return false;
        });
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            store(reader, "/items/2");
            store(reader, "/items/3");
            writer.send("POST /act HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 10\r\n\r\n{\"id\":\"1\"}");
            assertSaysNothing(writer, true);
            Until.holds("held", () -> reader.get("/items/1").cacheStatus().equals(HELD));
            assertIs(HELD, "value 2", reader.get("/items/2"));
            assertIs(HIT, "value 1", reader.get("/items/3"));
        }
    }

    @Test
    void aVisitorWhoCutsTheirOwnUploadIsNotBelieved() throws Exception {
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            writer.send("PUT /items/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 10\r\n\r\nhalf");
            Until.holds("the upload has begun", () -> rig.origin().connections() == 2);
            writer.reset();
            assertHeld(rig, reader);
        }
    }

    @Test
    void aWriteThatNeverReachedTheOriginPurgesNothing() throws Exception {
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            rig.origin().close();
            // Too old for a write: it could be sent on a connection of which it is not known yet that it has gone.
            rig.idle(Duration.ofSeconds(2));
            assertEquals(502, writer.request("PUT", "/items/1", "x").status());
            assertIs(HIT, "value 1", reader.get("/items/1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"before the head", "in the body"})
    void aWriteWhoseVisitorHasGoneIsFollowedToItsEnd(String when) throws Exception {
        Gate gate = new Gate();
        backend.writes((request, exchange) -> {
            if (when.equals("in the body")) {
                exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
                gate.pass();
                backend.write();
                exchange.send("b");
            } else {
                gate.pass();
                backend.write();
                exchange.respond(200, "done");
            }
            return true;
        });
        try (FreshRig rig = rig();
                RawClient reader = rig.reader();
                RawClient writer = rig.writer()) {
            store(reader, "/items/1");
            writer.send("PUT /items/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 1\r\n\r\nx");
            gate.awaitArrivals(1);
            if (when.equals("in the body")) {
                writer.head();
                assertEquals("value 2", reader.get("/items/1").text());
            }
            writer.reset();
            Until.holds("the visitor has gone", () -> rig.status("connections") == 1);
            gate.open();
            Until.holds("purged", () -> reader.get("/items/1").text().equals("value 3"));
            Until.holds(
                    "stored again, so nothing was unknown",
                    () -> reader.get("/items/1").cacheStatus().startsWith(HIT));
        }
    }
}
