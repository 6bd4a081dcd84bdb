package dev.larder.conformance;

import dev.larder.rig.FreePort;
import dev.larder.rig.NpmFolder;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The npm package http-cache-tests, as package.json names it, in the build's target folder. */
final class CacheTests {

    private static final Duration STARTING = Duration.ofSeconds(30);
    private static final Duration RUNNING = Duration.ofMinutes(5);

    private final Path folder;
    private final Path installed;

    private CacheTests(Path folder) {
        this.folder = folder;
        this.installed = folder.resolve("node_modules/http-cache-tests");
    }

    /** One case and what came of it. */
    record Graded(String kind, String id, String grade, String reason) {

        boolean passed() {
            return isPass(grade);
        }

        static boolean isPass(String grade) {
            return grade.equals("pass") || grade.equals("yes");
        }
    }

    /** The suite's origin server, in a process of its own. */
    record Origin(Process process, int port) implements AutoCloseable {

        @Override
        public void close() throws InterruptedException {
            end(process);
        }
    }

    /** Installs the package, unless that was done before. */
    static CacheTests install() throws NpmFolder.Missing, IOException, InterruptedException {
        return new CacheTests(NpmFolder.install("conformance", Results.FOLDER.resolve("package.json")));
    }

    Path folder() {
        return folder;
    }

    /** Starts the suite's origin on a free port, and waits until it listens. */
    Origin startOrigin() throws IOException, InterruptedException {
        int port = FreePort.next();
        Process process = process(
                        installed,
                        "origin",
                        List.of("node", "server/server.mjs"),
                        Map.of(
                                "npm_config_protocol",
                                "http",
                                "npm_config_port",
                                Integer.toString(port),
                                "npm_config_pidfile",
                                folder.resolve("origin.pid").toString()))
                .start();
        long deadline = System.nanoTime() + STARTING.toNanos();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                end(process);
                throw new IllegalStateException(
                        "the suite's origin does not listen on port " + port + "; see " + folder.resolve("origin.log"));
            }
            process.waitFor(50, TimeUnit.MILLISECONDS);
        }
        return new Origin(process, port);
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket()) {
            probe.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    /**
     * Runs all cases against a cache, some 20 seconds, and grades them.
     *
     * @param name what the files in {@link #folder} are called by
     * @param address of the cache, as {@code host:port}
     */
    List<Graded> run(String name, String address) throws IOException, InterruptedException {
        ProcessBuilder cases = process(
                installed,
                name,
                List.of("node", "--no-warnings", "cli.mjs"),
                Map.of("npm_config_base", "http://" + address, "npm_package_config_id", ""));
        Path outcome = folder.resolve(name + ".json");
        expectSuccess("the suite", finish(cases.redirectOutput(outcome.toFile()), RUNNING), name);
        Path graded = folder.resolve(name + ".tsv");
        ProcessBuilder grading = process(
                folder,
                name,
                List.of(
                        "node",
                        Results.FOLDER.resolve("grade.mjs").toString(),
                        installed.toString(),
                        outcome.toString()),
                Map.of());
        // The suite's code for showing grades wants its own folder for its templates.
        grading.directory(installed.toFile());
        expectSuccess("grading", finish(grading.redirectOutput(graded.toFile()), STARTING), name);
        return Files.readAllLines(graded).stream()
                .map(line -> line.split("\t", -1))
                .map(cells -> new Graded(cells[0], cells[1], cells[2], cells[3]))
                .toList();
    }

    private void expectSuccess(String what, int exit, String name) {
        if (exit != 0) {
            throw new IllegalStateException(what + " ended with " + exit + "; see " + folder.resolve(name + ".log"));
        }
    }

    /** What it says goes to a log in the folder. */
    private ProcessBuilder process(Path directory, String name, List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        File log = folder.resolve(name + ".log").toFile();
        return builder.redirectOutput(log).redirectError(ProcessBuilder.Redirect.appendTo(log));
    }

    private int finish(ProcessBuilder builder, Duration patience) throws IOException, InterruptedException {
        Process process = builder.start();
        try {
            return process.waitFor(patience.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            end(process);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
