package dev.larder.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.exchange.RulesInForce;
import dev.larder.plan.Rulebook;
import dev.larder.rig.ProxyRig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run notes at its end. */
@NullUnmarked
class LastRunTest {

    private static final Rulebook RULES = ProxyRig.rulebook("""
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: true }
            routes:
              - { name: item, get: "/item/{id}", access: public, ttl: 5m }
              - { name: mine, get: "/mine/{id}", access: public, key: { id: path.id, who: identity.id }, ttl: 5m }
            """);

    @TempDir
    private Path folder;

    private final Traffic traffic = new Traffic(Instant.EPOCH);

    private LastRun into(Path file) {
        // The identities of a file take no part in it.
        return new LastRun(file, traffic, () -> new RulesInForce(RULES, null), () -> Instant.EPOCH);
    }

    @Test
    void onlyKeysThatAnybodyMayAskForAreNotedTheHottestFirst() throws Exception {
        traffic.keys().count("item:id:1", 8, 1_000);
        traffic.keys().count("item:id:2", 16, 1_000);
        traffic.keys().count("mine:id:1:who:PLANTED", 64, 1_000);
        traffic.keys().count("of-rules-that-are-gone:id:1", 64, 1_000);
        Path file = folder.resolve("last-run.json");
        Files.writeString(file, "an earlier run's");
        assertEquals(2, into(file).note());
        String text = Files.readString(file);
        assertTrue(text.indexOf("item:id:2") > 0 && text.indexOf("item:id:2") < text.indexOf("item:id:1"), text);
        assertFalse(text.contains("PLANTED") || text.contains("gone"), text);
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aRunInWhichNobodyAskedLeavesWhatAnEarlierOneNoted() throws Exception {
        Path file = folder.resolve("last-run.json");
        Files.writeString(file, "an earlier run's");
        assertEquals(0, into(file).note());
        assertEquals("an earlier run's", Files.readString(file));
    }

    @Test
    void aFileThatCannotBeWrittenIsSaid() {
        traffic.keys().count("item:id:1", 8, 1_000);
        assertThrows(
                IOException.class,
                () -> into(folder.resolve("missing").resolve("x.json")).note());
    }
}
