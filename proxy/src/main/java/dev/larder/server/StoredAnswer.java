package dev.larder.server;

import dev.larder.exchange.Disposition;
import dev.larder.exchange.StatusFields;
import dev.larder.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;

/**
 * The octets of a whole answer from storage, in HTTP/1.1: the stored head as it was encoded once, what differs from one
 * answer to the next, and the body. It says what {@code Answers.stored} says. Pure; any thread.
 */
final class StoredAnswer {

    private static final byte[] VIA = ascii("Via: ");
    private static final byte[] CACHE_STATUS = ascii(" " + StatusFields.NAME + "\r\nCache-Status: ");
    private static final byte[] AGE = ascii("\r\nAge: ");
    private static final byte[] LENGTH = ascii("\r\nContent-Length: ");
    private static final byte[] END = ascii("\r\n\r\n");

    /** What a number may take. */
    private static final int DIGITS = 20;

    /** For the part that is made for each answer, which is short but for what Cache-Status may say. */
    private static final FastThreadLocal<Lines> LINES = new FastThreadLocal<>() {
        @Override
        protected Lines initialValue() {
            return new Lines();
        }
    };

    private StoredAnswer() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The answer; whoever calls owns it.
     *
     * @param inOne whether the body is in it as well, rather than sent behind it
     */
    static ByteBuf encode(
            ByteBufAllocator buffers,
            ResponseHead stored,
            long ageSeconds,
            Disposition how,
            byte[] body,
            boolean inOne) {
        Lines lines = LINES.get();
        String cacheStatus = StatusFields.cacheStatus(how);
        lines.begin(cacheStatus.length() + stored.version().length());
        lines.add(VIA);
        lines.add(stored.version());
        lines.add(CACHE_STATUS);
        lines.add(cacheStatus);
        lines.add(AGE);
        lines.add(ageSeconds);
        lines.add(LENGTH);
        lines.add(body.length);
        lines.add(END);
        byte[] head = stored.octets();
        ByteBuf answer = buffers.ioBuffer(head.length + lines.length + (inOne ? body.length : 0));
        answer.writeBytes(head);
        answer.writeBytes(lines.octets, 0, lines.length);
        return inOne ? answer.writeBytes(body) : answer;
    }

    /** Text on its way into a buffer. */
    private static final class Lines {

        private static final int FIXED =
                VIA.length + CACHE_STATUS.length + AGE.length + LENGTH.length + END.length + 2 * DIGITS;

        private byte[] octets = new byte[FIXED + 64];
        private int length;

        /** So many characters of text come besides what is always there. */
        void begin(int characters) {
            length = 0;
            if (octets.length < FIXED + characters) {
                octets = new byte[FIXED + characters];
            }
        }

        void add(byte[] text) {
            System.arraycopy(text, 0, octets, length, text.length);
            length += text.length;
        }

        /** ASCII only. */
        void add(String text) {
            for (int i = 0; i < text.length(); i++) {
                octets[length++] = (byte) text.charAt(i);
            }
        }

        /** A number that is not negative. */
        void add(long number) {
            int end = length + 1;
            for (long rest = number / 10; rest > 0; rest /= 10) {
                end++;
            }
            length = end;
            long rest = number;
            do {
                octets[--end] = (byte) ('0' + rest % 10);
                rest /= 10;
            } while (rest > 0);
        }
    }
}
