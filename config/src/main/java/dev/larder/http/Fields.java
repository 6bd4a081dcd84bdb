package dev.larder.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of a message in the order in which they came (RFC 9110 section 5). Names compare without regard to
 * case and keep the case they came in; values are the octets of the line as ISO-8859-1, trimmed. Immutable and safe to
 * share between threads.
 *
 * <p>Lines that came as octets become text when somebody asks for them: most of what a browser sends is of no interest to
 * a cache. Names are compared at a glance first, by their {@linkplain FieldNames#shape shapes}.
 */
public final class Fields {

    /** No field lines. */
    public static final Fields EMPTY = new Fields(new String[0]);

    private static final byte[] NONE = {};
    private static final int[] NO_SPANS = {};

    /** Numbers that {@link #ofOctets} wants for each line. */
    public static final int SPAN = 4;

    /**
     * Fields of one connection, never passed on (RFC 9110 section 7.6.1), beside those that Connection names; the settings
     * of an upgrade to HTTP/2 (RFC 7540 section 3.2.1), which is not passed on, either; and what is between a client and a
     * proxy of its own (RFC 9110 section 11.7). Trailer is not among them: it speaks of the message.
     */
    private static final FieldNames HOP_BY_HOP = FieldNames.of(Set.of(
            "connection",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade"));

    private static final int CONNECTION = FieldNames.shape("connection");

    /**
     * Names, each followed by its value; null what is still octets. Threads that race for one make equal texts, so that
     * it does not matter whose remains.
     */
    private final @Nullable String[] lines;

    private final int[] shapes;

    /** A bit for the shape of each name: most names that are asked for are not there, and this says so at once. */
    private final long present;

    private final byte[] octets;

    /** Where in the octets the name and the value of each line begin and end; shorter than the lines that have none. */
    private final int[] spans;

    private Fields(String[] lines) {
        this.lines = lines;
        this.shapes = new int[lines.length / 2];
        long bits = 0;
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = FieldNames.shape(lines[2 * i]);
            bits |= bit(shapes[i]);
        }
        this.present = bits;
        this.octets = NONE;
        this.spans = NO_SPANS;
    }

    private Fields(@Nullable String[] lines, int[] shapes, long present, byte[] octets, int[] spans) {
        this.lines = lines;
        this.shapes = shapes;
        this.present = present;
        this.octets = octets;
        this.spans = spans;
    }

    private static long bit(int shape) {
        return 1L << ((shape * 0x9E3779B9) >>> 26);
    }

    /**
     * Fields from alternating names and values.
     *
     * @throws IllegalArgumentException if a name lacks its value
     */
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("field name without a value: " + Arrays.toString(namesAndValues));
        }
        return namesAndValues.length == 0 ? EMPTY : new Fields(namesAndValues.clone());
    }

    /**
     * Fields from the octets of a head that has been checked: names are tokens, values are trimmed.
     *
     * @param octets not copied, and never to be written again
     * @param spans for each line where its name begins and ends, and where its value begins and ends; not copied, either
     */
    public static Fields ofOctets(byte[] octets, int[] spans) {
        int size = spans.length / SPAN;
        int[] shapes = new int[size];
        long present = 0;
        for (int i = 0; i < size; i++) {
            int start = spans[SPAN * i];
            int end = spans[SPAN * i + 1];
            shapes[i] = FieldNames.shape(end - start, octets[start] & 0xff, octets[end - 1] & 0xff);
            present |= bit(shapes[i]);
        }
        return new Fields(new String[2 * size], shapes, present, octets, spans);
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** How many field lines there are. */
    public int size() {
        return shapes.length;
    }

    /** The name of line {@code index}, in the case it came in. */
    public String name(int index) {
        String text = lines[2 * index];
        return text != null ? text : text(2 * index, SPAN * index);
    }

    /** The value of line {@code index}. */
    public String value(int index) {
        String text = lines[2 * index + 1];
        return text != null ? text : text(2 * index + 1, SPAN * index + 2);
    }

    private String text(int at, int span) {
        String text = new String(octets, spans[span], spans[span + 1] - spans[span], StandardCharsets.ISO_8859_1);
        lines[at] = text;
        return text;
    }

    /** Whether line {@code index} has one of these names. */
    public boolean isNamed(int index, FieldNames names) {
        return names.mayBe(shapes[index]) && names.isOne(name(index));
    }

    /** Whether line {@code index} has this name. */
    public boolean isNamed(int index, String name) {
        return shapes[index] == FieldNames.shape(name) && name(index).equalsIgnoreCase(name);
    }

    /** The first value under this name, or null where there is none. */
    public @Nullable String get(String name) {
        int at = find(name);
        return at < 0 ? null : value(at);
    }

    /** Whether a line of this name is there. */
    public boolean contains(String name) {
        return find(name) >= 0;
    }

    private int find(String name) {
        int shape = FieldNames.shape(name);
        if ((present & bit(shape)) != 0) {
            for (int i = 0; i < shapes.length; i++) {
                if (shapes[i] == shape && name(i).equalsIgnoreCase(name)) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** All values under this name, in order; empty where there is none. */
    public List<String> all(String name) {
        int shape = FieldNames.shape(name);
        if ((present & bit(shape)) == 0) {
            return List.of();
        }
        List<String> values = List.of();
        for (int i = 0; i < shapes.length; i++) {
            if (shapes[i] == shape && name(i).equalsIgnoreCase(name)) {
                if (values.isEmpty()) {
                    values = new ArrayList<>(2);
                }
                values.add(value(i));
            }
        }
        return values;
    }

    /** The lines of this name joined by a comma (RFC 9110 section 5.3), or null where there is none. */
    public @Nullable String combined(String name) {
        List<String> values = all(name);
        return switch (values.size()) {
            case 0 -> null;
            case 1 -> values.get(0);
            default -> String.join(", ", values);
        };
    }

    /** The comma-separated members under this name, trimmed, without empty ones (RFC 9110 section 5.6.1). */
    public List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (String value : all(name)) {
            for (String member : value.split(",", -1)) {
                String trimmed = member.strip();
                if (!trimmed.isEmpty()) {
                    members.add(trimmed);
                }
            }
        }
        return members;
    }

    /** These fields without the lines that {@code dropped} accepts by name and value. */
    public Fields without(BiPredicate<String, String> dropped) {
        return withoutLines(line -> dropped.test(name(line), value(line)));
    }

    /** These fields without the lines of this name. */
    public Fields without(String name) {
        return contains(name) ? withoutLines(line -> isNamed(line, name)) : this;
    }

    /** These fields without the lines of these names. */
    public Fields without(FieldNames names) {
        return withoutLines(line -> isNamed(line, names));
    }

    /** These fields without the lines that {@code dropped} accepts by their places. */
    private Fields withoutLines(IntPredicate dropped) {
        int first = 0;
        while (first < shapes.length && !dropped.test(first)) {
            first++;
        }
        if (first == shapes.length) {
            return this;
        }
        int[] kept = new int[shapes.length];
        int size = 0;
        for (int line = 0; line < shapes.length; line++) {
            if (line < first || (line > first && !dropped.test(line))) {
                kept[size++] = line;
            }
        }
        return size == 0 ? EMPTY : chosen(kept, size);
    }

    private Fields chosen(int[] kept, int size) {
        @Nullable String[] keptLines = new String[2 * size];
        int[] keptShapes = new int[size];
        int[] keptSpans = spans.length == 0 ? NO_SPANS : new int[SPAN * size];
        long bits = 0;
        for (int i = 0; i < size; i++) {
            int line = kept[i];
            keptLines[2 * i] = lines[2 * line];
            keptLines[2 * i + 1] = lines[2 * line + 1];
            keptShapes[i] = shapes[line];
            bits |= bit(shapes[line]);
            if (SPAN * line < spans.length) {
                System.arraycopy(spans, SPAN * line, keptSpans, SPAN * i, SPAN);
            }
        }
        return new Fields(keptLines, keptShapes, bits, octets, keptSpans);
    }

    /** These fields and behind them those. */
    public Fields and(Fields more) {
        if (more.size() == 0) {
            return this;
        }
        if (more.octets != NONE) {
            return toBuilder().addAll(more).build();
        }
        int size = shapes.length;
        @Nullable String[] allLines = Arrays.copyOf(lines, lines.length + more.lines.length);
        System.arraycopy(more.lines, 0, allLines, lines.length, more.lines.length);
        int[] allShapes = Arrays.copyOf(shapes, size + more.shapes.length);
        System.arraycopy(more.shapes, 0, allShapes, size, more.shapes.length);
        return new Fields(allLines, allShapes, present | more.present, octets, spans);
    }

    /**
     * These fields without those of one connection: the fixed list and what {@code Connection} names (RFC 9110 section
     * 7.6.1). Host, Content-Length and others that frame or route a message stay even if Connection names them, so that
     * nobody can strip framing from outside.
     */
    public Fields withoutHopByHop() {
        List<String> named = (present & bit(CONNECTION)) == 0 ? List.of() : members("connection");
        if (named.isEmpty() || (named.size() == 1 && named.get(0).equalsIgnoreCase("keep-alive"))) {
            return without(HOP_BY_HOP);
        }
        FieldNames listed = FieldNames.of(named);
        return withoutLines(line -> isNamed(line, HOP_BY_HOP)
                || (isNamed(line, listed) && !isNamed(line, "host") && !isNamed(line, "content-length")));
    }

    /** A builder that starts from these lines. */
    public Builder toBuilder() {
        return builder().addAll(this);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields fields && Arrays.equals(text(), fields.text());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text());
    }

    /** All lines, none of them octets any more. */
    private @Nullable String[] text() {
        for (int i = 0; i < shapes.length; i++) {
            lines[2 * i] = name(i);
            lines[2 * i + 1] = value(i);
        }
        return lines;
    }

    /** The names only: values may be personal and never reach a log by accident. */
    @Override
    public String toString() {
        StringBuilder names = new StringBuilder("Fields[");
        for (int i = 0; i < shapes.length; i++) {
            names.append(i == 0 ? "" : ", ").append(name(i));
        }
        return names.append(']').toString();
    }

    /** Collects field lines. Confined to one thread. */
    public static final class Builder {

        private final List<String> lines = new ArrayList<>();

        private Builder() {}

        /** Adds a line at the end. */
        public Builder add(String name, String value) {
            lines.add(name);
            lines.add(value);
            return this;
        }

        /** Adds these lines at the end. */
        public Builder addAll(Fields fields) {
            for (int i = 0; i < fields.size(); i++) {
                add(fields.name(i), fields.value(i));
            }
            return this;
        }

        /** Replaces all lines of this name by one at the end. */
        public Builder set(String name, String value) {
            return remove(name).add(name, value);
        }

        /** Removes all lines of this name. */
        public Builder remove(String name) {
            for (int i = lines.size() - 2; i >= 0; i -= 2) {
                if (lines.get(i).equalsIgnoreCase(name)) {
                    lines.remove(i + 1);
                    lines.remove(i);
                }
            }
            return this;
        }

        /** How many lines there are so far. */
        public int size() {
            return lines.size() / 2;
        }

        /** The fields collected so far. */
        public Fields build() {
            return lines.isEmpty() ? EMPTY : new Fields(lines.toArray(new String[0]));
        }
    }
}
