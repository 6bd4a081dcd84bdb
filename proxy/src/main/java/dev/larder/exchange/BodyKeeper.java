package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.policy.CacheControl;
import dev.larder.rules.Rules;
import dev.larder.store.BodyCoding;
import dev.larder.store.StoredResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a body into the form in which its route keeps it. A short one at once; a longer one by an executor, since an
 * event loop has others to serve. What cannot be compressed, or not now, is kept as it is. Any thread.
 */
public final class BodyKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(BodyKeeper.class);

    /** A shorter body is hardly made shorter, and a field line longer. */
    static final int LEAST_BYTES = 1 << 10;

    /** Compressed within a fraction of a millisecond. */
    private static final int AT_ONCE_BYTES = 32 << 10;

    /** What may wait for the executor: plain bodies, in bytes. */
    private static final long MOST_WAITING_BYTES = 16 << 20;

    private final Executor executor;
    private final AtomicLong waitingBytes = new AtomicLong();

    /**
     * A keeper.
     *
     * @param executor for what takes longer; may reject
     */
    public BodyKeeper(Executor executor) {
        this.executor = executor;
    }

    /** The response as it is to be stored. The stage never fails. */
    CompletionStage<StoredResponse> keep(StoredResponse response, Rules.Compression how) {
        if (how == Rules.Compression.NONE || !isCompressible(response)) {
            return CompletableFuture.completedStage(response);
        }
        BodyCoding coding = how == Rules.Compression.GZIP ? BodyCoding.GZIP : BodyCoding.ZSTD;
        if (response.body().length <= AT_ONCE_BYTES) {
            return CompletableFuture.completedStage(compressed(response, coding));
        }
        int length = response.body().length;
        if (waitingBytes.addAndGet(length) > MOST_WAITING_BYTES) {
            waitingBytes.addAndGet(-length);
            return CompletableFuture.completedStage(response);
        }
        try {
            return CompletableFuture.supplyAsync(() -> compressed(response, coding), executor)
                    .whenComplete((kept, failure) -> waitingBytes.addAndGet(-length));
        } catch (RejectedExecutionException busy) {
            waitingBytes.addAndGet(-length);
            return CompletableFuture.completedStage(response);
        }
    }

    /** What the origin has encoded is left alone, and what it forbids to transform (RFC 9111 section 5.2.2.6). */
    static boolean isCompressible(StoredResponse response) {
        return response.coding() == BodyCoding.NONE
                && response.body().length >= LEAST_BYTES
                && isTransformable(response.head().response().fields());
    }

    static boolean isTransformable(Fields response) {
        return !response.contains("content-encoding")
                && !CacheControl.of(response).has("no-transform");
    }

    private static StoredResponse compressed(StoredResponse response, BodyCoding coding) {
        try {
            return response.kept(coding);
        } catch (RuntimeException | LinkageError unusable) {
            LOG.warn("{} cannot be used here, so bodies are kept as they come", coding.token(), unusable);
            return response;
        }
    }
}
