package dev.larder.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.http.RequestHead;
import dev.larder.http.SiteFields;
import dev.larder.rig.Probes;
import dev.larder.rig.Probes.Probe;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a request is taken for does not depend on how the network cuts it up. */
class SplitRequestTest {

    private static final int LINE_BYTES = 8192;
    private static final int HEAD_BYTES = 32768;
    private static final int LONGEST = 2000;
    private static final Forwarding FORWARDING = new Forwarding(List.of());
    private static final Forwarding.Hop HOP = FORWARDING.from(null);
    private static final RequestIntake INTAKE = new RequestIntake(FORWARDING, "backend");

    static List<Probe> probes() {
        return Probes.of(
                        "request-line",
                        "request-host",
                        "request-fields",
                        "request-length",
                        "request-coding",
                        "request-chunks",
                        "request-connection")
                .stream()
                .filter(probe -> probe.bytes().length() <= LONGEST)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("probes")
    void isTheSameInOnePieceAndOctetByOctet(Probe probe) {
        byte[] bytes = probe.bytes().getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(understood(bytes, bytes.length), understood(bytes, 1));
    }

    @ParameterizedTest
    @MethodSource("probes")
    void isTheSameInPiecesOfTwoAndThree(Probe probe) {
        byte[] bytes = probe.bytes().getBytes(StandardCharsets.ISO_8859_1);
        assertEquals(understood(bytes, bytes.length), understood(bytes, 2));
        assertEquals(understood(bytes, bytes.length), understood(bytes, 3));
    }

    /** A head as browsers send it is read in another way where it comes in one piece: what is odd in it must be odd to both. */
    @Test
    void headsWithAnOddOctetAreTheSameInPieces() {
        Random random = new Random(20261123);
        String odd = "\0\t\n\r\r \"%,-:;=?_{~\u007f\u0080\u00ff";
        for (int round = 0; round < 400; round++) {
            StringBuilder head = new StringBuilder(PlainHeadTest.BROWSER);
            int at = random.nextInt(head.length());
            char octet = odd.charAt(random.nextInt(odd.length()));
            if (random.nextBoolean()) {
                head.setCharAt(at, octet);
            } else {
                head.insert(at, octet);
            }
            byte[] bytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
            assertEquals(understood(bytes, bytes.length), understood(bytes, 17), head::toString);
        }
    }

    /** It is made once for a connection and a host, not read from each request. */
    @ParameterizedTest
    @MethodSource("probes")
    void siteIsWhatTheForwardedFieldsSay(Probe probe) {
        String believed =
                probe.bytes().replaceFirst("\r\n", "\r\nX-Forwarded-Host: other.example\r\nForwarded: host=b\r\n");
        for (String text : List.of(probe.bytes(), believed, PlainHeadTest.BROWSER)) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            for (Object event : understood(bytes, bytes.length)) {
                if (event instanceof ClientRequest request) {
                    RequestHead head = request.head();
                    assertEquals(
                            SiteFields.beyondAuthority(head.scheme(), head.authority(), head.fields()), head.site());
                }
            }
        }
    }

    /** Up to the first thing that is refused: behind that nobody reads. */
    private static List<Object> understood(byte[] bytes, int step) {
        EmbeddedChannel channel = new EmbeddedChannel(new StrictRequestDecoder(LINE_BYTES, HEAD_BYTES));
        for (int at = 0; at < bytes.length; at += step) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, at, Math.min(step, bytes.length - at)));
        }
        List<Object> events = new ArrayList<>();
        boolean refused = false;
        StringBuilder body = new StringBuilder();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            if (!refused && message instanceof HttpRequest request) {
                var refusal = FramingGuard.refusal(request);
                refused = refusal.isPresent();
                events.add(refused ? "refused with " + refusal.get().status() : INTAKE.accept(request, HOP));
            }
            if (!refused && message instanceof PlainRequest request) {
                events.add(INTAKE.accept(request, HOP));
                events.add("whole: ");
            }
            if (!refused && message instanceof HttpContent piece) {
                refused = piece.decoderResult().isFailure();
                body.append(piece.content().toString(StandardCharsets.ISO_8859_1));
                if (refused || message instanceof LastHttpContent) {
                    events.add(refused ? "broken" : "whole: " + body);
                    body.setLength(0);
                }
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
        return events;
    }
}
