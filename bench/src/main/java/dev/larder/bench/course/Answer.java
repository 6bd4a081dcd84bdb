package dev.larder.bench.course;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An answer before it is put on the wire.
 *
 * @param status three digits
 * @param fields field lines in order, without those of framing and connection
 * @param pieces of the body, each flushed by itself; never written to after construction
 * @param gap between two pieces
 * @param framing how the body's end is shown
 */
record Answer(int status, List<Map.Entry<String, String>> fields, List<byte[]> pieces, Duration gap, Framing framing) {

    enum Framing {
        CHUNKED,
        CONTENT_LENGTH,
        /** No body, and no field that speaks of one. */
        NONE
    }

    static final String VARY = "RSC, Next-Router-State-Tree, Next-Router-Prefetch, Next-Router-Segment-Prefetch";
    private static final JsonMapper MAPPER = new JsonMapper();

    /** JSON as the platform's routes send it: chunked, no Cache-Control, no validator. */
    static Answer json(int status, JsonNode body) {
        return whole(
                status, body(body), List.of(Map.entry("vary", VARY), Map.entry("content-type", "application/json")));
    }

    /** Without a body but with the empty framing of a redirect. */
    static Answer redirect(int status, String location) {
        return whole(status, new byte[0], List.of(Map.entry("location", location)));
    }

    static Answer text(int status, String text) {
        return whole(
                status,
                text.getBytes(StandardCharsets.UTF_8),
                List.of(Map.entry("vary", VARY), Map.entry("content-type", "text/plain;charset=UTF-8")));
    }

    /** 405 or the answer to OPTIONS. */
    static Answer allow(int status, String methods) {
        return new Answer(
                status,
                List.of(Map.entry("vary", VARY), Map.entry("allow", methods)),
                List.of(),
                Duration.ZERO,
                status == 204 ? Framing.NONE : Framing.CHUNKED);
    }

    static Answer whole(int status, byte[] body, List<Map.Entry<String, String>> fields) {
        return new Answer(status, fields, List.of(body), Duration.ZERO, Framing.CHUNKED);
    }

    /** The same with a length instead of chunks. */
    Answer withLength() {
        return new Answer(status, fields, pieces, gap, Framing.CONTENT_LENGTH);
    }

    /** The same with one more field line at the end. */
    Answer with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(fields);
        more.add(Map.entry(name, value));
        return new Answer(status, List.copyOf(more), pieces, gap, framing);
    }

    static byte[] body(JsonNode json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads JSON; trailing text is a failure, too. */
    static JsonNode parse(byte[] text) throws IOException {
        return MAPPER.reader()
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .readTree(text);
    }
}
