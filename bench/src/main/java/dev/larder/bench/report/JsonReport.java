package dev.larder.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Findings as JSON, for programs: the same names as in {@link Findings} and {@link Section}. Pure. */
public final class JsonReport {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private JsonReport() {}

    /** All of it, in one line. */
    public static String render(Findings findings) {
        try {
            return JSON.writeValueAsString(findings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("findings are plain values", e);
        }
    }

    /**
     * Reads it back.
     *
     * @throws IllegalArgumentException where it is something else
     */
    public static Findings parse(String json) {
        try {
            return JSON.readValue(json, Findings.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no findings of this bench: " + e.getOriginalMessage(), e);
        }
    }
}
