package dev.larder.server;

import dev.larder.http.Fields;

/**
 * An answer of the admin address.
 *
 * @param type its media type
 * @param fields beyond those that frame it
 */
public record AdminAnswer(int status, String type, String body, Fields fields) {

    /** An answer without further fields. */
    public AdminAnswer(int status, String type, String body) {
        this(status, type, body, Fields.EMPTY);
    }

    /** A line of text. */
    public static AdminAnswer text(int status, String line) {
        return new AdminAnswer(status, "text/plain; charset=utf-8", line + "\n");
    }

    /** A JSON document. */
    public static AdminAnswer json(int status, String body) {
        return new AdminAnswer(status, "application/json", body);
    }
}
