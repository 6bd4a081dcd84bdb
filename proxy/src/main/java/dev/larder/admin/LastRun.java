package dev.larder.admin;

import static dev.larder.admin.Json.member;

import dev.larder.exchange.RulesInForce;
import dev.larder.plan.Rulebook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Notes which public keys were asked for most, for {@code larder warm --last-run}: one line of what {@code larder top
 * --json} prints. Keys of routes that know their visitors are left out, since nobody else can ask for them, and they may say
 * who somebody is. For the thread that ends the process.
 */
public final class LastRun {

    private final Path file;
    private final Traffic traffic;
    private final Supplier<RulesInForce> rules;
    private final InstantSource clock;

    /** Will note into this file, in the place of what it holds. */
    public LastRun(Path file, Traffic traffic, Supplier<RulesInForce> rules, InstantSource clock) {
        this.file = file;
        this.traffic = traffic;
        this.rules = rules;
        this.clock = clock;
    }

    /**
     * Notes, unless nothing was asked for: then what an earlier run has noted is worth more.
     *
     * @return how many keys have been noted
     * @throws IOException if the file cannot be written; then it is as it was
     */
    public int note() throws IOException {
        Rulebook rulebook = rules.get().rulebook();
        List<TopKeys.Top> keys = traffic.keys().top(Integer.MAX_VALUE).stream()
                .filter(top -> isPublic(rulebook, top.key()))
                .toList();
        if (keys.isEmpty()) {
            return 0;
        }
        Path folder = file.toAbsolutePath().getParent();
        // Readable by this user alone, as temporary files are: keys hold what visitors look for.
        Path written = Files.createTempFile(folder, ".larder-last-run", ".json");
        try {
            String text = Json.text(Json.object(
                    member("at", clock.instant()),
                    member("fingerprint", rulebook.fingerprint()),
                    member("keys", StatsView.keys(keys))));
            Files.write(written, (text + "\n").getBytes(StandardCharsets.UTF_8));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
        return keys.size();
    }

    private static boolean isPublic(Rulebook rulebook, String key) {
        return rulebook.place(key)
                .filter(place -> place.route().identity().isEmpty())
                .isPresent();
    }
}
