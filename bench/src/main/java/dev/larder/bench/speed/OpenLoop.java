package dev.larder.bench.speed;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The process that sends at a fixed rate, from this side. For one thread; blocking. */
final class OpenLoop implements FixedRate, AutoCloseable {
    private final JsonMapper json = JsonMapper.builder().build();
    private final Process process;
    private final BufferedReader answers;
    private final OutputStream jobs;
    private final Thread atEnd;

    private OpenLoop(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.jobs = process.getOutputStream();
        this.atEnd = new Thread(process::destroyForcibly, "ending the load");
        Runtime.getRuntime().addShutdownHook(atEnd);
    }

    /** Starts it with the class path of this process, where this process is pinned. */
    static OpenLoop start() throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xms256m",
                        "-Xmn200m",
                        "-Xmx512m",
                        "-Dlogback.configurationFile=larder-bench-logback.xml",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OpenLoopMain.class.getName()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new OpenLoop(process);
    }

    @Override
    public OpenLoopResult run(OpenLoopJob job) throws IOException {
        jobs.write((json.writeValueAsString(job) + "\n").getBytes(StandardCharsets.UTF_8));
        jobs.flush();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(OpenLoopMain.RESULT)) {
                return json.readValue(line.substring(OpenLoopMain.RESULT.length()), OpenLoopResult.class);
            }
        }
        throw new IOException("the process that sends the load has ended");
    }

    @Override
    public void close() throws IOException {
        jobs.close();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(atEnd);
        } catch (IllegalStateException ending) {
            // The process is ending, and this one has ended.
            return;
        }
    }
}
