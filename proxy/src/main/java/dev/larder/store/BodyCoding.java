package dev.larder.store;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** In which coding of larder's own a stored body is kept. Pure; what is large takes long, so not on an event loop. */
public enum BodyCoding {
    /** As it came. */
    NONE {
        @Override
        public byte[] encode(byte[] plain) {
            return plain;
        }

        @Override
        byte[] decodeUnchecked(byte[] encoded, int plainLength) {
            return encoded;
        }
    },
    /** RFC 1952. */
    GZIP {
        @Override
        public byte[] encode(byte[] plain) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length / 3 + 64);
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(plain);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return bytes.toByteArray();
        }

        @Override
        byte[] decodeUnchecked(byte[] encoded, int plainLength) throws IOException {
            try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(encoded))) {
                byte[] plain = gzip.readNBytes(plainLength);
                if (gzip.read() >= 0) {
                    throw new IOException("longer than it was");
                }
                return plain;
            }
        }
    },
    /** RFC 8878. */
    ZSTD {
        @Override
        public byte[] encode(byte[] plain) {
            return Zstd.compress(plain);
        }

        @Override
        byte[] decodeUnchecked(byte[] encoded, int plainLength) {
            return Zstd.decompress(encoded, plainLength);
        }
    };

    /** The coding as fields name it, and as values in a store do. */
    public String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The body in this coding. */
    public abstract byte[] encode(byte[] plain);

    abstract byte[] decodeUnchecked(byte[] encoded, int plainLength) throws IOException;

    /**
     * The body as it came.
     *
     * @param plainLength what it must come to; no more than that is allocated
     * @throws IllegalArgumentException if these bytes are no such body
     */
    public byte[] decode(byte[] encoded, int plainLength) {
        byte[] plain;
        try {
            plain = decodeUnchecked(encoded, plainLength);
        } catch (IOException | RuntimeException broken) {
            throw new IllegalArgumentException("a stored body cannot be read as " + token(), broken);
        }
        if (plain.length != plainLength) {
            throw new IllegalArgumentException(
                    "a stored body is " + plain.length + " bytes long; expected " + plainLength);
        }
        return plain;
    }
}
