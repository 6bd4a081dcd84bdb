package dev.larder.exchange;

import dev.larder.http.FieldNames;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.origin.OriginFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The heads that larder sends: the origin's with what a proxy adds, a stored one with its age, and its own. Pure. */
public final class Answers {

    private static final FieldNames NO_OTHERS = FieldNames.of(List.of());

    private Answers() {}

    /** An answer of the origin, as it goes to the visitor. */
    static ResponseHead relayed(ResponseHead origin, Disposition disposition) {
        return origin.withFields(origin.fields().withoutHopByHop(NO_OTHERS, mark(origin, disposition)));
    }

    /** A 101 keeps the fields that make the switch (RFC 9110 section 7.8). */
    static ResponseHead switched(ResponseHead origin, Disposition disposition) {
        return origin.withFields(origin.fields().and(mark(origin, disposition)));
    }

    /** A stored answer of this age. */
    public static ResponseHead stored(ResponseHead stored, long ageSeconds, Disposition disposition) {
        Fields aged = stored.fields().without("age").and(Fields.of("Age", Long.toString(ageSeconds)));
        return stored.withFields(aged.and(mark(stored, disposition)));
    }

    /** An answer made here, and the text that explains it. */
    static ResponseHead refused(Disposition.Refused refused) {
        return new ResponseHead(
                refused.status(),
                "",
                Fields.of(
                        "Content-Type",
                        "text/plain; charset=utf-8",
                        "Cache-Control",
                        "no-store",
                        "Proxy-Status",
                        StatusFields.proxyStatus(refused),
                        "Cache-Status",
                        StatusFields.cacheStatus(refused)));
    }

    static byte[] body(Disposition.Refused refused) {
        return ("larder: " + refused.explanation() + " (" + refused.error() + ")\n").getBytes(StandardCharsets.UTF_8);
    }

    /** What the visitor is told of a failure of the origin. */
    static Disposition.Refused of(OriginFailure failure) {
        String explanation;
        if (failure instanceof OriginFailure.Refused) {
            explanation = "the backend cannot be reached";
        } else if (failure instanceof OriginFailure.Unresolved) {
            explanation = "the backend's name is not known";
        } else if (failure instanceof OriginFailure.TimedOut timedOut) {
            explanation = switch (timedOut.which()) {
                case CONNECT -> "the backend did not accept a connection in time";
                case QUEUE -> "no connection to the backend came free in time";
                case RESPONSE_HEAD -> "the backend did not answer in time";
                case BODY_IDLE -> "the backend stopped in the middle";
            };
        } else if (failure instanceof OriginFailure.Reset) {
            explanation = "the backend closed the connection before its answer was complete";
        } else if (failure instanceof OriginFailure.BadFraming bad) {
            explanation = "the backend's answer is not valid HTTP: " + bad.detail();
        } else {
            explanation = "too many requests wait for the backend";
        }
        return new Disposition.Refused(failure.status(), failure.proxyStatus(), explanation);
    }

    /** What a proxy says of an answer that it passes on. */
    private static Fields mark(ResponseHead came, Disposition disposition) {
        return Fields.of(
                "Via", came.version() + " " + StatusFields.NAME, "Cache-Status", StatusFields.cacheStatus(disposition));
    }
}
