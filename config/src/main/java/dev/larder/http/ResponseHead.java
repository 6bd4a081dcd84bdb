package dev.larder.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The head of a response. Immutable and safe to share between threads. */
public final class ResponseHead {

    /** What says how old the response is and how a message is framed: it differs from one answer to the next. */
    private static final FieldNames OF_ONE_ANSWER =
            FieldNames.of(List.of("age", "connection", "content-length", "transfer-encoding"));

    /** So many digits are surely no more than a long holds. */
    private static final int MOST_DIGITS = 18;

    private final int status;
    private final String reason;
    private final Fields fields;
    private final String version;

    /** See {@link #octets()}. Threads that race for it make equal arrays. */
    private byte @Nullable [] octets;

    /**
     * A head.
     *
     * @param status 100 to 999
     * @param reason the reason phrase as it came, often empty
     * @param fields all field lines as they came
     * @param version the HTTP version that it came in, {@code 1.0} or {@code 1.1}
     */
    public ResponseHead(int status, String reason, Fields fields, String version) {
        this.status = status;
        this.reason = reason;
        this.fields = fields;
        this.version = version;
    }

    /** A head in HTTP/1.1. */
    public ResponseHead(int status, String reason, Fields fields) {
        this(status, reason, fields, "1.1");
    }

    /** The status, 100 to 999. */
    public int status() {
        return status;
    }

    /** The reason phrase as it came, often empty. */
    public String reason() {
        return reason;
    }

    /** All field lines as they came. */
    public Fields fields() {
        return fields;
    }

    /** The HTTP version that it came in, {@code 1.0} or {@code 1.1}. */
    public String version() {
        return version;
    }

    /** How long the body is by Content-Length; negative where that does not say a number. */
    public long bodyBytes() {
        String length = fields.get("content-length");
        if (length == null || length.isEmpty() || length.length() > MOST_DIGITS) {
            return -1;
        }
        long bytes = 0;
        for (int i = 0; i < length.length(); i++) {
            char digit = length.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            bytes = 10 * bytes + digit - '0';
        }
        return bytes;
    }

    /** The same head with other fields. */
    public ResponseHead withFields(Fields replaced) {
        return new ResponseHead(status, reason, replaced, version);
    }

    /**
     * What all answers from storage with this head begin with: its status line in HTTP/1.1 and its field lines, but for
     * Age and those that frame a message. It is made once and never written again, so that a hit costs no encoding.
     */
    public byte[] octets() {
        byte[] made = octets;
        if (made == null) {
            made = encoded();
            octets = made;
        }
        return made;
    }

    private byte[] encoded() {
        StringBuilder text = new StringBuilder(512)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason)
                .append("\r\n");
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.isNamed(i, OF_ONE_ANSWER)) {
                text.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
            }
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResponseHead head
                && status == head.status
                && reason.equals(head.reason)
                && fields.equals(head.fields)
                && version.equals(head.version);
    }

    @Override
    public int hashCode() {
        return Objects.hash(status, reason, fields, version);
    }

    @Override
    public String toString() {
        return "ResponseHead[" + status + ", " + fields + "]";
    }
}
