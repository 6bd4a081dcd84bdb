package dev.larder.http;

/**
 * The head of a response.
 *
 * @param status 100 to 999
 * @param reason the reason phrase as it came, often empty
 * @param fields all field lines as they came
 * @param version the HTTP version that it came in, {@code 1.0} or {@code 1.1}
 */
public record ResponseHead(int status, String reason, Fields fields, String version) {

    /** A head in HTTP/1.1. */
    public ResponseHead(int status, String reason, Fields fields) {
        this(status, reason, fields, "1.1");
    }

    /** The same head with other fields. */
    public ResponseHead withFields(Fields replaced) {
        return new ResponseHead(status, reason, replaced, version);
    }
}
