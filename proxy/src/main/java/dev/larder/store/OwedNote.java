package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One group of an {@link OwedJournal}, and the lines in which a file holds them. Pure.
 *
 * <p>A line is a checksum, a blank, and {@code + NUMBER HOLD SINCE =ROUTE =GROUP =RULES} (owed), {@code - NUMBER} (not any more) or,
 * as the first line, {@code larder-owed 1 =STORE}. Times are milliseconds. Texts are escaped, so that a line is ASCII and its parts
 * hold no blanks.
 *
 * @param group what to purge
 * @param hold how long it is to be kept from being stored, zero for not at all; a length and not a time, since clocks differ
 *     between one process and the next
 * @param since when it became owed, for people
 * @param rules the fingerprint of those whose group it is; empty where the line does not say
 */
record OwedNote(PurgeGroup group, Duration hold, Instant since, String rules) {

    private static final String TITLE = "larder-owed 1 ";

    /**
     * What a file holds.
     *
     * @param store for which it was written; null where it does not say
     * @param notes what it says is owed
     * @param whole whether all of it could be read; a last line without its end counts as never written
     */
    record Contents(@Nullable String store, List<OwedNote> notes, boolean whole) {}

    static String title(String store) {
        return line(TITLE + escaped(store));
    }

    String line(long number) {
        return line("+ " + number + " " + hold.toMillis() + " " + since.toEpochMilli() + " " + escaped(group.route())
                + " " + escaped(group.name()) + " " + escaped(rules));
    }

    static String gone(long number) {
        return line("- " + number);
    }

    static Contents read(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        Map<Long, OwedNote> notes = new LinkedHashMap<>();
        String store = null;
        boolean whole = true;
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            String said = payload(text.substring(at, end < 0 ? text.length() : end));
            if (said == null || !(at == 0 ? said.startsWith(TITLE) : take(said, notes))) {
                // Nobody was told that a line is on disk before all of it was.
                whole &= end < 0;
            } else if (at == 0) {
                store = unescaped(said.substring(TITLE.length()));
            }
            at = end < 0 ? text.length() : end + 1;
        }
        return new Contents(store, new ArrayList<>(notes.values()), whole);
    }

    private static boolean take(String said, Map<Long, OwedNote> notes) {
        String[] parts = said.split(" ", -1);
        try {
            if (parts.length == 2 && parts[0].equals("-")) {
                notes.remove(Long.parseLong(parts[1]));
                return true;
            }
            boolean withRules = parts.length == 7;
            if ((withRules || parts.length == 6) && parts[0].equals("+")) {
                notes.put(
                        Long.parseLong(parts[1]),
                        new OwedNote(
                                new PurgeGroup(unescaped(parts[5]), unescaped(parts[4])),
                                Duration.ofMillis(Long.parseLong(parts[2])),
                                Instant.ofEpochMilli(Long.parseLong(parts[3])),
                                withRules ? unescaped(parts[6]) : ""));
                return true;
            }
            return false;
        } catch (IllegalArgumentException notOurs) {
            return false;
        }
    }

    private static String line(String said) {
        return checksum(said) + " " + said + "\n";
    }

    private static @Nullable String payload(String line) {
        if (line.length() < 9 || line.charAt(8) != ' ') {
            return null;
        }
        String said = line.substring(9);
        return line.startsWith(checksum(said)) ? said : null;
    }

    private static String checksum(String said) {
        CRC32C crc = new CRC32C();
        crc.update(said.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder("=");
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            if (one > ' ' && one < 127 && one != '%') {
                escaped.append((char) one);
            } else {
                escaped.append('%').append(String.format(Locale.ROOT, "%02x", one & 0xff));
            }
        }
        return escaped.toString();
    }

    private static String unescaped(String text) {
        byte[] bytes = new byte[text.length()];
        int length = 0;
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == '%') {
                bytes[length++] = (byte) Integer.parseInt(text.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) text.charAt(i);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
