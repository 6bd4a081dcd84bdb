package dev.larder.observe;

import dev.larder.exchange.Outcome;
import dev.larder.exchange.Trace;
import dev.larder.http.Fields;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Set;

/**
 * The spans of one exchange: a server's, and below it a client's for each call on the origin and one for each step. They
 * say what a line of the access log says, without its key: no path, no query, no field, nobody's id. On the loop of the
 * exchange.
 */
final class ExchangeSpans implements Trace {

    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> BODY = AttributeKey.longKey("http.response.body.size");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("larder.route");
    private static final AttributeKey<String> RESULT = AttributeKey.stringKey("larder.result");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("larder.reason");
    private static final AttributeKey<Long> PURGED = AttributeKey.longKey("larder.purged.groups");
    private static final AttributeKey<Boolean> ABORTED = AttributeKey.booleanKey("larder.aborted");
    private static final AttributeKey<Boolean> CANCELLED = AttributeKey.booleanKey("larder.cancelled");

    /** Others are visitors' own words, and so many names of spans. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

    private final Tracer tracer;
    private final Attributes origin;
    private final String method;
    private final Span server;
    private final Context context;

    /**
     * An exchange begins.
     *
     * @param parent what its request says of its trace
     * @param origin where calls go
     */
    ExchangeSpans(Tracer tracer, Context parent, String method, Attributes origin) {
        this.tracer = tracer;
        this.origin = origin;
        this.method = known(method);
        this.server = tracer.spanBuilder(name(this.method))
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute(METHOD, this.method)
                .startSpan();
        this.context = parent.with(server);
    }

    private static String known(String method) {
        return METHODS.contains(method) ? method : "_OTHER";
    }

    private static String name(String method) {
        return method.equals("_OTHER") ? "HTTP" : method;
    }

    @Override
    public Part begin(Step step) {
        Span span = tracer.spanBuilder(
                        switch (step) {
                            case LOOKUP -> "store lookup";
                            case IDENTITY -> "ask who the visitor is";
                            case COLLAPSED -> "wait for another fetch";
                            case PURGE -> "purge";
                        })
                .setParent(context)
                .startSpan();
        return span::end;
    }

    @Override
    public Call call(String asked) {
        String asking = known(asked);
        return new OriginSpan(tracer.spanBuilder(name(asking))
                .setParent(context)
                .setSpanKind(SpanKind.CLIENT)
                .setAllAttributes(origin)
                .setAttribute(METHOD, asking)
                .startSpan());
    }

    private record OriginSpan(Span span) implements Call {

        @Override
        public Fields sent(Fields fields) {
            SpanContext context = span.getSpanContext();
            String parent = "00-" + context.getTraceId() + "-" + context.getSpanId() + "-01";
            Fields.Builder sent = fields.toBuilder().set("traceparent", parent);
            // What came beside a traceparent that nobody can read belongs to no trace (W3C Trace Context, section
            // 3.3.1.1).
            return context.getTraceState().isEmpty() ? sent.build().without("tracestate") : sent.build();
        }

        @Override
        public void answered(int status) {
            span.setAttribute(STATUS, (long) status);
            if (status >= 400) {
                span.setStatus(StatusCode.ERROR);
                span.setAttribute(ERROR, Integer.toString(status));
            }
        }

        @Override
        public void ended() {
            span.end();
        }

        @Override
        public void failed(String why) {
            span.setStatus(StatusCode.ERROR);
            span.setAttribute(ERROR, why);
            span.end();
        }

        @Override
        public void cancelled() {
            span.setAttribute(CANCELLED, true);
            span.end();
        }
    }

    @Override
    public void ended(Outcome outcome) {
        outcome.route().ifPresent(route -> {
            server.updateName(name(method) + " " + route);
            server.setAttribute(ROUTE, route);
        });
        server.setAttribute(RESULT, outcome.disposition().token());
        outcome.disposition().detail().ifPresent(reason -> server.setAttribute(REASON, reason));
        if (outcome.status() > 0) {
            server.setAttribute(STATUS, (long) outcome.status());
        }
        server.setAttribute(BODY, outcome.bodyBytes());
        if (outcome.purge() != null) {
            server.setAttribute(PURGED, (long) outcome.purge().groups());
        }
        if (outcome.aborted()) {
            server.setAttribute(ABORTED, true);
        }
        if (outcome.status() >= 500) {
            server.setStatus(StatusCode.ERROR);
            server.setAttribute(ERROR, Integer.toString(outcome.status()));
        }
        server.end();
    }
}
