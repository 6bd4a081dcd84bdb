package dev.larder.identity;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches JWK sets by the JDK's own client, away from the event loops: this is seldom, and of a host that is not the
 * backend. No redirect is followed, so that nobody but the one who is named can hand out keys.
 */
public final class HttpKeyFetch implements KeyFetch {

    private static final int MOST_BYTES = 1 << 20;

    private final Duration timeout;
    private final ThreadPoolExecutor threads;
    private @Nullable HttpClient client;

    /**
     * A fetch.
     *
     * @param timeout for the whole of it
     */
    public HttpKeyFetch(Duration timeout) {
        this.timeout = timeout;
        threads = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "larder-keys");
            thread.setDaemon(true);
            return thread;
        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Made when it is needed, and not by who asks: it brings all of TLS along, which most sidecars never use. */
    private synchronized HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder()
                    .connectTimeout(timeout)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .executor(threads)
                    .build();
            client = made;
        }
        return made;
    }

    @Override
    public CompletionStage<byte[]> get(URI url) {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        // The request's own timeout ends with the head; a body that never ends is given up by the other.
        return CompletableFuture.supplyAsync(this::client, threads)
                .thenCompose(made -> made.sendAsync(request, head -> new Bounded(head.statusCode())))
                .thenApply(HttpResponse::body)
                .orTimeout(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
    }

    /** A body up to a bound, of a status that has one. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {

        private final int status;
        private final CompletableFuture<byte[]> body = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        Bounded(int status) {
            this.status = status;
        }

        @Override
        public CompletionStage<byte[]> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscribed) {
            subscription = subscribed;
            if (status == 200) {
                subscribed.request(Long.MAX_VALUE);
            } else {
                refuse("status " + status);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            for (ByteBuffer piece : pieces) {
                if (bytes.size() + piece.remaining() > MOST_BYTES) {
                    refuse("more than " + MOST_BYTES + " bytes");
                    return;
                }
                byte[] copied = new byte[piece.remaining()];
                piece.get(copied);
                bytes.writeBytes(copied);
            }
        }

        private void refuse(String why) {
            if (subscription != null) {
                subscription.cancel();
            }
            body.completeExceptionally(new IOException(why));
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(bytes.toByteArray());
        }
    }
}
