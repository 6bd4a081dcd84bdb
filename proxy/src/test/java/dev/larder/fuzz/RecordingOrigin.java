package dev.larder.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection to an origin that takes down what it gets, read by {@link RequestReading}, and numbers its answers. */
final class RecordingOrigin {

    /** An origin takes what larder takes, and the fields that larder adds. */
    static final RequestReading.Limits LIMITS = new RequestReading.Limits(100_000, 100_000);

    private final List<RequestReading.Message> into;
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private int read;
    private boolean continued;
    private @Nullable String fault;

    /** Adds what it gets to {@code into}, which several connections share. */
    RecordingOrigin(List<RequestReading.Message> into) {
        this.into = into;
    }

    /** What is answered to these further bytes. */
    String answer(byte[] bytes) {
        got.writeBytes(bytes);
        StringBuilder answers = new StringBuilder();
        while (fault == null) {
            Object step = RequestReading.next(got.toByteArray(), read, LIMITS);
            if (step instanceof RequestReading.Message message) {
                read = message.end();
                continued = false;
                into.add(message);
                answers.append(answer(message, into.size()));
            } else if (step instanceof RequestReading.End.Refused refused) {
                fault = refused.reason();
            } else {
                if (step instanceof RequestReading.End.Incomplete incomplete && incomplete.inBody() && !continued) {
                    continued = true;
                    if (new String(got.toByteArray(), read, got.size() - read, StandardCharsets.ISO_8859_1)
                            .toLowerCase(java.util.Locale.ROOT)
                            .contains("\r\nexpect: 100-continue\r\n")) {
                        answers.append("HTTP/1.1 100 Continue\r\n\r\n");
                    }
                }
                break;
            }
        }
        return answers.toString();
    }

    private static String answer(RequestReading.Message message, int number) {
        String body = "answer " + number;
        return "HTTP/1.1 200 OK\r\nX-Number: " + number + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + (message.method().equals("HEAD") ? "" : body);
    }

    /** Bytes that no whole message was made of. */
    int rest() {
        return got.size() - read;
    }

    /** What it got that is no message, or null. */
    @Nullable
    String fault() {
        return fault;
    }
}
