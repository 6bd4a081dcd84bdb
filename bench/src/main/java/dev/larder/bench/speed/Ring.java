package dev.larder.bench.speed;

import dev.larder.bench.rivals.LarderCommand;
import dev.larder.bench.rivals.Rival;
import dev.larder.bench.rivals.RivalProcess;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What all scenarios share.
 *
 * @param rivals who takes part, in the order of the tables: those that are installed
 * @param rounds of each measurement; medians are taken of them
 * @param rateRounds of each measurement at a fixed rate, and of that with one connection
 * @param seconds of each slice
 * @param warmSeconds of load before anything counts, at most
 * @param larder how larder is run
 * @param proxyCore where proxies are pinned; empty for nowhere
 * @param redis an empty Redis
 * @param progress is told how it goes
 * @param configs fills with what proxies were configured with, by their names
 */
record Ring(
        List<Rival> rivals,
        int rounds,
        int rateRounds,
        int seconds,
        int warmSeconds,
        LarderCommand larder,
        OptionalInt proxyCore,
        URI redis,
        Consumer<String> progress,
        Map<String, String> configs) {

    /** Starts a proxy before an origin, and notes its configuration. */
    RivalProcess start(Rival rival, URI origin) throws IOException {
        RivalProcess started = RivalProcess.start(rival, origin, redis, larder, proxyCore);
        configs.putIfAbsent(rival.title(), started.config());
        return started;
    }

    /** Those of a scenario who take part. */
    List<Rival> among(List<Rival> ofScenario) {
        return rivals.stream().filter(ofScenario::contains).toList();
    }
}
