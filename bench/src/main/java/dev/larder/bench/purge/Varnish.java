package dev.larder.bench.purge;

import dev.larder.bench.files.FolderRemoval;
import dev.larder.bench.stage.AnswerReader;
import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.Listening;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Varnish of the machine's own, with a number of objects that it makes up itself, and its bans. A ban is one entry in a list: what it costs to
 * say is timed here, and each later lookup tests the object against what has come since. For one thread; all methods block.
 */
final class Varnish implements AutoCloseable {
    private static final List<String> PLACES =
            List.of("/usr/sbin/varnishd", "/usr/local/sbin/varnishd", "/usr/bin/varnishd");
    private static final int PIPELINED = 200;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int HEAD_LENGTH = 13;
    private static final String VCL = """
            vcl 4.1;
            backend default none;
            sub vcl_backend_error {
              set beresp.status = 200;
              set beresp.ttl = 1h;
              set beresp.http.x-group = regsub(bereq.url, "^/([0-9]+)/.*$", "\\1");
              synthetic({"%s"});
              return (deliver);
            }
            """;

    private final Process process;
    private final Path folder;
    private final int port;
    private final Socket admin;
    private final InputStream answers;

    private Varnish(Process process, Path folder, int port, Socket admin) throws IOException {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.admin = admin;
        this.answers = new BufferedInputStream(admin.getInputStream());
    }

    /** Where it is installed; empty where it is not. */
    static Optional<Path> program() {
        return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    static Varnish start(Path program, int objects, int groups) throws IOException {
        Path folder = Files.createTempDirectory("larder-varnish-");
        Path vcl = folder.resolve("bench.vcl");
        Files.writeString(vcl, VCL.formatted("lorem ipsum ".repeat(20)));
        int port = FreePort.next();
        int control = FreePort.next();
        Process process = new ProcessBuilder(
                        program.toString(),
                        "-F",
                        "-j",
                        "none",
                        "-n",
                        folder.resolve("work").toString(),
                        "-a",
                        "127.0.0.1:" + port,
                        "-T",
                        "127.0.0.1:" + control,
                        "-S",
                        "none",
                        "-f",
                        vcl.toString(),
                        "-s",
                        "malloc,4G")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Varnish varnish = null;
        try {
            Listening.await("varnishd", process, port, Duration.ofSeconds(30), folder.resolve("log"));
            Socket admin = new Socket(InetAddress.getLoopbackAddress(), control);
            admin.setTcpNoDelay(true);
            admin.setSoTimeout(PATIENCE_MILLIS);
            varnish = new Varnish(process, folder, port, admin);
            varnish.answer();
            varnish.fill(objects, groups);
            return varnish;
        } catch (IOException e) {
            if (varnish == null) {
                process.destroy();
            } else {
                varnish.close();
            }
            throw e;
        }
    }

    private void fill(int objects, int groups) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            AnswerReader answers = new AnswerReader(socket.getInputStream());
            for (int from = 0; from < objects; from += PIPELINED) {
                int until = Math.min(objects, from + PIPELINED);
                for (int id = from; id < until; id++) {
                    out.write(("GET /" + id % groups + "/" + id + " HTTP/1.1\r\nHost: bench\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
                for (int id = from; id < until; id++) {
                    int status = answers.answer();
                    if (status != 200) {
                        throw new IOException("Varnish answered " + status);
                    }
                }
            }
        }
    }

    /** Bans one group; how long that took, in nanoseconds. */
    long ban(int group) throws IOException {
        byte[] command = ("ban obj.http.x-group == " + group + "\n").getBytes(StandardCharsets.US_ASCII);
        long begin = System.nanoTime();
        admin.getOutputStream().write(command);
        answer();
        return System.nanoTime() - begin;
    }

    private void answer() throws IOException {
        String head = new String(answers.readNBytes(HEAD_LENGTH), StandardCharsets.US_ASCII);
        String text = new String(
                answers.readNBytes(Integer.parseInt(head.substring(4, 12).strip()) + 1), StandardCharsets.US_ASCII);
        if (!head.startsWith("200 ")) {
            throw new IOException("Varnish refused: " + head + text);
        }
    }

    @Override
    public void close() throws IOException {
        admin.close();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        FolderRemoval.remove(folder);
    }
}
