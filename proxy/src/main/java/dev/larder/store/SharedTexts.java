package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import org.jspecify.annotations.Nullable;

/**
 * One text for many equal ones. What a backend sends says nearly the same in each head, and each came as texts of its own: a
 * third of what a stored response of 1 KiB takes on the heap. Any thread: a slot that two write at once holds one of theirs.
 */
final class SharedTexts {

    /** What is longer seldom comes twice. */
    private static final int LONGEST = 64;

    private static final int SLOTS = 1024;

    private final @Nullable String[] slots = new String[SLOTS];

    /** This text, or one from before that is equal. */
    String of(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String there = slots[slot];
        if (there != null && there.equals(text)) {
            return there;
        }
        slots[slot] = text;
        return text;
    }

    /** The same response, of shared texts. */
    StoredResponse of(StoredResponse response) {
        StoredHead head = response.head();
        ResponseHead sent = head.response();
        return new StoredResponse(
                response.keyText(),
                new StoredHead(
                        new ResponseHead(sent.status(), of(sent.reason()), of(sent.fields()), of(sent.version())),
                        head.requestTime(),
                        head.responseTime(),
                        of(head.varied()),
                        head.lifetime(),
                        head.staleWhileRevalidate(),
                        head.staleIfError(),
                        head.selecting()),
                response.body(),
                response.fingerprint(),
                response.epochs(),
                response.coding(),
                response.plainLength());
    }

    private Fields of(Fields fields) {
        if (fields.size() == 0) {
            return Fields.EMPTY;
        }
        Fields.Builder shared = Fields.builder();
        for (int i = 0; i < fields.size(); i++) {
            shared.add(of(fields.name(i)), of(fields.value(i)));
        }
        return shared.build();
    }
}
