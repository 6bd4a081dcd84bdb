package dev.larder.relay;

import dev.larder.http.Fields;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Field lines between Netty's form and ours, order and case kept. */
public final class WireFields {

    /** Framing, routing, authentication, modifiers of a request, control of a response, and what describes content. */
    private static final Set<String> NEVER_TRAILERS = Set.of(
            "age",
            "authorization",
            "cache-control",
            "cdn-cache-control",
            "content-encoding",
            "content-length",
            "content-range",
            "content-type",
            "cookie",
            "date",
            "expect",
            "expires",
            "forwarded",
            "host",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "location",
            "max-forwards",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "surrogate-control",
            "trailer",
            "transfer-encoding",
            "vary",
            "via",
            "warning",
            "www-authenticate",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-http-method-override",
            "x-original-url",
            "x-real-ip",
            "x-rewrite-url");

    private WireFields() {}

    /** From the codec. */
    public static Fields read(HttpHeaders headers) {
        if (headers.isEmpty()) {
            return Fields.EMPTY;
        }
        Fields.Builder fields = Fields.builder();
        Iterator<Map.Entry<CharSequence, CharSequence>> lines = headers.iteratorCharSequence();
        while (lines.hasNext()) {
            Map.Entry<CharSequence, CharSequence> line = lines.next();
            fields.add(line.getKey().toString(), line.getValue().toString());
        }
        return fields.build();
    }

    /**
     * Trailers from the codec, but for those that frame or route a message or belong to one connection (RFC 9110 section
     * 6.5.1): a recipient that merges trailers into the head must not be told these by somebody who only sends a body.
     */
    public static Fields readTrailers(LastHttpContent last) {
        if (last.trailingHeaders().isEmpty()) {
            return Fields.EMPTY;
        }
        return read(last.trailingHeaders())
                .withoutHopByHop()
                .without((name, value) ->
                        NEVER_TRAILERS.contains(name.toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    /** To the codec. What came through a decoder was validated there, what is made here is fixed text. */
    public static HttpHeaders write(Fields fields) {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        for (int i = 0; i < fields.size(); i++) {
            headers.add(fields.name(i), fields.value(i));
        }
        return headers;
    }
}
