package dev.larder.store;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stored response as bytes and back. Any thread.
 *
 * <p>The form is made to be read in a Redis browser: one line of version, kind of seal, its word and two lengths, then the
 * head as lines of text, then the body as it came.
 *
 * <pre>
 * larder/1 crc32c 5f1d03a7 head 412 body 1503
 * key admin:courses:adminId:123
 * status 200 OK
 * …
 * = content-type: application/json
 *
 * {"courses":…
 * </pre>
 *
 * <p>With a secret the seal is {@code hmac-sha256}, or {@code aes-256-gcm}, which leaves the first line alone to be read.
 * A codec takes values of its own kind only: otherwise whoever can write to the store would say how a value is checked.
 *
 * <p>The first line has one spelling only, and the seal covers all that follows it, so that no changed, missing or added
 * byte goes unnoticed by it. Everything unreadable is {@code null}, which callers treat as a miss; lengths are believed
 * only where they add up to the bytes at hand, so that nothing is allocated on the word of a stored value.
 */
public final class StoredResponseCodec {

    private static final String VERSION = "larder/1";
    private static final String HEAD = " head ";
    private static final String BODY = " body ";

    /** The first line is shorter than this, whatever the lengths in it. */
    private static final int LONGEST_FIRST_LINE = 128;

    private final Seal seal;

    /** What the first line begins with. */
    private final String opening;

    private StoredResponseCodec(Seal seal) {
        this.seal = seal;
        this.opening = VERSION + ' ' + seal.kind() + ' ';
    }

    /** Values that anybody who reaches the store could have made: without a secret. */
    public static StoredResponseCodec plain() {
        return new StoredResponseCodec(new ChecksumSeal());
    }

    /** Values that only who has the secret can have made, each in its place. */
    public static StoredResponseCodec authenticated(SecretKeys keys) {
        return new StoredResponseCodec(new KeyedSeal(keys.authentication()));
    }

    /** Values that only who has the secret can have made or read, each in its place. */
    public static StoredResponseCodec encrypted(SecretKeys keys) {
        return new StoredResponseCodec(new EncryptedSeal(keys.encryption()));
    }

    /** The bytes of a response that is to lie in this place. */
    public byte[] encode(StoredResponse response, StoredPlace place) {
        byte[] head = StoredResponseText.write(response).getBytes(StandardCharsets.ISO_8859_1);
        byte[] body = response.body();
        String lengths = lengths(head.length, body.length);
        int from = VERSION.length() + seal.kind().length() + seal.wordLength() + lengths.length() + 2;
        int length = Math.addExact(head.length, body.length);
        byte[] value = new byte[Math.addExact(Math.addExact(from, length), seal.overhead())];
        System.arraycopy(head, 0, value, from, head.length);
        System.arraycopy(body, 0, value, from + head.length, body.length);
        String word = seal.close(value, from, length, words(lengths), place);
        byte[] first = firstLine(word, lengths).getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(first, 0, value, 0, from);
        return value;
    }

    /** The response that these bytes are in this place, or null where they are none, for whatever reason. */
    public @Nullable StoredResponse decode(byte[] value, StoredPlace place) {
        int end = indexOf(value, (byte) '\n', LONGEST_FIRST_LINE);
        if (end < 0) {
            return null;
        }
        String first = new String(value, 0, end + 1, StandardCharsets.ISO_8859_1);
        int word = opening.length();
        int lengthsAt = word + seal.wordLength();
        int bodyAt = first.indexOf(BODY, lengthsAt);
        if (bodyAt < 0 || !first.startsWith(opening) || !first.startsWith(HEAD, lengthsAt)) {
            return null;
        }
        int headLength = length(first, lengthsAt + HEAD.length(), bodyAt);
        int bodyLength = length(first, bodyAt + BODY.length(), end);
        int from = end + 1;
        if (headLength < 0
                || bodyLength < 0
                || (long) from + headLength + bodyLength + seal.overhead() != value.length) {
            return null;
        }
        Seal.Content content = seal.open(
                value,
                from,
                headLength + bodyLength,
                first.substring(word, lengthsAt),
                words(first.substring(lengthsAt)),
                place);
        return content == null ? null : parse(content, headLength, bodyLength);
    }

    private static @Nullable StoredResponse parse(Seal.Content content, int headLength, int bodyLength) {
        String head = new String(content.bytes(), content.from(), headLength, StandardCharsets.ISO_8859_1);
        int body = content.from() + headLength;
        try {
            return StoredResponseText.read(head, Arrays.copyOfRange(content.bytes(), body, body + bodyLength));
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException | IndexOutOfBoundsException e) {
            // The seal was right, so another build of larder wrote what this one cannot read.
            return null;
        }
    }

    private String firstLine(String word, String lengths) {
        return opening + word + lengths;
    }

    /** What of the first line is sealed along: all but the seal's word. */
    private String words(String lengths) {
        return VERSION + ' ' + seal.kind() + lengths;
    }

    private static String lengths(int headLength, int bodyLength) {
        return HEAD + headLength + BODY + bodyLength + '\n';
    }

    /** A length in its one spelling, or -1. */
    private static int length(String line, int from, int to) {
        int digits = to - from;
        if (digits < 1 || digits > 10 || (digits > 1 && line.charAt(from) == '0')) {
            return -1;
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            int digit = line.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = length * 10 + digit;
        }
        return length > Integer.MAX_VALUE ? -1 : (int) length;
    }

    private static int indexOf(byte[] bytes, byte sought, int limit) {
        for (int i = 0; i < Math.min(bytes.length, limit); i++) {
            if (bytes[i] == sought) {
                return i;
            }
        }
        return -1;
    }
}
