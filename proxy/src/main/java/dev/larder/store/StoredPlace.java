package dev.larder.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where in a store a value lies. With a secret set, a value is good in its own place alone: what was moved or copied from
 * elsewhere is a miss.
 *
 * @param namespace of the sidecars that share the store
 * @param name the whole name that the key has in the store
 * @param field what chooses among the values of the name: authority, scheme and variant
 */
public record StoredPlace(String namespace, String name, String field) {

    /** These words and the place in one spelling: each with its length, so that no two places are the same bytes. */
    byte[] octetsWith(String words) {
        byte[][] parts = {octets(words), octets(namespace), octets(name), octets(field)};
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.putInt(part.length).put(part);
        }
        return all.array();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
