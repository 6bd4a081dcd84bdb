package dev.larder.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.rig.Probes;
import dev.larder.rig.Probes.Probe;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an answer is taken for does not depend on how the network cuts it up. */
class SplitResponseTest {

    private static final int HEAD_BYTES = 32768;
    private static final int LONGEST = 2000;

    static List<Probe> probes() {
        return Probes.of("response-head", "response-body", "response-passing").stream()
                .filter(probe -> probe.bytes().length() <= LONGEST)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("probes")
    void isTheSameInOnePieceAndOctetByOctet(Probe probe) {
        byte[] bytes = probe.bytes().getBytes(StandardCharsets.ISO_8859_1);
        List<String> whole = understood(bytes, Math.max(1, bytes.length));
        assertEquals(whole, understood(bytes, 1));
        assertEquals(whole, understood(bytes, 2));
        assertEquals(whole, understood(bytes, 3));
    }

    /** Up to the first thing that is malformed: behind that nobody reads. */
    private static List<String> understood(byte[] bytes, int step) {
        OriginResponseDecoder decoder = new OriginResponseDecoder(HEAD_BYTES);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        decoder.expectAnswerTo("GET");
        for (int at = 0; at < bytes.length; at += step) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(step, bytes.length - at)));
        }
        List<String> events = new ArrayList<>();
        boolean broken = false;
        StringBuilder body = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!broken) {
                // Bytes as they are come behind a 101.
                broken = !(message instanceof HttpObject object)
                        || object.decoderResult().isFailure();
                if (broken) {
                    events.add("broken behind " + body);
                } else if (message instanceof HttpResponse response) {
                    events.add(response.status() + " " + response.headers().entries());
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
