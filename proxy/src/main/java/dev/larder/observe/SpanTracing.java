package dev.larder.observe;

import dev.larder.exchange.Trace;
import dev.larder.exchange.Tracing;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges as spans of OpenTelemetry, sent to a collector by OTLP over HTTP. What came with a {@code traceparent} is
 * followed if that says that it is sampled; of what came without one, a share. It and all that it uses is loaded where an
 * endpoint is configured, and not before. Any thread but for {@link #close}.
 */
public final class SpanTracing implements Tracing, AutoCloseable {

    private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);

    /** For a collector that restarts; what takes longer is lost. */
    private static final RetryPolicy ONCE_MORE = RetryPolicy.builder()
            .setMaxAttempts(2)
            .setInitialBackoff(Duration.ofMillis(500))
            .build();

    private static final long CLOSE_SECONDS = 2;

    /** One line of a name, or none: two say that somebody may have added one. */
    private static final TextMapGetter<Fields> GETTER = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Fields fields) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Fields fields, String name) {
            List<String> all = fields == null ? List.of() : fields.all(name);
            return all.size() == 1 || name.equals("tracestate") && !all.isEmpty() ? String.join(",", all) : null;
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final SpanQueue queue;
    private final Attributes origin;
    private final double share;
    private final DoubleSupplier random;

    /**
     * Begins to send spans.
     *
     * @param endpoint the collector's, e.g. {@code http://127.0.0.1:4318}; without a path it is {@code /v1/traces} there
     * @param share of the exchanges without a trace context that begin a trace, from 0 to 1
     * @param backend the origin, named in spans of calls on it
     * @param instance what this sidecar is called
     * @param random a number from 0 inclusive to 1 exclusive, another one each time
     */
    public static SpanTracing start(
            URI endpoint,
            double share,
            URI backend,
            String instance,
            DoubleSupplier random,
            InstantSource clock,
            LongSupplier nanoTime) {
        SpanQueue queue = new SpanQueue(
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(tracesOf(endpoint))
                        .setTimeout(EXPORT_TIMEOUT)
                        .setRetryPolicy(ONCE_MORE)
                        .build(),
                endpoint.getAuthority());
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setClock(new SpanClock(clock, nanoTime))
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                "larder",
                                AttributeKey.stringKey("service.instance.id"),
                                instance))))
                // What is not sampled does not come this far.
                .setSampler(Sampler.alwaysOn())
                .addSpanProcessor(queue)
                .build();
        return new SpanTracing(provider, queue, backend, share, random);
    }

    private SpanTracing(SdkTracerProvider provider, SpanQueue queue, URI backend, double share, DoubleSupplier random) {
        this.provider = provider;
        this.tracer = provider.get("dev.larder");
        this.queue = queue;
        this.share = share;
        this.random = random;
        String host = backend.getHost() == null ? backend.getAuthority() : backend.getHost();
        this.origin = backend.getPort() < 0
                ? Attributes.of(AttributeKey.stringKey("server.address"), host)
                : Attributes.of(
                        AttributeKey.stringKey("server.address"), host, AttributeKey.longKey("server.port"), (long)
                                backend.getPort());
    }

    private static String tracesOf(URI endpoint) {
        String path = endpoint.getPath();
        return path == null || path.isEmpty() || path.equals("/")
                ? endpoint.resolve("/v1/traces").toString()
                : endpoint.toString();
    }

    @Override
    public Trace begin(RequestHead request) {
        Context context = W3CTraceContextPropagator.getInstance().extract(Context.root(), request.fields(), GETTER);
        SpanContext parent = Span.fromContext(context).getSpanContext();
        boolean followed = parent.isValid() ? parent.isSampled() : random.getAsDouble() < share;
        return followed ? new ExchangeSpans(tracer, context, request.method(), origin) : Trace.NONE;
    }

    /** Spans that a collector has taken. */
    public long exported() {
        return queue.exported();
    }

    /** Spans that were made and are lost: the queue was full, or the collector did not take them. */
    public long dropped() {
        return queue.dropped();
    }

    /** Sends what waits, for at most two seconds, and ends. For the thread that ends the process. */
    @Override
    public void close() {
        var unused = provider.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
