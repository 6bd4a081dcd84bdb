package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.until;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** A real server as a process of its own, which can be killed, held and let go by its process id. For one thread. */
final class ServerProcess implements AutoCloseable {

    private static @Nullable Path embedded;

    private final int port;
    private final List<String> command;
    private final Path directory;
    private @Nullable Process process;

    private ServerProcess(Path program, int port, List<String> settings) {
        this.port = port;
        try {
            this.directory = Files.createTempDirectory("larder-redis-" + port + "-");
            Path configuration = directory.resolve("server.conf");
            List<String> lines = new ArrayList<>(settings);
            lines.add("bind 127.0.0.1");
            lines.add("dir " + directory);
            Files.write(configuration, lines);
            this.command = new ArrayList<>(List.of(program.toString(), configuration.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server with these settings, e.g. {@code appendonly no}, and nothing on disk. */
    static ServerProcess start(int port, String... settings) {
        List<String> all = new ArrayList<>(List.of("port " + port, "save \"\"", "appendonly no"));
        all.addAll(List.of(settings));
        ServerProcess server = new ServerProcess(embedded(), port, all);
        server.start();
        return server;
    }

    /** Another program, with nothing but these settings; it is not waited for. */
    static ServerProcess of(Path program, int port, String... settings) {
        ServerProcess server = new ServerProcess(program, port, List.of(settings));
        server.begin();
        return server;
    }

    /** A sentinel. */
    static ServerProcess sentinel(int port, String... settings) {
        List<String> all = new ArrayList<>(List.of("port " + port));
        all.addAll(List.of(settings));
        ServerProcess server = new ServerProcess(embedded(), port, all);
        server.command.add("--sentinel");
        server.start();
        return server;
    }

    private static synchronized Path embedded() {
        try {
            Path program = embedded;
            if (program == null) {
                File file = ExecutableProvider.newJarResourceProvider(ExecutableProvider.newProvidedVersionsMap())
                        .get();
                program = file.toPath();
                embedded = program;
            }
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    Path directory() {
        return directory;
    }

    /** Starts it, with what it had on disk, and waits until it answers. */
    void start() {
        begin();
        awaitAnswer();
    }

    /** Waits until it answers; fails where it has ended instead. */
    void awaitAnswer() {
        until("a server at " + port, () -> {
            if (!running().isAlive()) {
                throw new AssertionError("the server at " + port + " has ended: " + log());
            }
            try {
                return "PONG".equals(ask("PING"));
            } catch (UncheckedIOException notYet) {
                return false;
            }
        });
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void begin() {
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As if its machine had lost power. */
    void kill() {
        try {
            running().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** It does nothing any more, and its connections stay as they are. */
    void hold() {
        signal("-STOP");
    }

    /** It goes on where it was held. */
    void letGo() {
        signal("-CONT");
    }

    private Process running() {
        return Objects.requireNonNull(process, "not started");
    }

    private void signal(String signal) {
        try {
            int code = new ProcessBuilder(
                            "kill", signal, Long.toString(running().pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill " + signal + " answered " + code);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The answer to one command: a text, {@code (nil)} where there is none, a number, or a list of answers; what it refuses throws. */
    Object ask(String... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (String word : words) {
                byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
                out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(bytes);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            socket.getOutputStream().write(out.toByteArray());
            return answer(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The time by its clock, in milliseconds. */
    long millis() {
        List<?> time = (List<?>) ask("TIME");
        return Long.parseLong(String.valueOf(time.get(0))) * 1_000
                + Long.parseLong(String.valueOf(time.get(1))) / 1_000;
    }

    /** The answer to one command as a text. */
    String tell(String... words) {
        return String.valueOf(ask(words));
    }

    private static Object answer(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+':
                return rest;
            case ':':
                return Long.parseLong(rest);
            case '$':
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return "(nil)";
                }
                String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                in.readNBytes(2);
                return text;
            case '*':
                List<Object> list = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    list.add(answer(in));
                }
                return list;
            default:
                throw new IllegalStateException(line);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("the server has closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
