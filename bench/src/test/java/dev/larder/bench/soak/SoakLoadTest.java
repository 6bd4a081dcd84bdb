package dev.larder.bench.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The load and its origin, without a sidecar between them. */
class SoakLoadTest {

    private static final int KEYS = 100;

    /** Its first one read on where a request had no body, and so never gave an answer. */
    @Test
    void originAnswersEveryRequestThatFills() throws IOException {
        try (SoakOrigin origin = new SoakOrigin();
                SoakLoad load = new SoakLoad(origin.port(), KEYS)) {
            load.fill(Duration.ofSeconds(60));
            assertEquals(KEYS, load.answered());
            assertEquals(0, load.failed());
            assertEquals(0, load.hits());
        }
    }

    @Test
    void silenceEndsTheFillingWithAMessage() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
                SoakLoad load = new SoakLoad(silent.getLocalPort(), KEYS)) {
            IOException told = assertThrows(IOException.class, () -> load.fill(Duration.ofMillis(50)));
            assertTrue(String.valueOf(told.getMessage()).contains("no answer"), told::getMessage);
        }
    }

    @Test
    void nobodyThereEndsTheFillingWithAMessage() throws IOException {
        try (Socket bound = new Socket()) {
            // Nobody listens there, and nobody else can be given the port.
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (SoakLoad load = new SoakLoad(bound.getLocalPort(), KEYS)) {
                IOException told = assertThrows(IOException.class, () -> load.fill(Duration.ofSeconds(60)));
                assertTrue(String.valueOf(told.getMessage()).contains("GET /things/"), told::getMessage);
            }
        }
    }

    /** It was looked for in KiB, where the JVM writes MiB. */
    @Test
    void heapIsReadAfterTheLastCollection() {
        String log = """
                [0.011s][info][gc] Using Serial
                [1.234s][info][gc] GC(0) Pause Young (Allocation Failure) 26M->9M(87M) 4.321ms
                [2.345s][info][gc] GC(1) Pause Young (Allocation Failure) 33M->12M(87M) 2.100ms
                """;
        assertEquals(12 * 1024, SoakSample.heapKib(log));
        assertEquals(0, SoakSample.heapKib("[0.011s][info][gc] Using Serial\n"));
    }
}
