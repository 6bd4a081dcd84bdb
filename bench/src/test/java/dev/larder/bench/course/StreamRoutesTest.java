package dev.larder.bench.course;

import static dev.larder.bench.course.CourseRig.USER;
import static dev.larder.bench.course.CourseRig.cookie;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@NullUnmarked
class StreamRoutesTest {
    @RegisterExtension
    static final CourseRig rig = new CourseRig();

    @Test
    void pageIsHtmlOrComponentByOneField() {
        RawHttp.Response html = rig.get("/user/courses", cookie(USER));
        assertTrue(html.field("content-type").startsWith("text/html"));
        assertEquals("private, no-cache, no-store, max-age=0, must-revalidate", html.field("cache-control"));
        assertTrue(html.text().contains("Katarina Adler"));
        RawHttp.Response component = rig.get("/user/courses", cookie(USER), "RSC: 1");
        assertEquals("text/x-component", component.field("content-type"));
        assertTrue(component.text().startsWith("0:"));
        assertEquals("gzip", rig.get("/", "Accept-Encoding: gzip").field("content-encoding"));
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(RawHttp.request("GET", "/api/stream?pieces=3&every=1000", ""));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            List<Long> times = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("data: ")) {
                    times.add(System.nanoTime());
                }
            }
            assertEquals(3, times.size());
            assertTrue(times.get(2) - times.get(0) > Duration.ofMillis(400).toNanos(), "they came together");
        }
    }

    @Test
    void blobHasAsManyBytesAsAskedFor() throws Exception {
        long bytes = 20_000_003;
        try (Socket socket = connected()) {
            socket.getOutputStream().write(RawHttp.request("GET", "/api/blob?length=1&bytes=" + bytes, ""));
            InputStream in = socket.getInputStream();
            assertTrue(head(in).contains("Content-Length: " + bytes));
            byte[] buffer = new byte[1 << 16];
            long position = 0;
            for (int read = in.read(buffer); read >= 0 && position < bytes; read = in.read(buffer)) {
                assertEquals((byte) (position % 251), buffer[0]);
                position += read;
            }
            assertEquals(bytes, position);
        }
    }

    @Test
    void blobThatIsCutEndsWithoutItsLastChunk() {
        assertEquals(1000, rig.get("/api/blob?bytes=1000").body().length);
        IllegalStateException cut =
                assertThrows(IllegalStateException.class, () -> rig.get("/api/blob?bytes=1000&cut=400"));
        assertTrue(cut.getMessage().contains("after 400 bytes"), cut.getMessage());
    }

    @Test
    void uploadIsCounted() throws Exception {
        try (Socket socket = connected()) {
            int bytes = 10_000_000;
            socket.getOutputStream()
                    .write(("POST /api/blob HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + bytes
                                    + "\r\nExpect: 100-continue\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertTrue(head(in).startsWith("HTTP/1.1 100 "));
            byte[] block = new byte[1_000_000];
            for (int i = 0; i < bytes / block.length; i++) {
                socket.getOutputStream().write(block);
            }
            assertTrue(RawHttp.parse(in.readAllBytes(), false).text().startsWith("{\"bytes\":10000000,\"crc32\":\""));
        }
    }

    @Test
    void webSocketSendsBackWhatItGets() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + rig.backend().port() + "/api/ws"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                        received.add(data.toString());
                        webSocket.request(1);
                        return null;
                    }
                })
                .get(10, TimeUnit.SECONDS);
        socket.sendText("first", true).get(10, TimeUnit.SECONDS);
        assertEquals("first", received.poll(10, TimeUnit.SECONDS));
        socket.sendText("second", true).get(10, TimeUnit.SECONDS);
        assertEquals("second", received.poll(10, TimeUnit.SECONDS));
        socket.abort();
        assertEquals(426, rig.get("/api/ws").status());
    }

    @Test
    void slowRequestsAreSlowSideBySide() throws Exception {
        rig.backend().slowness(Slowness.ofReads(Duration.ofSeconds(3)));
        ExecutorService clients = Executors.newFixedThreadPool(64);
        try {
            long start = System.nanoTime();
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                answers.add(clients.submit(
                        () -> rig.get("/api/user/courses", cookie(USER)).status()));
            }
            for (Future<Integer> answer : answers) {
                assertEquals(200, answer.get(60, TimeUnit.SECONDS));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            // One after another on 16 connections they would take 4 x 3 s and the time of their statements.
            assertTrue(millis >= 3_000 && millis < 12_000, "64 at once took " + millis + " ms");
        } finally {
            clients.shutdownNow();
            rig.backend().slowness(Slowness.NONE);
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (Socket socket = connected()) {
            String first = "GET /api/user/courses/c001 HTTP/1.1\r\nHost: x\r\n" + cookie(USER) + "\r\n\r\n";
            String second = "GET /api/blob?bytes=3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write((first + first + second).getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readNBytes(3 * 200), StandardCharsets.ISO_8859_1);
            assertTrue(all.startsWith("HTTP/1.1 200 OK"), all);
            String rest = new String(readToEnd(socket), StandardCharsets.ISO_8859_1);
            assertEquals(3, (all + rest).split("HTTP/1.1 200 OK", -1).length - 1);
        }
    }

    @Test
    void databaseOutlivesABackendAndThePortIsFreeAgain() throws Exception {
        CourseBackend first = CourseBackend.start(0, rig.backend().database(), CourseOptions.defaults());
        int port = first.port();
        assertEquals(200, RawHttp.send(port, "GET", "/api/public/lessons", "").status());
        first.close();
        try (CourseBackend second = CourseBackend.start(port, rig.backend().database(), CourseOptions.defaults())) {
            assertEquals(
                    200,
                    RawHttp.send(second.port(), "GET", "/api/public/lessons", "")
                            .status());
        }
    }

    private static byte[] readToEnd(Socket socket) throws Exception {
        return socket.getInputStream().readAllBytes();
    }

    private static Socket connected() throws Exception {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), rig.backend().port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String head(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new AssertionError("ended within a head: " + head);
            }
            head.append((char) octet);
        }
        return head.toString();
    }
}
