package dev.larder.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.ResponseHead;
import dev.larder.relay.WireFields;
import dev.larder.rig.Probes;
import dev.larder.rig.Probes.Probe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an answer is taken for does not depend on how the network cuts it up. */
class SplitResponseTest {

    private static final int HEAD_BYTES = 32768;
    private static final int LONGEST = 2000;

    private static final String USUAL = "HTTP/1.1 200 OK\r\n"
            + "Date: Mon, 23 Nov 2026 10:00:00 GMT\r\n"
            + "Connection: keep-alive\r\n"
            + "Keep-Alive: timeout=5\r\n"
            + "Content-Length: 12\r\n"
            + "X_y.z!: \"a\", b\r\n"
            + "\r\n"
            + "{\"a\":[1, 2]}";

    static List<Probe> probes() {
        return Probes.of("response-head", "response-body", "response-passing").stream()
                .filter(probe -> probe.bytes().length() <= LONGEST)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("probes")
    void isTheSameInOnePieceAndOctetByOctet(Probe probe) {
        byte[] bytes = probe.bytes().getBytes(StandardCharsets.ISO_8859_1);
        List<Object> whole = understood(bytes, Math.max(1, bytes.length));
        assertEquals(whole, understood(bytes, 1));
        assertEquals(whole, understood(bytes, 2));
        assertEquals(whole, understood(bytes, 3));
    }

    /** A head as it usually comes is read in another way where it comes in one piece: what is odd in it must be odd to both. */
    @Test
    void headsWithAnOddOctetAreTheSameInPieces() {
        Random random = new Random(20261124);
        String odd = "\0\t\n\r\r \"%,-:;=?_{~059\u007f\u0080\u00ff";
        int plain = 0;
        for (int round = 0; round < 600; round++) {
            StringBuilder answer = new StringBuilder(USUAL);
            int at = random.nextInt(USUAL.length());
            char octet = odd.charAt(random.nextInt(odd.length()));
            if (random.nextBoolean()) {
                answer.setCharAt(at, octet);
            } else {
                answer.insert(at, octet);
            }
            byte[] bytes = answer.toString().getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(understood(bytes, bytes.length), understood(bytes, 17), answer::toString);
            ByteBuf in = Unpooled.wrappedBuffer(bytes);
            plain += new PlainResponseHead(HEAD_BYTES).read(in) == null ? 0 : 1;
            in.release();
        }
        assertTrue(plain > 100 && plain < 500, plain + " of 600 were plain");
    }

    /** Up to the first thing that is malformed: behind that nobody reads. */
    private static List<Object> understood(byte[] bytes, int step) {
        OriginResponseDecoder decoder = new OriginResponseDecoder(HEAD_BYTES);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        decoder.expectAnswerTo("GET");
        for (int at = 0; at < bytes.length; at += step) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(step, bytes.length - at)));
        }
        List<Object> events = new ArrayList<>();
        boolean broken = false;
        StringBuilder body = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!broken && message instanceof PlainResponse plain) {
                events.add(plain.head());
            } else if (!broken) {
                // Bytes as they are come behind a 101.
                broken = !(message instanceof HttpObject object)
                        || object.decoderResult().isFailure();
                if (broken) {
                    events.add("broken behind " + body);
                } else if (message instanceof HttpResponse response) {
                    events.add(new ResponseHead(
                            response.status().code(),
                            response.status().reasonPhrase(),
                            WireFields.read(response.headers()),
                            response.protocolVersion().text().substring("HTTP/".length())));
                }
            }
            if (!broken && message instanceof HttpContent piece) {
                body.append(piece.content().toString(StandardCharsets.ISO_8859_1));
                if (message instanceof LastHttpContent) {
                    events.add("whole: " + body);
                    body.setLength(0);
                }
            }
            ReferenceCountUtil.release(message);
        }
        events.add(decoder.holdsBytes() ? "more" : "no more");
        channel.finishAndReleaseAll();
        return broken ? events.subList(0, events.size() - 1) : events;
    }
}
