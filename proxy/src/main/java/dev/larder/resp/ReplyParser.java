package dev.larder.resp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replies from octets, in whatever pieces these come. Octet strings are copied once, into arrays of their own, and of no buffer
 * anything is kept. Confined to one thread.
 *
 * <p>What is no reply, or a longer one than there may be, is {@link Garbled}; after it this parser is of no use. Lists of lists are
 * taken for garbled as well: no command that is asked here has them.
 */
final class ReplyParser {

    /** Takes replies as they are complete. */
    interface Sink {
        void reply(@Nullable Object reply);
    }

    /** What came is no reply. */
    static final class Garbled extends RuntimeException {
        private static final long serialVersionUID = 1;

        Garbled(String what) {
            super(what, null, false, false);
        }
    }

    /** An error's text is the longest line. */
    private static final int LONGEST_LINE = 8 << 10;

    /** What is set aside for an octet string before any of it has come. */
    private static final int FIRST_BYTES = 1 << 20;

    /** The same for the members of a list. */
    private static final int FIRST_MEMBERS = 64;

    private final int mostBytes;

    private byte[] line = new byte[64];
    private int lineLength;

    /** The octet string that is being read, and how much of it is there; its length includes the end of line behind it. */
    private byte @Nullable [] octets;

    private int octetsLength;
    private int octetsRead;
    private int endRead;

    /** The list that is being read, and how many members are missing. */
    private @Nullable List<@Nullable Object> list;

    private int missing;

    /** What the reply that is being read takes so far. */
    private int taken;

    /**
     * A parser at the beginning of a reply.
     *
     * @param mostBytes what one reply may take, with all its members
     */
    ReplyParser(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Reads all that there is; borrows the buffer.
     *
     * @throws Garbled at the first octet that makes no sense
     */
    void read(ByteBuf in, Sink sink) {
        while (in.isReadable()) {
            byte[] reading = octets;
            if (reading != null) {
                if (isWhole(reading, in)) {
                    byte[] whole = octets;
                    octets = null;
                    member(whole, sink);
                }
            } else if (isLine(in)) {
                int length = lineLength;
                lineLength = 0;
                begin(length, sink);
            }
        }
    }

    /** Whether a whole line is there now, without its end. */
    private boolean isLine(ByteBuf in) {
        while (in.isReadable()) {
            byte octet = in.readByte();
            if (octet == '\n') {
                if (lineLength < 2 || line[--lineLength] != '\r') {
                    throw new Garbled("a line without its carriage return");
                }
                return true;
            }
            if (lineLength == line.length) {
                if (lineLength >= LONGEST_LINE) {
                    throw new Garbled("a line of more than " + LONGEST_LINE + " octets");
                }
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = octet;
        }
        return false;
    }

    private void begin(int length, Sink sink) {
        take(length + 2);
        switch (line[0]) {
            case '$' -> beginOctets(count(length), sink);
            case '*' -> beginList(count(length), sink);
            case ':' -> member(number(length), sink);
            case '+' -> member(text(length), sink);
            case '-' -> member(new Question.Refusal(text(length)), sink);
            default -> throw new Garbled("no reply begins with octet " + line[0]);
        }
    }

    private void beginOctets(int length, Sink sink) {
        if (length < 0) {
            member(null, sink);
            return;
        }
        take(length + 2);
        octets = new byte[Math.min(length, FIRST_BYTES)];
        octetsLength = length;
        octetsRead = 0;
        endRead = 0;
    }

    private void beginList(int count, Sink sink) {
        if (list != null) {
            throw new Garbled("a list in a list");
        }
        if (count <= 0) {
            member(count < 0 ? null : List.of(), sink);
            return;
        }
        // Each member takes some octets, so that a count is bounded as well.
        if (count > (mostBytes - taken) / 4) {
            throw new Garbled("a list of " + count);
        }
        list = new ArrayList<>(Math.min(count, FIRST_MEMBERS));
        missing = count;
    }

    /** Whether the octet string and the end of line behind it are there now. */
    private boolean isWhole(byte[] reading, ByteBuf in) {
        int more = Math.min(in.readableBytes(), octetsLength - octetsRead);
        byte[] into = reading;
        if (octetsRead + more > into.length) {
            into = Arrays.copyOf(into, Math.min(octetsLength, Math.max(octetsRead + more, 2 * into.length)));
            octets = into;
        }
        in.readBytes(into, octetsRead, more);
        octetsRead += more;
        while (octetsRead == octetsLength && endRead < 2 && in.isReadable()) {
            if (in.readByte() != (endRead++ == 0 ? '\r' : '\n')) {
                throw new Garbled("an octet string that goes on behind its end");
            }
        }
        return endRead == 2;
    }

    private void member(@Nullable Object member, Sink sink) {
        List<@Nullable Object> members = list;
        if (members == null) {
            taken = 0;
            sink.reply(member);
            return;
        }
        members.add(member);
        if (--missing == 0) {
            list = null;
            taken = 0;
            sink.reply(members);
        }
    }

    private void take(int bytes) {
        taken += bytes;
        if (taken > mostBytes) {
            throw new Garbled("a reply of more than " + mostBytes + " octets");
        }
    }

    /** A length: -1 for what is not there, else at most what one reply may take. */
    private int count(int length) {
        long count = number(length);
        if (count < -1 || count > mostBytes) {
            throw new Garbled("a length of " + count);
        }
        return (int) count;
    }

    private long number(int length) {
        boolean negative = length > 1 && line[1] == '-';
        int from = negative ? 2 : 1;
        if (length <= from || length - from > 18) {
            throw new Garbled("a number of " + (length - from) + " digits");
        }
        long number = 0;
        for (int i = from; i < length; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9) {
                throw new Garbled("a number with octet " + line[i]);
            }
            number = number * 10 + digit;
        }
        return negative ? -number : number;
    }

    private String text(int length) {
        return new String(line, 1, length - 1, StandardCharsets.UTF_8);
    }
}
