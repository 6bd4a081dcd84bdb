package dev.larder.bench.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Saturating load from wrk: each connection asks again as soon as it has its answer. For one thread; blocking. */
final class Wrk implements Saturation {
    /** As many as browsers behind a load balancer would keep. */
    static final int CONNECTIONS = 64;

    private static final List<String> PLACES = List.of("/usr/bin/wrk", "/usr/local/bin/wrk");

    private final Path program;
    private long run;

    Wrk(Path program, long firstRun) {
        this.program = program;
        this.run = firstRun;
    }

    /** Where it is installed; empty where it is not. */
    static Optional<Path> program() {
        return PLACES.stream().map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /**
     * What it said.
     *
     * @param requests that were answered, whatever the status
     * @param micros how long it took
     * @param status answers of 400 and above
     * @param medianMicros until an answer was whole, from when its request went out; not for comparing loads, since requests wait for answers
     */
    record Result(
            long requests,
            long micros,
            long notConnected,
            long notRead,
            long notWritten,
            long status,
            long timedOut,
            long medianMicros) {
        double perSecond() {
            return micros == 0 ? 0 : requests * 1e6 / micros;
        }

        long errors() {
            return notConnected + notRead + notWritten + status + timedOut;
        }
    }

    @Override
    public Result run(URI address, Target target, int connections, int seconds)
            throws IOException, InterruptedException {
        run++;
        Path script = Files.createTempFile("larder-wrk-", ".lua");
        Path said = Files.createTempFile("larder-wrk-", ".txt");
        try {
            Files.writeString(
                    script, WrkScript.text(address.getRawAuthority(), target, run), StandardCharsets.US_ASCII);
            Process process = new ProcessBuilder(
                            program.toString(),
                            "-t1",
                            "-c" + connections,
                            "-d" + seconds + "s",
                            "--timeout=10s",
                            "-s",
                            script.toString(),
                            address.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(seconds + 60L, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("wrk did not end within " + (seconds + 60) + " s");
            }
            return parse(Files.readString(said, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(script);
            Files.deleteIfExists(said);
        }
    }

    /**
     * Reads what wrk printed with {@link WrkScript}.
     *
     * @throws IOException where no result is in it; with what is
     */
    static Result parse(String said) throws IOException {
        String line = said.lines()
                .filter(one -> one.startsWith(WrkScript.RESULT))
                .findFirst()
                .orElseThrow(() -> new IOException("wrk gave no result: " + said.strip()));
        try {
            return JsonMapper.builder().build().readValue(line.substring(WrkScript.RESULT.length()), Result.class);
        } catch (JsonProcessingException e) {
            throw new IOException("wrk's result is no JSON: " + line, e);
        }
    }
}
