package dev.larder.identity;

import dev.larder.http.Fields;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Asks the backend who a credential belongs to. The implementation sends a GET with that credential, the site and nothing
 * else of the visitor's, and drops whatever cookies the answer sets.
 */
@FunctionalInterface
public interface Question {

    /**
     * Asks. Any thread may call it; it does not block. The stage may complete on any thread and should not complete
     * exceptionally (if it does, that is {@link Reply.Failed}). Who asks stops waiting after its own timeout.
     *
     * @param path target of the GET, e.g. {@code /api/auth/session}
     * @param credentialLine the one field line that carries the credential
     * @param site Host, and what trusted hops say of it
     */
    CompletionStage<Reply> ask(String path, Map.Entry<String, String> credentialLine, Fields site);

    /** What became of it. */
    sealed interface Reply {

        /**
         * The backend answered.
         *
         * @param status of the answer
         * @param body its body, decoded from any content coding; empty where it was longer than what is read of such an
         *     answer. Never written after construction.
         */
        record Answered(int status, byte[] body) implements Reply {
            /** Without the body, which is personal. */
            @Override
            public String toString() {
                return "Answered[" + status + ", " + body.length + " bytes]";
            }
        }

        /**
         * It did not answer.
         *
         * @param detail a token, e.g. {@code connect-refused}
         */
        record Failed(String detail) implements Reply {}
    }
}
