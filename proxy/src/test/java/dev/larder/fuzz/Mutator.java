package dev.larder.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes inputs: some changes know what lines, fields and numbers are, others know nothing. */
final class Mutator {

    private static final int LONGEST = 4096;

    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "00",
            "+1",
            "-1",
            " 1",
            "1 ",
            "0x1",
            "1e1",
            "1,1",
            "1.0",
            "",
            "ff",
            "FFFFFFFF",
            "100000000",
            "2147483647",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "99999999999999999999");

    private final RandomGenerator random;
    private final List<byte[]> words;

    Mutator(RandomGenerator random, List<String> words) {
        this.random = random;
        this.words = words.stream().map(Escaped::bytes).toList();
    }

    /** Another input; {@code other} is one that it may take something of. */
    byte[] mutate(byte[] input, byte[] other) {
        byte[] changed = input;
        int changes = 1 << random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            changed = change(changed, other);
        }
        return changed.length > LONGEST ? java.util.Arrays.copyOf(changed, LONGEST) : changed;
    }

    private byte[] change(byte[] input, byte[] other) {
        int at = random.nextInt(input.length + 1);
        return switch (random.nextInt(16)) {
            case 0, 1, 2 -> insert(input, at, words.get(random.nextInt(words.size())));
            case 3 -> replace(input, words.get(random.nextInt(words.size())));
            case 4 -> insert(input, at, new byte[] {(byte) random.nextInt(256)});
            case 5 -> set(input, (byte) random.nextInt(256));
            case 6 -> set(input, (byte) " \t\r\n\0:;,".charAt(random.nextInt(8)));
            case 7 -> delete(input);
            case 8 -> flip(input);
            case 9, 10, 11 -> lines(input, other);
            case 12 -> number(input);
            case 13 -> casing(input);
            case 14 -> splice(input, other);
            default -> repeat(input);
        };
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    private static byte[] part(byte[] input, int from, int to) {
        return java.util.Arrays.copyOfRange(input, from, to);
    }

    private static byte[] insert(byte[] input, int at, byte[] what) {
        return join(part(input, 0, at), what, part(input, at, input.length));
    }

    private byte[] replace(byte[] input, byte[] by) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(by.length + 2));
        return join(part(input, 0, from), by, part(input, to, input.length));
    }

    private byte[] set(byte[] input, byte value) {
        if (input.length == 0) {
            return input;
        }
        byte[] changed = input.clone();
        changed[random.nextInt(input.length)] = value;
        return changed;
    }

    private byte[] flip(byte[] input) {
        if (input.length == 0) {
            return input;
        }
        byte[] changed = input.clone();
        changed[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private byte[] delete(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + 1 + random.nextInt(random.nextInt(8) == 0 ? 64 : 4));
        return join(part(input, 0, from), part(input, to, input.length));
    }

    private byte[] repeat(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + 1 + random.nextInt(32));
        byte[] what = part(input, from, to);
        byte[] changed = input;
        int times = random.nextInt(10) == 0 ? 40 : 1;
        for (int i = 0; i < times && changed.length < LONGEST; i++) {
            changed = insert(changed, to, what);
        }
        return changed;
    }

    private byte[] splice(byte[] input, byte[] other) {
        return join(
                part(input, 0, random.nextInt(input.length + 1)),
                part(other, random.nextInt(other.length + 1), other.length));
    }

    private byte[] casing(byte[] input) {
        byte[] changed = input.clone();
        int from = random.nextInt(input.length + 1);
        for (int i = from; i < Math.min(input.length, from + 12); i++) {
            if (Character.isLetter(changed[i])) {
                changed[i] ^= 0x20;
            }
        }
        return changed;
    }

    private byte[] number(byte[] input) {
        List<int[]> numbers = new ArrayList<>();
        for (int i = 0; i < input.length; i++) {
            int end = i;
            while (end < input.length && Character.isDigit(input[end])) {
                end++;
            }
            if (end > i) {
                numbers.add(new int[] {i, end});
                i = end;
            }
        }
        if (numbers.isEmpty()) {
            return input;
        }
        int[] chosen = numbers.get(random.nextInt(numbers.size()));
        String digits = new String(input, chosen[0], chosen[1] - chosen[0], StandardCharsets.ISO_8859_1);
        String by = switch (random.nextInt(5)) {
            case 0 -> "0" + digits;
            case 1 -> digits + random.nextInt(10);
            case 2 -> Integer.toString(random.nextInt(40));
            default -> NUMBERS.get(random.nextInt(NUMBERS.size()));
        };
        return join(part(input, 0, chosen[0]), Escaped.bytes(by), part(input, chosen[1], input.length));
    }

    private byte[] lines(byte[] input, byte[] other) {
        List<byte[]> lines = split(input);
        int at = random.nextInt(lines.size());
        switch (random.nextInt(8)) {
            case 0 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 1 -> lines.remove(at);
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            case 3 -> lines.set(at, join(Escaped.bytes(random.nextBoolean() ? " " : "\t"), lines.get(at)));
            case 4 -> {
                List<byte[]> others = split(other);
                lines.add(at, others.get(random.nextInt(others.size())));
            }
            case 5 -> lines.set(at, ended(lines.get(at), "\n"));
            case 6 ->
                lines.set(
                        at,
                        ended(
                                lines.get(at),
                                List.of("\r", " \r\n", "\r\r\n", "\n\r\n", "").get(random.nextInt(5))));
            default -> lines.set(at, colon(lines.get(at)));
        }
        return join(lines.toArray(byte[][]::new));
    }

    private static List<byte[]> split(byte[] input) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < input.length; i++) {
            if (input[i] == '\n') {
                lines.add(part(input, from, i + 1));
                from = i + 1;
            }
        }
        lines.add(part(input, from, input.length));
        return lines;
    }

    private static byte[] ended(byte[] line, String by) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        return Escaped.bytes(text.replaceFirst("\r\n$", "") + by);
    }

    private byte[] colon(byte[] line) {
        String text = new String(line, StandardCharsets.ISO_8859_1);
        String by = List.of(" :", "\t:", ":\t", ": ", "", "::", ":\0", ": \t ").get(random.nextInt(8));
        return Escaped.bytes(text.replaceFirst(":", by));
    }
}
