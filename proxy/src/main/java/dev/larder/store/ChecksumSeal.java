package dev.larder.store;

import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Finds what went wrong by accident, and nothing else: anybody can compute it. */
final class ChecksumSeal implements Seal {

    private static final int DIGITS = 8;

    @Override
    public String kind() {
        return "crc32c";
    }

    @Override
    public int wordLength() {
        return DIGITS;
    }

    @Override
    public int overhead() {
        return 0;
    }

    @Override
    public String close(byte[] value, int from, int length, String words, StoredPlace place) {
        return word(value, from, length);
    }

    @Override
    public @Nullable Content open(byte[] value, int from, int length, String word, String words, StoredPlace place) {
        return word.equals(word(value, from, length)) ? new Content(value, from) : null;
    }

    private static String word(byte[] value, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(value, from, length);
        String hex = Long.toHexString(crc.getValue());
        return "0".repeat(DIGITS - hex.length()) + hex;
    }
}
