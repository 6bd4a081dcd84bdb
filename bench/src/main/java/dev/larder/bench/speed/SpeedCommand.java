package dev.larder.bench.speed;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code speed}: larder beside the native proxies, in one interleaved run. */
@Command(
        name = "speed",
        mixinStandardHelpOptions = true,
        description = {
            "Measures larder beside nginx, HAProxy, Varnish and the backend alone: those that are installed, each on one core,",
            "with load, backend and Redis on the other. Prints a table and writes JSON and an HTML report.",
            "All that it needs is started here, and ended, but for wrk, which finds the saturation: apt-get install wrk."
        })
public final class SpeedCommand implements Callable<Integer> {
    @Mixin
    private SpeedRun run = new SpeedRun();

    @Override
    public Integer call() throws Exception {
        return run.run();
    }
}
