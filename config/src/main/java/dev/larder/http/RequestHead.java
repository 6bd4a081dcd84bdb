package dev.larder.http;

/**
 * The head of a request as a server understands it after framing has been checked.
 *
 * @param method the method, case-sensitive, e.g. {@code GET}
 * @param target the request target as it came and as it is forwarded, in origin form ({@code /path?query}), decoded
 * @param scheme {@code http} or {@code https}, as the visitor used it
 * @param authority the Host field's value in lower case, without the scheme's default port; never empty
 * @param fields all field lines as they came, Host among them
 * @param site what the fields say of the site beyond scheme and authority, see {@link SiteFields#beyondAuthority}
 */
public record RequestHead(String method, Target target, String scheme, String authority, Fields fields, String site) {

    /** A head whose site is read from its fields. */
    public RequestHead(String method, Target target, String scheme, String authority, Fields fields) {
        this(method, target, scheme, authority, fields, SiteFields.beyondAuthority(scheme, authority, fields));
    }

    /** The same head with other fields. */
    public RequestHead withFields(Fields replaced) {
        return new RequestHead(method, target, scheme, authority, replaced);
    }

    /** Whether the method is safe (RFC 9110 section 9.2.1): it asks for no change. */
    public boolean isSafe() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }
}
