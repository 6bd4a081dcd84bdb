package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.policy.Comparison;
import dev.larder.relay.BodyMatch;
import dev.larder.store.StoredResponse;
import io.netty.handler.codec.http.HttpContent;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An answer of the origin beside a stored response, as it comes. Confined to one event loop. */
final class Hearing {

    private final ResponseHead stored;
    private final long storedBytes;
    private final boolean hasBody;
    private final BodyMatch match;
    private @Nullable ResponseHead head;

    /** @param plainBody of {@code stored}, as it came */
    Hearing(StoredResponse stored, byte[] plainBody, boolean hasBody) {
        this.stored = stored.head().response();
        this.storedBytes = plainBody.length;
        this.hasBody = hasBody;
        this.match = new BodyMatch(plainBody);
    }

    void head(ResponseHead came) {
        head = came;
    }

    /** Borrows the piece. */
    void piece(HttpContent piece) {
        match.see(piece);
    }

    /** Bytes of body so far. */
    long bytes() {
        return match.bytes();
    }

    /** Whether the answer came in a content coding. */
    boolean isEncoded() {
        return head != null && head.fields().contains("content-encoding");
    }

    /** Once the answer is whole, or as much of it as is read. */
    Comparison comparison() {
        if (head == null) {
            return new Comparison.Incomparable("no-answer");
        }
        long at = hasBody ? match.differsAt() : -1;
        return Comparison.of(
                stored,
                head,
                at < 0 ? Optional.empty() : Optional.of(new Comparison.Octets(at, storedBytes, match.bytes())));
    }
}
