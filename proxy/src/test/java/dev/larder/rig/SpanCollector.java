package dev.larder.rig;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A collector that takes spans by OTLP over HTTP, and keeps them. */
public final class SpanCollector implements AutoCloseable {

    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<String> services = new CopyOnWriteArrayList<>();
    private final ScriptedOrigin server = ScriptedOrigin.start((request, exchange) -> {
        if (!request.target().equals("/v1/traces")) {
            exchange.respond(404, "no such place: " + request.target());
            return true;
        }
        ExportTraceServiceRequest came = ExportTraceServiceRequest.parseFrom(request.body());
        came.getResourceSpansList().forEach(of -> {
            services.add(attributes(of.getResource().getAttributesList()).getOrDefault("service.name", ""));
            of.getScopeSpansList().forEach(in -> spans.addAll(in.getSpansList()));
        });
        exchange.respond(200, "", "Content-Type: application/x-protobuf");
        return true;
    });

    /** What the setting is. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** All spans that have come so far. */
    public List<Span> spans() {
        return List.copyOf(spans);
    }

    /** Those of this name. */
    public List<Span> named(String name) {
        return spans.stream().filter(span -> span.getName().equals(name)).toList();
    }

    /** The one of this name; waits for it. */
    public Span one(String name) throws Exception {
        Until.holds("a span called " + name, () -> !named(name).isEmpty());
        return named(name).get(0);
    }

    /** What the senders call themselves. */
    public List<String> services() {
        return List.copyOf(services);
    }

    /** The bytes of all that came, as text in which what was planted can be looked for. */
    public String raw() {
        StringBuilder all = new StringBuilder();
        server.received().forEach(request -> all.append(request.fields()).append(request.text()));
        return all.toString();
    }

    /** A span's attributes as text. */
    public static Map<String, String> attributes(Span span) {
        return attributes(span.getAttributesList());
    }

    private static Map<String, String> attributes(List<KeyValue> pairs) {
        Map<String, String> texts = new TreeMap<>();
        pairs.forEach(pair -> texts.put(
                pair.getKey(),
                switch (pair.getValue().getValueCase()) {
                    case INT_VALUE -> Long.toString(pair.getValue().getIntValue());
                    case BOOL_VALUE -> Boolean.toString(pair.getValue().getBoolValue());
                    default -> pair.getValue().getStringValue();
                }));
        return texts;
    }

    /** The traceparent that names a span as the parent. */
    public static String traceparent(Span span) {
        return "00-" + hex(span.getTraceId().toByteArray()) + "-"
                + hex(span.getSpanId().toByteArray()) + "-01";
    }

    /** The id of a span's parent; empty where it has none. */
    public static String parent(Span span) {
        return hex(span.getParentSpanId().toByteArray());
    }

    /** A span's own id. */
    public static String id(Span span) {
        return hex(span.getSpanId().toByteArray());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public void close() {
        server.close();
    }
}
