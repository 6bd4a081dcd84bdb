package dev.larder.rules;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Bodies without their content coding (RFC 9110 section 8.4.1), as far as the JDK knows it. Pure. */
final class ContentCoding {

    private static final int ZLIB_METHOD = 0x08;

    private ContentCoding() {}

    /**
     * The decoded bytes.
     *
     * @param max how many of them there may be
     * @return empty where the coding is not known, there are several, the bytes are broken, or too many
     */
    static Optional<byte[]> decode(byte[] body, @Nullable String contentEncoding, int max) {
        String coding = contentEncoding == null ? "" : contentEncoding.strip().toLowerCase(Locale.ROOT);
        try {
            return switch (coding) {
                case "", "identity" -> Optional.of(body).filter(bytes -> bytes.length <= max);
                case "gzip", "x-gzip" -> bounded(new GZIPInputStream(new ByteArrayInputStream(body)), max);
                case "deflate" -> deflate(body, max);
                default -> Optional.empty();
            };
        } catch (IOException broken) {
            return Optional.empty();
        }
    }

    /** The coding is zlib's format; senders of the bare one are common enough to be understood. */
    private static Optional<byte[]> deflate(byte[] body, int max) throws IOException {
        boolean zlib = body.length > 1
                && (body[0] & 0x0f) == ZLIB_METHOD
                && ((body[0] & 0xff) << 8 | (body[1] & 0xff)) % 31 == 0;
        Inflater inflater = new Inflater(!zlib);
        try {
            return bounded(new InflaterInputStream(new ByteArrayInputStream(body), inflater), max);
        } finally {
            inflater.end();
        }
    }

    private static Optional<byte[]> bounded(InputStream decoded, int max) throws IOException {
        try (decoded) {
            byte[] bytes = decoded.readNBytes(max);
            return decoded.read() < 0 ? Optional.of(bytes) : Optional.empty();
        }
    }
}
