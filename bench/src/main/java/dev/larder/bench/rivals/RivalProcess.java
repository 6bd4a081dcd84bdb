package dev.larder.bench.rivals;

import dev.larder.bench.files.FolderRemoval;
import dev.larder.bench.stage.FreePort;
import dev.larder.bench.stage.Listening;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A proxy in processes of its own, on one core where the machine lets us choose. It ends with {@link #close}, at the latest when this process ends
 * in good order. For one thread; starting and ending block.
 */
public final class RivalProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Rival rival;
    private final Process process;
    private final Path folder;
    private final URI address;
    private final String config;
    private final long startNanos;
    private final long listensNanos;
    private final Thread atEnd = new Thread(this::end, "ending a proxy");

    private RivalProcess(
            Rival rival, Process process, Path folder, URI address, String config, long startNanos, long listensNanos) {
        this.rival = rival;
        this.process = process;
        this.folder = folder;
        this.address = address;
        this.config = config;
        this.startNanos = startNanos;
        this.listensNanos = listensNanos;
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param origin the backend behind it
     * @param redis for those that use one; not asked by others
     * @param larder how {@code larder} is run on this machine
     * @param core where it is pinned; empty for nowhere
     * @throws IOException where it does not start within two minutes; with what it said
     */
    public static RivalProcess start(Rival rival, URI origin, URI redis, LarderCommand larder, OptionalInt core)
            throws IOException {
        Path folder = Files.createTempDirectory("larder-speed-");
        Ground ground = new Ground(FreePort.next(), origin, redis, folder, System.getProperty("user.name"));
        URI address = URI.create("http://127.0.0.1:" + ground.port());
        List<String> command = new ArrayList<>();
        core.ifPresent(number -> command.addAll(List.of("taskset", "-c", Integer.toString(number))));
        String config = prepare(rival, ground, larder, command);
        Path log = folder.resolve("log");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            Listening.await(rival.title(), process, ground.port(), PATIENCE, log);
        } catch (IOException e) {
            end(process, folder);
            throw e;
        }
        RivalProcess started = new RivalProcess(rival, process, folder, address, config, start, System.nanoTime());
        Runtime.getRuntime().addShutdownHook(started.atEnd);
        return started;
    }

    /** Writes what the program needs, adds it to the command, and returns what a reader of the report should see of it. */
    private static String prepare(Rival rival, Ground ground, LarderCommand larder, List<String> command)
            throws IOException {
        Path file = ground.folder().resolve("config");
        String program = rival.program().map(Path::toString).orElse("");
        switch (rival) {
            case LARDER, LARDER_REDIS -> {
                List<String> words = larder.words(ground, rival == Rival.LARDER_REDIS);
                command.addAll(words);
                return larder.shown(ground, rival == Rival.LARDER_REDIS);
            }
            case NGINX, NGINX_LUA -> {
                String text = rival == Rival.NGINX
                        ? RivalConfigs.nginx(ground)
                        : RivalConfigs.nginxLua(ground, Rival.luaModules().orElseThrow());
                Files.writeString(file, text, StandardCharsets.UTF_8);
                command.addAll(List.of(program, "-p", ground.folder().toString(), "-c", file.toString()));
                return text;
            }
            case HAPROXY -> {
                String text = RivalConfigs.haproxy(ground);
                Files.writeString(file, text, StandardCharsets.UTF_8);
                command.addAll(List.of(program, "-db", "-f", file.toString()));
                return text;
            }
            case VARNISH -> {
                String text = RivalConfigs.varnish(ground);
                Files.writeString(file, text, StandardCharsets.UTF_8);
                List<String> words = List.of(
                        program,
                        "-F",
                        "-j",
                        "none",
                        "-n",
                        ground.folder().resolve("work").toString(),
                        "-a",
                        "127.0.0.1:" + ground.port(),
                        "-f",
                        file.toString(),
                        "-s",
                        "malloc,1g",
                        "-p",
                        "thread_pools=1",
                        "-p",
                        "http_max_hdr=128");
                command.addAll(words);
                return "# " + String.join(" ", words) + "\n" + text;
            }
            case ALONE -> throw new IllegalArgumentException("the backend alone has no proxy to start");
        }
        throw new IllegalStateException("no command for " + rival);
    }

    /** Which program it is. */
    public Rival rival() {
        return rival;
    }

    /** Where it listens. */
    public URI address() {
        return address;
    }

    /** What it was configured with, as a reader would want to see it. */
    public String config() {
        return config;
    }

    /** Its first process; the others descend from it. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** When it was started, by {@link System#nanoTime}. */
    public long startNanos() {
        return startNanos;
    }

    /** How long it took from there until it accepted a connection, in nanoseconds. */
    public long nanosUntilItListened() {
        return listensNanos - startNanos;
    }

    @Override
    public void close() {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The process is ending and the hook does it as well; twice does no harm.
            end();
            return;
        }
        end();
    }

    private void end() {
        end(process, folder);
    }

    private static void end(Process process, Path folder) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                boolean unused = process.waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        for (ProcessHandle left : all) {
            boolean unused = left.destroyForcibly();
        }
        FolderRemoval.remove(folder);
    }
}
