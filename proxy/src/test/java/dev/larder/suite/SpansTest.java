package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Adjusted;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin.Received;
import dev.larder.rig.SpanCollector;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a collector gets of exchanges, and what the backend and visitors get of it. Each test has a trace of its own. */
class SpansTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, resolve: { get: /me, claims: { id: /id } } }
            routes:
              - { name: items, get: "/items/{id}", access: public, ttl: 60s }
              - { name: mine, get: "/mine/{id}", access: { id: "7" }, ttl: 60s }
            purges:
              - { name: changed, when: ["POST /items/{id}"], purge: ["items:*"] }
            """;

    private static SpanCollector collector;
    private static ProxyRig rig;
    private static RawClient client;
    private static final Gate SLOW = new Gate();

    @BeforeAll
    static void start() {
        collector = new SpanCollector();
        rig = ProxyRig.with(
                RULES,
                (request, exchange) -> {
                    if (request.target().contains("slow")) {
                        SLOW.pass();
                    }
                    if (request.target().contains("broken")) {
                        exchange.reset();
                        return false;
                    }
                    exchange.respond(
                            request.target().contains("error") ? 503 : 200,
                            request.target().equals("/me") ? "{\"id\":\"7\"}" : "well");
                    return true;
                },
                settings -> tracing(settings, collector.endpoint(), 0));
        client = rig.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        rig.close();
        collector.close();
    }

    private static Settings tracing(Settings of, URI endpoint, double share) {
        return Adjusted.of(of)
                .telemetry(new Settings.Telemetry(Optional.of(endpoint), share))
                .done();
    }

    /** A trace, in 32 digits of which the first is not 0, and its parent. */
    private static String parent(int trace, String flags) {
        return "traceparent: 00-" + trace(trace) + "-00f067aa0ba902b7-" + flags;
    }

    private static String trace(int number) {
        return "4bf92f3577b34da6a3ce929d0e0e" + (1000 + number);
    }

    private static List<Span> spans(int trace, int atLeast) throws Exception {
        Until.holds("spans of trace " + trace, () -> spans(trace).size() >= atLeast);
        return spans(trace);
    }

    private static List<Span> spans(int trace) {
        return collector.spans().stream()
                .filter(span -> SpanCollector.traceparent(span).contains(trace(trace)))
                .toList();
    }

    private static Span one(int trace, SpanKind kind) {
        List<Span> found =
                spans(trace).stream().filter(span -> span.getKind() == kind).toList();
        assertEquals(1, found.size(), () -> kind + " in " + spans(trace));
        return found.get(0);
    }

    private static Received last(String target) {
        List<Received> all = rig.origin().received().stream()
                .filter(request -> request.target().equals(target))
                .toList();
        return all.get(all.size() - 1);
    }

    private static void within(Span outer, Span inner) {
        assertEquals(SpanCollector.id(outer), SpanCollector.parent(inner));
        assertTrue(outer.getStartTimeUnixNano() <= inner.getStartTimeUnixNano(), inner::toString);
        assertTrue(inner.getEndTimeUnixNano() <= outer.getEndTimeUnixNano(), inner::toString);
        assertTrue(inner.getStartTimeUnixNano() <= inner.getEndTimeUnixNano(), inner::toString);
    }

    @Test
    void aMissIsAServerSpanWithTheCallBelowIt() throws Exception {
        client.get("/items/1", parent(1, "01"), "tracestate: a=1");
        assertEquals(2, spans(1, 2).size());
        Span server = one(1, SpanKind.SPAN_KIND_SERVER);
        assertEquals("GET items", server.getName());
        assertEquals("00f067aa0ba902b7", SpanCollector.parent(server));
        assertEquals(
                Map.of(
                        "http.request.method", "GET",
                        "http.response.status_code", "200",
                        "http.response.body.size", "4",
                        "larder.route", "items",
                        "larder.result", "miss"),
                SpanCollector.attributes(server));
        Span call = one(1, SpanKind.SPAN_KIND_CLIENT);
        within(server, call);
        assertEquals(
                Map.of(
                        "http.request.method", "GET",
                        "http.response.status_code", "200",
                        "server.address", "127.0.0.1",
                        "server.port", Integer.toString(rig.origin().port())),
                SpanCollector.attributes(call));
        assertEquals(Set.of("larder"), Set.copyOf(collector.services()));
        assertEquals(SpanCollector.traceparent(call), last("/items/1").fields().get("traceparent"));
        assertEquals("a=1", last("/items/1").fields().get("tracestate"));
    }

    @Test
    void aHitAsksNobody() throws Exception {
        client.get("/items/2");
        client.get("/items/2", parent(2, "01"));
        spans(2, 1);
        Span server = one(2, SpanKind.SPAN_KIND_SERVER);
        assertEquals("hit", SpanCollector.attributes(server).get("larder.result"));
        assertTrue(
                spans(2).stream().noneMatch(span -> span.getKind() == SpanKind.SPAN_KIND_CLIENT), spans(2)::toString);
    }

    @Test
    void aWriteShowsWhatItPurgedAndHowLongThatTook() throws Exception {
        client.request("POST", "/items/3", "x", parent(3, "01"));
        spans(3, 3);
        Span server = one(3, SpanKind.SPAN_KIND_SERVER);
        assertEquals("write", SpanCollector.attributes(server).get("larder.result"));
        assertNotEquals("0", SpanCollector.attributes(server).get("larder.purged.groups"));
        Span purge = collector.named("purge").stream()
                .filter(spans(3)::contains)
                .findFirst()
                .orElseThrow();
        within(server, purge);
        Span call = one(3, SpanKind.SPAN_KIND_CLIENT);
        assertTrue(call.getStartTimeUnixNano() <= purge.getStartTimeUnixNano());
        assertEquals(SpanCollector.traceparent(call), last("/items/3").fields().get("traceparent"));
    }

    @Test
    void aBypassSaysWhy() throws Exception {
        client.get("/elsewhere", parent(4, "01"));
        spans(4, 2);
        Span server = one(4, SpanKind.SPAN_KIND_SERVER);
        assertEquals("GET", server.getName());
        assertEquals("bypass", SpanCollector.attributes(server).get("larder.result"));
        assertEquals("no-route", SpanCollector.attributes(server).get("larder.reason"));
    }

    @Test
    void failuresAreErrors() throws Exception {
        assertEquals(503, client.get("/error", parent(5, "01")).status());
        assertEquals(
                502, client.request("POST", "/broken", "x", parent(6, "01")).status());
        spans(5, 2);
        spans(6, 2);
        for (int trace : new int[] {5, 6}) {
            for (Span span : spans(trace)) {
                assertEquals(StatusCode.STATUS_CODE_ERROR, span.getStatus().getCode(), span::toString);
            }
        }
        assertEquals(
                "connection_terminated",
                SpanCollector.attributes(one(6, SpanKind.SPAN_KIND_CLIENT)).get("error.type"));
    }

    @Test
    void aVisitorWhoLeavesEndsTheSpansOfTheirCall() throws Exception {
        try (RawClient leaving = rig.client()) {
            leaving.send("GET /slow HTTP/1.1\r\nHost: courses.test\r\n" + parent(7, "01") + "\r\n\r\n");
            Until.holds("the origin is asked", () -> rig.origin().count("/slow") > 0);
            leaving.reset();
            spans(7, 2);
        } finally {
            SLOW.open();
        }
        assertEquals(
                "true",
                SpanCollector.attributes(one(7, SpanKind.SPAN_KIND_SERVER)).get("larder.aborted"));
        assertEquals(
                "true",
                SpanCollector.attributes(one(7, SpanKind.SPAN_KIND_CLIENT)).get("larder.cancelled"));
    }

    @Test
    void whatIsNotSampledPassesAsItCame() throws Exception {
        String[] others = {parent(8, "00"), "traceparent: not one at all", parent(9, "01") + "\r\n" + parent(10, "01")};
        for (String other : others) {
            client.get("/elsewhere-" + others.length, other, "tracestate: b=2");
            Received came = last("/elsewhere-" + others.length);
            assertEquals(
                    other.replace("\r\ntraceparent: ", ",").replace("traceparent: ", ""),
                    came.fields().get("traceparent").replace(", ", ","));
            assertEquals("b=2", came.fields().get("tracestate"));
        }
        client.get("/elsewhere-none");
        assertFalse(last("/elsewhere-none").fields().containsKey("traceparent"));
        // All that was to be sent has been when this one has.
        client.get("/elsewhere", parent(11, "01"));
        spans(11, 2);
        assertEquals(List.of(), spans(8));
        assertEquals(List.of(), spans(9));
        assertEquals(List.of(), spans(10));
    }

    @Test
    void anUnknownMethodIsNoNameOfASpan() throws Exception {
        client.request("PURGE-PLANTED", "/elsewhere", "", parent(12, "01"));
        spans(12, 2);
        Span server = one(12, SpanKind.SPAN_KIND_SERVER);
        assertEquals("HTTP", server.getName());
        assertFalse(spans(12).toString().contains("PLANTED"));
    }

    @Test
    void aShareOfTheRequestsWithoutATraceBeginsOne() throws Exception {
        try (ProxyRig other = ProxyRig.before(
                        rig.origin(), rig.clock(), RULES, settings -> tracing(settings, collector.endpoint(), 1));
                RawClient visitor = other.client()) {
            visitor.get("/root");
            visitor.get("/unreadable", "traceparent: 01-mine", "tracestate: c=3");
        }
        for (String target : List.of("/root", "/unreadable")) {
            Received came = last(target);
            String parent = came.fields().get("traceparent");
            Until.holds(
                    "the span of " + target,
                    () -> collector.spans().stream()
                            .anyMatch(span -> SpanCollector.traceparent(span).equals(parent)));
            // What stood beside a traceparent that nobody can read belongs to no trace.
            assertFalse(came.fields().containsKey("tracestate"));
        }
    }

    @Test
    void theQuestionWhoAVisitorIsIsAStepOfItsRequest() throws Exception {
        client.get("/mine/1", parent(13, "01"), "Cookie: sid=planted");
        spans(13, 3);
        Span asked = collector.named("ask who the visitor is").stream()
                .filter(spans(13)::contains)
                .findFirst()
                .orElseThrow();
        assertEquals(SpanCollector.id(one(13, SpanKind.SPAN_KIND_SERVER)), SpanCollector.parent(asked));
        assertFalse(spans(13).toString().contains("planted"));
        // Nothing but the credential goes with the question.
        assertFalse(last("/me").fields().containsKey("traceparent"));
    }

    @Test
    void aRequestThatIsRefusedUnreadIsASpanWithTheReason() throws Exception {
        try (ProxyRig other = ProxyRig.before(
                        rig.origin(), rig.clock(), RULES, settings -> tracing(settings, collector.endpoint(), 1));
                RawClient visitor = other.client()) {
            assertEquals(
                    400,
                    visitor.send("GET /planted HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
                            .answer(false)
                            .status());
        }
        Until.holds("its span", () -> refused().isPresent());
        Span span = refused().orElseThrow();
        assertEquals("HTTP", span.getName());
        assertEquals("400", SpanCollector.attributes(span).get("http.response.status_code"));
        assertEquals("refused", SpanCollector.attributes(span).get("larder.result"));
        assertEquals("malformed", SpanCollector.attributes(span).get("larder.reason"));
        assertFalse(span.toString().contains("planted"));
    }

    private static Optional<Span> refused() {
        return collector.spans().stream()
                .filter(span -> "400".equals(SpanCollector.attributes(span).get("http.response.status_code")))
                .findFirst();
    }

    @Test
    void aCollectorThatIsAwayCostsSpansAndNothingElse() throws Exception {
        String scraped;
        try (ProxyRig other = ProxyRig.before(
                        rig.origin(),
                        rig.clock(),
                        RULES,
                        settings -> tracing(settings, URI.create("http://127.0.0.1:1"), 1));
                RawClient visitor = other.client();
                RawClient admin = RawClient.connect(other.sidecar().adminAddress())) {
            assertEquals(200, visitor.get("/away").status());
            Until.holds(
                    "the spans are counted as lost",
                    () -> admin.get("/metrics").text().contains("\nlarder_spans_dropped_total 2.0"));
            scraped = admin.get("/metrics").text();
        }
        assertTrue(scraped.contains("\nlarder_spans_exported_total 0.0"), scraped);
    }
}
