package dev.larder.bench.course;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Percent-decoding in the two ways of the platform: forms guess, {@code decodeURIComponent} refuses. */
final class PercentDecoding {
    private PercentDecoding() {}

    /** As a form's name or value: {@code +} is a blank, a stray {@code %} stays, bad UTF-8 becomes U+FFFD. */
    static String ofForm(String text) {
        return new String(octets(text.replace('+', ' ')), StandardCharsets.UTF_8);
    }

    /** Strictly, or empty where a {@code %} is stray or the octets are not UTF-8; {@code +} stays. */
    static Optional<String> ofComponent(String text) {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (octet(text, i) < 0) {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets(text)))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static byte[] octets(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        int from = 0;
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            int octet = i < from ? -1 : octet(text, i);
            if (octet >= 0) {
                octets.writeBytes(text.substring(from, i).getBytes(StandardCharsets.UTF_8));
                octets.write(octet);
                from = i + 3;
            }
        }
        octets.writeBytes(text.substring(from).getBytes(StandardCharsets.UTF_8));
        return octets.toByteArray();
    }

    /** The octet that {@code %XX} at {@code index} stands for, or -1. */
    private static int octet(String text, int index) {
        if (index + 2 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(index + 1), 16);
        int low = Character.digit(text.charAt(index + 2), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }
}
