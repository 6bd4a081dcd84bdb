package dev.larder.store;

import org.jspecify.annotations.Nullable;

/**
 * How a stored value is known to be what was stored. Any thread.
 *
 * <p>A value is a first line and its content. The line has a word of the seal's own; the content, as it lies in the
 * store, is {@link #overhead} longer than it is in itself.
 */
sealed interface Seal permits ChecksumSeal, KeyedSeal, EncryptedSeal {

    /** What the first line calls it. */
    String kind();

    /** How long its word in the first line is, in characters. */
    int wordLength();

    /** By how many bytes it makes the content longer. */
    int overhead();

    /**
     * Seals the content, in place.
     *
     * @param value holds the content from {@code from}, and has room for the overhead behind it
     * @param length of the content
     * @param words of the first line that are not the seal's own
     * @return the word for the first line
     */
    String close(byte[] value, int from, int length, String words, StoredPlace place);

    /**
     * Looks whether a value is what was sealed. Writes to nothing that it is given.
     *
     * @param length of the content in itself
     * @param word of the first line; in its one spelling, or this is null
     * @return the content, or null where anything about it was changed
     */
    @Nullable
    Content open(byte[] value, int from, int length, String word, String words, StoredPlace place);

    /**
     * A content.
     *
     * @param bytes that hold it, and possibly more
     * @param from where it begins
     */
    record Content(byte[] bytes, int from) {}
}
