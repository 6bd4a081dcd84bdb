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

    private static final byte[] NONE = {};
    private static final int[] NO_SPANS = {};
    private static final String[] NO_TEXTS = {};

    /** What stands between a name and its value, and behind that. */
    private static final int LINE_OCTETS = ": \r\n".length();

    /** No field lines. */
    public static final Fields EMPTY = new Fields(NO_TEXTS);

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

    private static final FieldNames NO_NAMES = FieldNames.of(Set.of());

    /** Names, each followed by its value, of the lines that never were octets: they stand behind those that were. */
    private final String[] texts;

    /**
     * Likewise what has been made text of the octets so far, with null for what has not been; null while nothing has. Threads that
     * race for one make equal texts, so that it does not matter whose remains.
     */
    private @Nullable String @Nullable [] made;

    private final int[] shapes;

    /** A bit for the shape of each name: most names that are asked for are not there, and this says so at once. */
    private final long present;

    private final byte[] octets;

    /** Where in the octets the name and the value of each line that came so begin, in the upper half, and end. */
    private final int[] spans;

    private Fields(String[] texts) {
        this.texts = texts;
        this.shapes = new int[texts.length / 2];
        long bits = 0;
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = FieldNames.shape(texts[2 * i]);
            bits |= bit(shapes[i]);
        }
        this.present = bits;
        this.octets = NONE;
        this.spans = NO_SPANS;
    }

    private Fields(
            byte[] octets,
            int[] spans,
            @Nullable String @Nullable [] made,
            String[] texts,
            int[] shapes,
            long present) {
        this.octets = octets;
        this.spans = spans;
        this.made = made;
        this.texts = texts;
        this.shapes = shapes;
        this.present = present;
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

    /** What a checked head holds, line by line: names are tokens, and values are trimmed ISO-8859-1. One thread's own. */
    public static final class Lines {

        private static final int MOST = 64;

        private final int[] shapes = new int[MOST];
        private final int[] spans = new int[2 * MOST];
        private int size;
        private long present;
        private @Nullable String told;

        /** Begins with the lines of another head. */
        public void clear() {
            size = 0;
            present = 0;
        }

        /**
         * Adds the line that begins at {@code at}, if it is in the one form that no two parsers differ in: a name, a colon, a
         * blank or none, a value of visible ASCII and blanks within, and CR LF. {@link #told()} says whether it was
         * looked for.
         *
         * @param octets of which less than 64 KiB are used, with eight behind these that belong nowhere
         * @return where its value ends, or -1 where it is another line or there is no room for it
         */
        public int read(byte[] octets, int at, FieldNames lookedFor) {
            int nameEnd = HeadOctets.nameEnd(octets, at);
            if (nameEnd == at || octets[nameEnd] != ':' || size == MOST) {
                return -1;
            }
            int value = nameEnd + (octets[nameEnd + 1] == ' ' ? 2 : 1);
            int end = HeadOctets.visibleEnd(octets, value);
            boolean trimmed = end > value && octets[value] != ' ' && octets[end - 1] != ' ';
            if (!trimmed || octets[end] != '\r' || octets[end + 1] != '\n') {
                return -1;
            }
            told = add(octets, at, nameEnd, value, end, lookedFor);
            return end;
        }

        /** The name of the line that was read last, in lower case, if it was looked for; else null. */
        public @Nullable String told() {
            return told;
        }

        /** Where the value of the line that was read last begins. */
        public int valueStart() {
            return spans[2 * size - 1] >>> 16;
        }

        /**
         * Adds a line, and says whether its name is one of those that are looked for.
         *
         * @param octets of which less than 64 KiB are used
         * @return the name looked for, in lower case, or null
         */
        public @Nullable String add(
                byte[] octets, int name, int nameEnd, int value, int valueEnd, FieldNames lookedFor) {
            int shape = FieldNames.shape(nameEnd - name, octets[name] & 0xff, octets[nameEnd - 1] & 0xff);
            shapes[size] = shape;
            present |= bit(shape);
            spans[2 * size] = name << 16 | nameEnd;
            spans[2 * size + 1] = value << 16 | valueEnd;
            size++;
            return lookedFor.mayBe(shape) ? lookedFor.named(shape, octets, name, nameEnd) : null;
        }

        /** The fields; the octets are not copied, and must never be written again. */
        public Fields of(byte[] octets) {
            return size == 0
                    ? EMPTY
                    : new Fields(
                            octets,
                            Arrays.copyOf(spans, 2 * size),
                            null,
                            NO_TEXTS,
                            Arrays.copyOf(shapes, size),
                            present);
        }
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
        return text(2 * index);
    }

    /** The value of line {@code index}. */
    public String value(int index) {
        return text(2 * index + 1);
    }

    private String text(int at) {
        String known = known(at);
        if (known != null) {
            return known;
        }
        @Nullable String[] all = made;
        if (all == null) {
            all = new String[spans.length];
            made = all;
        }
        int start = spans[at] >>> 16;
        String text = new String(octets, start, (spans[at] & 0xffff) - start, StandardCharsets.ISO_8859_1);
        all[at] = text;
        return text;
    }

    /** A name or a value, or null where it is octets still. */
    private @Nullable String known(int at) {
        if (at >= spans.length) {
            return texts[at - spans.length];
        }
        @Nullable String[] all = made;
        return all == null ? null : all[at];
    }

    /** Whether a name or a value is this text but for case. */
    private boolean isText(int at, String text) {
        String known = known(at);
        if (known != null) {
            return known.equalsIgnoreCase(text);
        }
        int start = spans[at] >>> 16;
        if ((spans[at] & 0xffff) - start != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            int octet = octets[start + i];
            int wanted = text.charAt(i);
            if (octet != wanted) {
                if ((octet | wanted) >= 0x80 || octet < 0) {
                    // Beyond ASCII case is a matter of its own.
                    return text(at).equalsIgnoreCase(text);
                }
                if ((octet | 0x20) != (wanted | 0x20) || (octet | 0x20) < 'a' || (octet | 0x20) > 'z') {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether line {@code index} has one of these names. */
    public boolean isNamed(int index, FieldNames names) {
        return named(index, names) != null;
    }

    /** Which of these names line {@code index} has, in lower case and with the dashes that they have; null if none. */
    public @Nullable String named(int index, FieldNames names) {
        int shape = shapes[index];
        if (!names.mayBe(shape)) {
            return null;
        }
        String known = known(2 * index);
        int span = known == null ? spans[2 * index] : 0;
        return known == null ? names.named(shape, octets, span >>> 16, span & 0xffff) : names.named(shape, known);
    }

    /** Whether line {@code index} has this name. */
    public boolean isNamed(int index, String name) {
        return shapes[index] == FieldNames.shape(name) && isText(2 * index, name);
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
                if (shapes[i] == shape && isText(2 * i, name)) {
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
            if (shapes[i] == shape && isText(2 * i, name)) {
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
        return chosen(kept, size, EMPTY);
    }

    private Fields chosen(int[] kept, int size, Fields added) {
        int all = size + added.size();
        if (all == 0) {
            return EMPTY;
        }
        int ofOctets = 0;
        while (ofOctets < size && 2 * kept[ofOctets] < spans.length) {
            ofOctets++;
        }
        int[] chosenSpans = ofOctets == 0 ? NO_SPANS : new int[2 * ofOctets];
        @Nullable String[] before = made;
        @Nullable String[] chosenMade = before == null || ofOctets == 0 ? null : new String[2 * ofOctets];
        String[] chosenTexts = all == ofOctets ? NO_TEXTS : new String[2 * (all - ofOctets)];
        int[] chosenShapes = new int[all];
        int end;
        for (int i = 0; i < size; i = end) {
            // Most lines stay, so that there are few runs.
            int limit = i < ofOctets ? ofOctets : size;
            end = i + 1;
            while (end < limit && kept[end] == kept[end - 1] + 1) {
                end++;
            }
            int line = kept[i];
            int run = end - i;
            System.arraycopy(shapes, line, chosenShapes, i, run);
            if (i >= ofOctets) {
                System.arraycopy(texts, 2 * line - spans.length, chosenTexts, 2 * (i - ofOctets), 2 * run);
            } else {
                System.arraycopy(spans, 2 * line, chosenSpans, 2 * i, 2 * run);
                if (before != null && chosenMade != null) {
                    System.arraycopy(before, 2 * line, chosenMade, 2 * i, 2 * run);
                }
            }
        }
        System.arraycopy(added.texts, 0, chosenTexts, 2 * (size - ofOctets), added.texts.length);
        System.arraycopy(added.shapes, 0, chosenShapes, size, added.shapes.length);
        // Bits of names that are gone make a search in vain, and no other answer.
        return new Fields(octets, chosenSpans, chosenMade, chosenTexts, chosenShapes, present | added.present);
    }

    /** These fields and behind them those. */
    public Fields and(Fields more) {
        return replaced(NO_NAMES, NO_NAMES, more);
    }

    /**
     * These fields without those of one connection: the fixed list and what {@code Connection} names (RFC 9110 section
     * 7.6.1). Host, Content-Length and others that frame or route a message stay even if Connection names them, so that
     * nobody can strip framing from outside.
     */
    public Fields withoutHopByHop() {
        return withoutHopByHop(NO_NAMES, EMPTY);
    }

    /** The same, and without those of these names as well, and with these behind them. */
    public Fields withoutHopByHop(FieldNames besides, Fields added) {
        int connection = find("connection");
        if (connection < 0 || (isText(2 * connection + 1, "keep-alive") && isLast(connection))) {
            return replaced(HOP_BY_HOP, besides, added);
        }
        FieldNames listed = FieldNames.of(members("connection"));
        return withoutLines(line -> isNamed(line, listed) && !isNamed(line, "host") && !isNamed(line, "content-length"))
                .replaced(HOP_BY_HOP, besides, added);
    }

    /** Whether no line after this one has its name. */
    private boolean isLast(int line) {
        for (int i = line + 1; i < shapes.length; i++) {
            if (shapes[i] == shapes[line] && isText(2 * i, name(line))) {
                return false;
            }
        }
        return true;
    }

    /** These fields without the lines of these names, and with those behind them. */
    public Fields replaced(FieldNames dropped, Fields added) {
        return replaced(dropped, NO_NAMES, added);
    }

    private Fields replaced(FieldNames dropped, FieldNames besides, Fields added) {
        if (added.spans.length > 0) {
            // Octets of two heads are more than one can hold.
            return replaced(dropped, besides, added.toBuilder().build());
        }
        int[] kept = new int[shapes.length];
        int size = 0;
        for (int line = 0; line < shapes.length; line++) {
            int shape = shapes[line];
            if (!(dropped.mayBe(shape) && isNamed(line, dropped))
                    && !(besides.mayBe(shape) && isNamed(line, besides))) {
                kept[size++] = line;
            }
        }
        return size == shapes.length && added.size() == 0 ? this : chosen(kept, size, added);
    }

    /** How many octets these lines are as a message has them, see {@link #encode}. */
    public int encodedBytes() {
        int bytes = 0;
        for (int line = 0; line < shapes.length; line++) {
            bytes += length(2 * line) + length(2 * line + 1) + LINE_OCTETS;
        }
        return bytes;
    }

    private int length(int at) {
        return at >= spans.length ? texts[at - spans.length].length() : (spans[at] & 0xffff) - (spans[at] >>> 16);
    }

    /**
     * Writes these lines as a message has them: names and values divided by a colon and a blank, each line with its end.
     * Lines that came as octets go as octets.
     *
     * @param into has room for {@link #encodedBytes()} from {@code at} on
     * @return where they end
     */
    public int encode(byte[] into, int at) {
        int to = at;
        for (int line = 0; line < shapes.length; line++) {
            to = encode(2 * line, into, to);
            into[to++] = ':';
            into[to++] = ' ';
            to = encode(2 * line + 1, into, to);
            into[to++] = '\r';
            into[to++] = '\n';
        }
        return to;
    }

    private int encode(int text, byte[] into, int at) {
        if (text < spans.length) {
            int start = spans[text] >>> 16;
            int length = (spans[text] & 0xffff) - start;
            System.arraycopy(octets, start, into, at, length);
            return at + length;
        }
        String known = texts[text - spans.length];
        for (int i = 0; i < known.length(); i++) {
            char c = known.charAt(i);
            into[at + i] = c <= 0xff ? (byte) c : (byte) '?';
        }
        return at + known.length();
    }

    /** A builder that starts from these lines. */
    public Builder toBuilder() {
        return builder().addAll(this);
    }

    /** Where texts come from that are to be kept. */
    public interface Texts {
        /** This text, or an equal one. */
        String of(String text);

        /** The text of these octets, as ISO-8859-1. */
        String of(byte[] octets, int from, int to);
    }

    /** These lines as texts that {@code source} gives: nothing of the head that they came in is kept alive. */
    public Fields of(Texts source) {
        if (shapes.length == 0) {
            return EMPTY;
        }
        String[] given = new String[2 * shapes.length];
        for (int at = 0; at < given.length; at++) {
            String known = known(at);
            given[at] = known != null ? source.of(known) : source.of(octets, spans[at] >>> 16, spans[at] & 0xffff);
        }
        return new Fields(NONE, NO_SPANS, null, given, shapes, present);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Fields fields) || fields.shapes.length != shapes.length) {
            return false;
        }
        for (int at = 0; at < 2 * shapes.length; at++) {
            if (!text(at).equals(fields.text(at))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int at = 0; at < 2 * shapes.length; at++) {
            hash = 31 * hash + text(at).hashCode();
        }
        return hash;
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
