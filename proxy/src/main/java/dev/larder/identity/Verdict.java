package dev.larder.identity;

import dev.larder.identity.Question.Reply;
import dev.larder.key.Identity;
import java.util.Optional;

/** What a backend's reply says of a visitor. */
sealed interface Verdict {

    /** Who they are. */
    record Is(Identity identity) implements Verdict {}

    /** Nobody. */
    record No() implements Verdict {}

    /**
     * The backend did not say.
     *
     * @param outage whether it could not
     */
    record Unsaid(String detail, boolean outage) implements Verdict {}

    /** Reads a reply; pure. */
    static Verdict of(Reply reply, ClaimReader claims) {
        if (reply instanceof Reply.Failed failed) {
            return new Unsaid(failed.detail(), true);
        }
        Reply.Answered answered = (Reply.Answered) reply;
        int status = answered.status();
        if (status >= 500) {
            return new Unsaid("status-" + status, true);
        }
        if ((status >= 300 && status < 400) || status == 401 || status == 403 || status == 404) {
            return new No();
        }
        if (status < 200 || status > 299) {
            return new Unsaid("status-" + status, false);
        }
        Optional<JsonDocument> document = JsonDocument.parse(answered.body());
        if (document.isEmpty() || !(document.get().isObject() || document.get().isNull())) {
            return new Unsaid("unreadable-answer", false);
        }
        Identity identity = claims.read(document.get());
        return identity.scalars().isEmpty() && identity.arrays().isEmpty() ? new No() : new Is(identity);
    }
}
