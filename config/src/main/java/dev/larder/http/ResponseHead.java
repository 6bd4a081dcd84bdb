package dev.larder.http;

/**
 * The head of a response.
 *
 * @param status 100 to 999
 * @param reason the reason phrase as it came, often empty
 * @param fields all field lines as they came
 */
public record ResponseHead(int status, String reason, Fields fields) {

    /** The same head with other fields. */
    public ResponseHead withFields(Fields replaced) {
        return new ResponseHead(status, reason, replaced);
    }
}
