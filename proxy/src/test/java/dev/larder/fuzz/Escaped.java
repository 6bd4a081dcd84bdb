package dev.larder.fuzz;

import java.nio.charset.StandardCharsets;

/** Bytes as the text of a Java string, and back. */
final class Escaped {

    private Escaped() {}

    /** As a literal, with its quotes. */
    static String literal(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (byte octet : bytes) {
            int value = octet & 0xff;
            switch (value) {
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (value < ' ' || value > '~') {
                        text.append(String.format("\\u%04x", value));
                    } else {
                        text.append((char) value);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /** ISO-8859-1. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
