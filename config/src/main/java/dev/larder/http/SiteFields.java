package dev.larder.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a request was sent to, as a backend may understand it: by its Host as it came, and by what hops before us say of
 * the host, the scheme and the port that the visitor used. Backends make links, redirects and tenants of these, so that
 * requests which differ in them are for different sites. From a hop that is not trusted none of these fields is passed
 * on. Pure.
 */
public final class SiteFields {

    /** What the first proxy sets, besides Forwarded and the visitor's address: in lower case. */
    public static final Set<String> SAID_BY_HOPS = Set.of(
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-forwarded-port",
            "x-forwarded-scheme",
            "x-forwarded-server",
            "x-forwarded-ssl",
            "x-original-host",
            "x-url-scheme",
            "front-end-https");

    private static final FieldNames SITE = FieldNames.withUnderscores(
            Stream.concat(SAID_BY_HOPS.stream(), Stream.of("host", "forwarded")).toList());

    private static final FieldNames SITE_FROM_HOPS = FieldNames.withUnderscores(
            Stream.concat(SAID_BY_HOPS.stream(), Stream.of("forwarded")).toList());

    /** Of the hops in a Forwarded field (RFC 7239) only these tell sites apart. */
    private static final Pattern SITE_PAIR =
            Pattern.compile("(host|proto)\\s*=\\s*(\"(?:[^\"\\\\]|\\\\.)*+\"?|[^;,\\s]*+)", Pattern.CASE_INSENSITIVE);

    private SiteFields() {}

    /**
     * What the request says of its site beyond its scheme and authority; empty where it says nothing else, as is usual.
     * Letters, digits and {@code % & * + - . = _} only; requests for which it differs must not share anything.
     */
    public static String beyondAuthority(String scheme, String authority, Fields fields) {
        return beyond(scheme, authority, fields, SITE);
    }

    /** The same for a site of which is known that the spelling of its Host makes no difference. */
    public static String beyondHost(RequestHead request) {
        return beyond(request.scheme(), request.authority(), request.fields(), SITE_FROM_HOPS);
    }

    private static String beyond(String scheme, String authority, Fields fields, FieldNames names) {
        Set<String> said = null;
        for (int i = 0; i < fields.size(); i++) {
            String lower = fields.named(i, names);
            if (lower != null) {
                for (String each : said(lower, fields.value(i), scheme, authority, fields)) {
                    said = said == null ? new TreeSet<>() : said;
                    said.add(URLEncoder.encode(lower, StandardCharsets.US_ASCII)
                            + '='
                            + URLEncoder.encode(each, StandardCharsets.UTF_8));
                }
            }
        }
        return said == null ? "" : String.join("&", said);
    }

    /** The fields for another request to the same site: Host, and where hops say more than that, what they say. */
    public static Fields of(RequestHead request) {
        Fields fields = request.fields();
        String host = fields.get("host");
        Fields.Builder site = Fields.builder().add("Host", host == null ? request.authority() : host);
        if (!request.site().isEmpty()) {
            for (int i = 0; i < fields.size(); i++) {
                if (fields.isNamed(i, SITE_FROM_HOPS)) {
                    site.add(fields.name(i), fields.value(i));
                }
            }
        }
        return site.build();
    }

    private static List<String> said(String lower, String value, String scheme, String authority, Fields fields) {
        return switch (lower) {
            case "host" -> value.equals(authority) ? List.of() : List.of(value);
            case "x-forwarded-host" -> value.equals(fields.get("host")) ? List.of() : List.of(value);
            case "x-forwarded-proto" -> value.equals(scheme) ? List.of() : List.of(value);
            case "forwarded" -> saidByEarlierHops(value, scheme, authority);
            default -> SAID_BY_HOPS.contains(lower) ? List.of(value) : List.of();
        };
    }

    /** The last hop in the field is ours, and says what we know. */
    private static List<String> saidByEarlierHops(String forwarded, String scheme, String authority) {
        int ours = forwarded.lastIndexOf(", for=");
        if (ours < 0) {
            return List.of();
        }
        List<String> said = new ArrayList<>();
        Matcher pairs = SITE_PAIR.matcher(forwarded.substring(0, ours));
        while (pairs.find()) {
            String own = pairs.group(1).equalsIgnoreCase("host") ? authority : scheme;
            if (!pairs.group(2).equals(own) && !pairs.group(2).equals('"' + own + '"')) {
                // In the order in which they stand: which of several hops a backend believes is its own affair.
                said.add(said.size() + " " + pairs.group());
            }
        }
        return said;
    }
}
