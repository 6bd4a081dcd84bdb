package dev.larder.exchange;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.policy.AcceptEncoding;
import dev.larder.store.BodyCoding;
import dev.larder.store.StoredResponse;
import java.util.Locale;
import java.util.Set;

/**
 * A stored response as one client gets it: in the coding in which it is kept, where the client takes that, else as it
 * came. Pure.
 *
 * @param head with what belongs to the coding
 * @param stored whose body it is
 * @param asKept whether the body goes out in the coding in which it is kept
 */
record Representation(ResponseHead head, StoredResponse stored, boolean asKept) {

    /** What is true of the octets as they came, and not of encoded ones (RFC 9530, RFC 9110 section 14.3). */
    private static final Set<String> OF_THE_PLAIN_OCTETS =
            Set.of("content-length", "content-md5", "content-digest", "repr-digest", "digest", "accept-ranges");

    /**
     * What a client is answered with.
     *
     * @param head of the response, as the origin sent it or a validation has updated it
     */
    static Representation of(StoredResponse response, ResponseHead head, RequestHead request) {
        if (response.coding() == BodyCoding.NONE) {
            return new Representation(head, response, true);
        }
        String coding = response.coding().token();
        // A range is one of the plain octets: they are the same whatever the client takes.
        boolean asKept = !request.fields().contains("range") && AcceptEncoding.prefers(request.fields(), coding);
        return new Representation(varying(asKept ? encoded(head, coding) : head), response, asKept);
    }

    /** The body that goes with the head; it may have to be decoded, so not to be asked for where none goes out. */
    byte[] body() {
        return asKept ? stored.body() : stored.plainBody();
    }

    private static ResponseHead encoded(ResponseHead head, String coding) {
        Fields.Builder fields = Fields.builder();
        for (int i = 0; i < head.fields().size(); i++) {
            String name = head.fields().name(i);
            String value = head.fields().value(i);
            if (name.equalsIgnoreCase("etag") && !value.startsWith("W/")) {
                // RFC 9110 section 8.8.3.3: a strong entity tag is of one coding only.
                fields.add(name, "W/" + value);
            } else if (!OF_THE_PLAIN_OCTETS.contains(name.toLowerCase(Locale.ROOT))) {
                fields.add(name, value);
            }
        }
        return head.withFields(fields.add("Content-Encoding", coding).build());
    }

    /** The answer depends on Accept-Encoding, so whoever caches it on the way must know (RFC 9110 section 12.5.5). */
    static ResponseHead varying(ResponseHead head) {
        boolean known = head.fields().members("vary").stream()
                .anyMatch(name -> name.equals("*") || name.equalsIgnoreCase("accept-encoding"));
        return known
                ? head
                : head.withFields(
                        head.fields().toBuilder().add("Vary", "Accept-Encoding").build());
    }
}
