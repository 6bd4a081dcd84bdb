package dev.larder.bench.speed;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Writes the requests of one run at a fixed rate: octets that are there already, but for what differs. For one thread. */
final class BrowserRequest {
    private final byte[] untilNumber;
    private final byte[] afterNumber;
    private final byte[][] tokens;
    private final int[] draws;
    private final long run;

    /**
     * For a job.
     *
     * @param authority what Host says
     */
    BrowserRequest(String authority, Target target, long run) {
        StringBuilder fields = new StringBuilder(" HTTP/1.1\r\nHost: ").append(authority);
        BrowserHead.fields()
                .forEach((name, value) ->
                        fields.append("\r\n").append(name).append(": ").append(value));
        fields.append("\r\nCookie: ").append(BrowserHead.cookiesBeforeToken());
        this.untilNumber = octets("GET " + target.prefix());
        this.afterNumber = octets(fields.toString());
        this.tokens = IntStream.range(0, BrowserHead.VISITORS)
                .mapToObj(visitor -> octets(BrowserHead.token(visitor) + "\r\ntraceparent: "))
                .toArray(byte[][]::new);
        this.draws = target.draws(run);
        this.run = run;
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Writes the request of this number, from 0 on; borrows the buffer. */
    void write(long number, ByteBuf to) {
        to.writeBytes(untilNumber);
        if (draws.length == 0) {
            ascii(Long.toString(run), to);
            to.writeByte('h');
            ascii(Long.toString(number), to);
        } else {
            ascii(Integer.toString(draws[(int) (number % draws.length)]), to);
        }
        to.writeBytes(afterNumber);
        to.writeBytes(tokens[(int) (number % tokens.length)]);
        ascii(BrowserHead.traceparent(run << 32 | number, number), to);
        ascii("\r\n\r\n", to);
    }

    private static void ascii(String text, ByteBuf to) {
        int unused = ByteBufUtil.writeAscii(to, text);
    }
}
