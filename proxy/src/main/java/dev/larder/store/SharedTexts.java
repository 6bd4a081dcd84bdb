package dev.larder.store;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One text for many equal ones. What a backend sends says nearly the same in each head, and each came as texts of its own: a
 * third of what a stored response of 1 KiB takes on the heap. Any thread: a slot that two write at once holds one of theirs.
 */
final class SharedTexts implements Fields.Texts {

    /** What is longer seldom comes twice. */
    private static final int LONGEST = 64;

    private static final int SLOTS = 1024;

    private final @Nullable String[] slots = new String[SLOTS];

    /** This text, or one from before that is equal. */
    @Override
    public String of(String text) {
        if (text.length() > LONGEST) {
            return text;
        }
        int slot = slot(text.hashCode());
        String there = slots[slot];
        if (there != null && there.equals(text)) {
            return there;
        }
        slots[slot] = text;
        return text;
    }

    /** Most are there already, so that none is made to find them. */
    @Override
    public String of(byte[] octets, int from, int to) {
        if (to - from <= LONGEST) {
            // As a text's own.
            int hash = 0;
            for (int i = from; i < to; i++) {
                hash = 31 * hash + (octets[i] & 0xff);
            }
            int slot = slot(hash);
            String there = slots[slot];
            if (there != null && isText(there, octets, from, to)) {
                return there;
            }
            String text = new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
            slots[slot] = text;
            return text;
        }
        return new String(octets, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 16)) & (SLOTS - 1);
    }

    private static boolean isText(String text, byte[] octets, int from, int to) {
        if (text.length() != to - from) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i - from) != (octets[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /** The same response, of shared texts. */
    StoredResponse of(StoredResponse response) {
        StoredHead head = response.head();
        ResponseHead sent = head.response();
        return new StoredResponse(
                response.keyText(),
                new StoredHead(
                        new ResponseHead(
                                sent.status(), of(sent.reason()), sent.fields().of(this), of(sent.version())),
                        head.requestTime(),
                        head.responseTime(),
                        head.varied().of(this),
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
}
