package dev.larder.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The graph of states, and its page in ARCHITECTURE.md, which cannot rot. */
class ExchangeStateTest {

    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\|.*\\|([^|]*)\\|$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("`([A-Z_]+)`");

    private static Set<ExchangeState> reachableFrom(ExchangeState start) {
        Set<ExchangeState> seen = EnumSet.of(start);
        Set<ExchangeState> fresh = EnumSet.of(start);
        while (!fresh.isEmpty()) {
            Set<ExchangeState> next = EnumSet.noneOf(ExchangeState.class);
            fresh.forEach(state -> next.addAll(state.next()));
            next.removeAll(seen);
            seen.addAll(next);
            fresh = next;
        }
        return seen;
    }

    @Test
    void everyStateIsReached() {
        assertEquals(EnumSet.allOf(ExchangeState.class), reachableFrom(ExchangeState.RECEIVED));
    }

    @ParameterizedTest
    @EnumSource
    void everyStateEnds(ExchangeState state) {
        assertTrue(reachableFrom(state).contains(ExchangeState.ANSWERED), state + " never ends");
    }

    @ParameterizedTest
    @EnumSource
    void onlyTheEndIsAnEnd(ExchangeState state) {
        assertEquals(state == ExchangeState.ANSWERED, state.next().isEmpty());
    }

    /** Going round is sending a follower to another flight, which each exchange does once. */
    @Test
    void onlyAFollowerGoesRound() {
        for (ExchangeState state : ExchangeState.values()) {
            boolean round =
                    state.next().stream().anyMatch(next -> reachableFrom(next).contains(state));
            assertEquals(state == ExchangeState.JOIN || state == ExchangeState.AWAIT, round, state.name());
        }
    }

    @Test
    void theTableInArchitectureMdIsThisOne() throws IOException {
        String page = Files.readString(Path.of("..", "ARCHITECTURE.md"), StandardCharsets.UTF_8);
        Map<ExchangeState, Set<ExchangeState>> written = new EnumMap<>(ExchangeState.class);
        Matcher row = ROW.matcher(page);
        while (row.find()) {
            Set<ExchangeState> next = EnumSet.noneOf(ExchangeState.class);
            Matcher name = NAME.matcher(row.group(2));
            while (name.find()) {
                next.add(ExchangeState.valueOf(name.group(1)));
            }
            written.put(ExchangeState.valueOf(row.group(1)), next);
        }
        Map<ExchangeState, Set<ExchangeState>> coded = new EnumMap<>(ExchangeState.class);
        for (ExchangeState state : ExchangeState.values()) {
            coded.put(state, state.next());
        }
        assertEquals(coded, written);
    }
}
