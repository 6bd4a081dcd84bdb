package dev.larder.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyParserTest {

    private static final int MOST = 4 << 20;

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What these octets are when they come in pieces that end at these places. */
    private static List<@Nullable Object> read(byte[] octets, int... ends) {
        ReplyParser parser = new ReplyParser(MOST);
        List<@Nullable Object> replies = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= ends.length; i++) {
            int end = i == ends.length ? octets.length : ends[i];
            ByteBuf piece = Unpooled.copiedBuffer(octets, from, end - from);
            parser.read(piece, replies::add);
            assertEquals(0, piece.readableBytes(), "octets left over");
            piece.release();
            from = end;
        }
        return replies;
    }

    /** Octet strings as texts in angle brackets, so that replies can be compared and read. */
    private static String shown(@Nullable Object reply) {
        if (reply instanceof byte[] bytes) {
            return '<' + new String(bytes, StandardCharsets.ISO_8859_1) + '>';
        }
        return reply instanceof List<?> list
                ? list.stream().map(ReplyParserTest::shown).toList().toString()
                : String.valueOf(reply);
    }

    private static String shown(List<@Nullable Object> replies) {
        return String.join(" ", replies.stream().map(ReplyParserTest::shown).toList());
    }

    static Stream<Arguments> replies() {
        return Stream.of(
                Arguments.of("$3\r\nabc\r\n", "<abc>"),
                Arguments.of("$0\r\n\r\n", "<>"),
                Arguments.of("$-1\r\n", "null"),
                Arguments.of("$4\r\n\r\n$1\r\n", "<\r\n$1>"),
                Arguments.of("$2\r\n\u00ff\u0000\r\n", "<\u00ff\u0000>"),
                Arguments.of("*0\r\n", "[]"),
                Arguments.of("*-1\r\n", "null"),
                Arguments.of("*3\r\n$1\r\na\r\n$-1\r\n$0\r\n\r\n", "[<a>, null, <>]"),
                Arguments.of("*3\r\n:1\r\n+OK\r\n-ERR x\r\n", "[1, OK, Refusal[text=ERR x]]"),
                Arguments.of(":42\r\n", "42"),
                Arguments.of(":-7\r\n", "-7"),
                Arguments.of("+OK\r\n", "OK"),
                Arguments.of("+\r\n", ""),
                Arguments.of("-MOVED 1 host:2\r\n", "Refusal[text=MOVED 1 host:2]"),
                Arguments.of("+OK\r\n$1\r\na\r\n*1\r\n$1\r\nb\r\n", "OK <a> [<b>]"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void repliesAreReadInWhateverPiecesTheyCome(String text, String meaning) {
        byte[] octets = octets(text);
        assertEquals(meaning, shown(read(octets)));
        for (int end = 1; end < octets.length; end++) {
            assertEquals(meaning, shown(read(octets, end)), "in two pieces, the first of " + end);
        }
        int[] each = new int[octets.length - 1];
        Arrays.setAll(each, i -> i + 1);
        assertEquals(meaning, shown(read(octets, each)), "octet by octet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n",
                "\r\n",
                "\n",
                "+OK\n",
                "$3\r\nabcd\r\n",
                "$3\r\nabc\n\r",
                "$\r\n",
                "$-\r\n",
                "$-2\r\n",
                "$+1\r\n",
                "$1x\r\n",
                "$ 1\r\n",
                "$4194305\r\n",
                "$99999999999999999999\r\n",
                ":\r\n",
                ":1.5\r\n",
                "*-2\r\n",
                "*1048577\r\n",
                "*1\r\n*1\r\n$1\r\na\r\n",
                "%1\r\n+a\r\n+b\r\n",
                "_\r\n"
            })
    void whatIsNoReplyIsGarbledInWhateverPiecesItComes(String text) {
        byte[] octets = octets(text);
        assertThrows(ReplyParser.Garbled.class, () -> read(octets));
        for (int end = 1; end < octets.length; end++) {
            int first = end;
            assertThrows(ReplyParser.Garbled.class, () -> read(octets, first), "the first piece of " + end);
        }
    }

    @Test
    void aLineThatNeverEndsIsGarbled() {
        assertThrows(ReplyParser.Garbled.class, () -> read(octets("-ERR " + "x".repeat(9_000))));
    }

    @Test
    void theMembersOfAReplyAreBoundedTogether() {
        String half = "$2097152\r\n" + "x".repeat(2 << 20) + "\r\n";
        assertThrows(ReplyParser.Garbled.class, () -> read(octets("*2\r\n" + half + half)));
        // Two replies are two, whatever they come to.
        assertEquals(2, read(octets(half + half)).size());
    }

    /** Nothing is set aside on the word of a length alone. */
    @Test
    void aLongOctetStringGrowsAsItComes() {
        byte[] body = new byte[(3 << 20) + 17];
        new Random(3).nextBytes(body);
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        reply.writeBytes(octets("$" + body.length + "\r\n"));
        reply.writeBytes(body);
        reply.writeBytes(octets("\r\n"));
        byte[] octets = reply.toByteArray();
        for (int[] ends :
                new int[][] {{}, {1 << 20}, {12, 1 << 21, 3 << 20}, {octets.length - 2}, {octets.length - 1}}) {
            List<@Nullable Object> replies = read(octets, ends);
            assertEquals(1, replies.size());
            assertArrayEquals(body, (byte[]) replies.get(0));
        }
    }

    private static void write(Random random, int depth, ByteArrayOutputStream to, StringBuilder meaning) {
        switch (random.nextInt(depth == 0 ? 6 : 5)) {
            case 0 -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                to.writeBytes(octets("$" + bytes.length + "\r\n"));
                to.writeBytes(bytes);
                to.writeBytes(octets("\r\n"));
                meaning.append(shown(bytes));
            }
            case 1 -> {
                to.writeBytes(octets("$-1\r\n"));
                meaning.append("null");
            }
            case 2 -> {
                long number = random.nextLong() >> (8 + random.nextInt(50));
                to.writeBytes(octets(":" + number + "\r\n"));
                meaning.append(number);
            }
            case 3 -> {
                to.writeBytes(octets("+OK\r\n"));
                meaning.append("OK");
            }
            case 4 -> {
                to.writeBytes(octets("-ERR no\r\n"));
                meaning.append("Refusal[text=ERR no]");
            }
            default -> {
                int members = random.nextInt(5);
                to.writeBytes(octets("*" + members + "\r\n"));
                meaning.append('[');
                for (int i = 0; i < members; i++) {
                    meaning.append(i == 0 ? "" : ", ");
                    write(random, 1, to, meaning);
                }
                meaning.append(']');
            }
        }
    }

    @Test
    void randomRepliesInRandomPiecesAreReadAsTheyWereWritten() {
        Random random = new Random(11);
        for (int round = 0; round < 3_000; round++) {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            StringBuilder meaning = new StringBuilder();
            int replies = 1 + random.nextInt(6);
            for (int i = 0; i < replies; i++) {
                meaning.append(i == 0 ? "" : " ");
                write(random, 0, octets, meaning);
            }
            byte[] all = octets.toByteArray();
            int[] ends = random.ints(random.nextInt(8), 0, all.length).sorted().toArray();
            assertEquals(meaning.toString(), shown(read(all, ends)), "round " + round);
        }
    }

    @Test
    void flippedBitsAreRepliesOrGarbledAndNothingElse() {
        Random random = new Random(12);
        int garbled = 0;
        for (int round = 0; round < 5_000; round++) {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            write(random, 0, octets, new StringBuilder());
            write(random, 0, octets, new StringBuilder());
            byte[] all = octets.toByteArray();
            all[random.nextInt(all.length)] ^= (byte) (1 << random.nextInt(8));
            int end = random.nextInt(all.length);
            try {
                assertTrue(read(all, end).size() <= all.length, "more replies than octets");
            } catch (ReplyParser.Garbled expected) {
                garbled++;
            }
        }
        assertTrue(garbled > 1_000, "only " + garbled + " were noticed");
    }
}
