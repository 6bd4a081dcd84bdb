package dev.larder.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The protocol of several sidecars keeps its promises in the model, and the model sees where it would not. */
class ModelTest {

    /** Enough to find most flaws at once; {@link ModelRun} goes on for as long as one likes. */
    private static final int WALKS = 600;

    private static List<Setup> walks() {
        return Setups.walks();
    }

    private static List<Setup> wholes() {
        return Setups.wholes();
    }

    @ParameterizedTest
    @MethodSource("walks")
    void nothingIsStaleAndNobodyWaitsForEver(Setup setup) {
        Walker walker = new Walker(setup, Setups.LENGTH);
        assertNull(told(walker.walk(1, WALKS)));
        assertTrue(walker.steps > 10L * WALKS, "walks that lead nowhere");
    }

    @ParameterizedTest
    @MethodSource("wholes")
    void noInterleavingOfASmallSetupIsStale(Setup setup) {
        Explorer explorer = new Explorer(setup, 200_000);
        assertNull(told(explorer.explore()));
        assertFalse(explorer.cutShort, "more states than expected");
        assertTrue(explorer.states() > 1_000, "fewer states than expected");
    }

    @ParameterizedTest
    @EnumSource(Flaw.class)
    void aFlawIsFound(Flaw flaw) {
        Walker walker = new Walker(Setups.revealing(flaw), Setups.LENGTH);
        assertNotNull(walker.walk(Setups.seed(flaw), 8_000), "no walk broke a promise");
    }

    @Test
    void aRunThatBreaksAPromiseIsShortenedAndToldInWords() {
        Setup setup = Setups.revealing(Flaw.NO_ACKS);
        Run run = new Walker(setup, Setups.LENGTH).walk(1, 8_000);
        assertNotNull(run);
        Run shortest = run.shortest();
        assertTrue(shortest.steps().length <= run.steps().length);
        assertTrue(shortest.story().contains("BROKEN: "), shortest.story());
        assertTrue(shortest.story().contains("answers the write of version 1"), shortest.story());
    }

    private static @Nullable String told(@Nullable Run run) {
        return run == null ? null : run.shortest().story();
    }
}
