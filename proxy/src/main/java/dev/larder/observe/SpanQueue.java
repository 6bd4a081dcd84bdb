package dev.larder.observe;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans that have ended, on their way to a collector. Event loops put them into a bounded queue and go on: where it is
 * full they are dropped and counted. One thread takes them out in batches, one batch under way at a time, so that a
 * collector that is slow or away costs spans and nothing else. The SDK's own processor counts what it drops only for a
 * metrics SDK.
 */
final class SpanQueue implements SpanProcessor {

    private static final Logger LOG = LoggerFactory.getLogger("larder.spans");

    private static final int MOST_WAITING = 4096;
    private static final int BATCH = 512;
    private static final long EVERY_MILLIS = 200;

    /** Kept, since java.util.logging forgets the level of a logger that nobody holds. */
    private static final java.util.logging.Logger EXPORTERS_OWN =
            java.util.logging.Logger.getLogger("io.opentelemetry.exporter");

    private final SpanExporter exporter;
    private final String collector;
    private final ArrayBlockingQueue<ReadableSpan> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong exported = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "larder-spans");
        thread.setDaemon(true);
        return thread;
    });

    // ---- of the worker alone

    private boolean sending;
    private boolean failing;

    /** @param collector for messages */
    SpanQueue(SpanExporter exporter, String collector) {
        this.exporter = exporter;
        this.collector = collector;
        EXPORTERS_OWN.setLevel(Level.OFF);
        var unused = worker.scheduleWithFixedDelay(this::send, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    long exported() {
        return exported.get();
    }

    long dropped() {
        return dropped.get();
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    /** On an event loop. */
    @Override
    public void onEnd(ReadableSpan span) {
        if (!waiting.offer(span)) {
            dropped.incrementAndGet();
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    private void send() {
        if (!sending && !waiting.isEmpty()) {
            sending = true;
            List<SpanData> batch = batch();
            CompletableResultCode sent = exporter.export(batch);
            sent.whenComplete(() -> back(batch.size(), sent.isSuccess()));
        }
    }

    private List<SpanData> batch() {
        List<ReadableSpan> taken = new ArrayList<>(BATCH);
        waiting.drainTo(taken, BATCH);
        return taken.stream().map(ReadableSpan::toSpanData).toList();
    }

    /** On a thread of the exporter. */
    private void back(int spans, boolean taken) {
        (taken ? exported : dropped).addAndGet(spans);
        try {
            worker.execute(() -> {
                sending = false;
                say(taken);
                send();
            });
        } catch (RejectedExecutionException over) {
            // It was the last.
        }
    }

    /** One line when it begins to fail, one when it works again. */
    private void say(boolean taken) {
        if (failing == taken) {
            failing = !taken;
            if (taken) {
                LOG.info("{} takes spans again, {} are lost", collector, dropped.get());
            } else {
                LOG.warn("{} takes no spans: they are dropped and counted until it does", collector);
            }
        }
    }

    /** Sends what waits; the code completes when it has, or could not. */
    @Override
    public CompletableResultCode forceFlush() {
        CompletableResultCode flushed = new CompletableResultCode();
        worker.execute(() -> flush(flushed));
        return flushed;
    }

    private void flush(CompletableResultCode flushed) {
        if (waiting.isEmpty() && !sending) {
            flushed.succeed();
        } else if (failing) {
            flushed.fail();
        } else {
            send();
            var unused = worker.schedule(() -> flush(flushed), 10, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public CompletableResultCode shutdown() {
        CompletableResultCode ended = new CompletableResultCode();
        CompletableResultCode flushed = forceFlush();
        flushed.whenComplete(() -> {
            worker.shutdownNow();
            CompletableResultCode closed = exporter.shutdown();
            closed.whenComplete(ended::succeed);
        });
        return ended;
    }
}
