package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.resp.Question;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What lookups of one turn ask together, and what becomes of the answers. */
class ReadTurnTest {

    private final List<String> told = new ArrayList<>();

    private final SharedRead.Owner owner = new SharedRead.Owner() {
        @Override
        public void answered(ReaderTrip trip) {
            told.add("answered");
        }

        @Override
        public void refused(String why) {
            told.add("refused " + why);
        }

        @Override
        public void lost(ReaderTrip trip, boolean garbled) {
            told.add(garbled ? "garbled" : "lost");
        }
    };

    private final ReadTurn turn = new ReadTurn(owner);

    /** Adds a lookup of an entry, under a route's group and the store-wide one. */
    private void lookUp(String entry, String route) {
        Trip trip = new Trip();
        int unusedGroup = trip.hashAll("group:" + route);
        int unusedAll = trip.hashAll("all");
        int unusedChange = trip.behind().hashFields("change:" + route, "e");
        int unusedEntry = trip.behind().hashFields(entry, "vary", "");
        add(trip);
    }

    @SuppressWarnings("NullAway") // nothing here asks a trip for its link
    private void add(Trip trip) {
        turn.add(new ReaderTrip(null, trip.size(), 0), trip.whole());
    }

    private List<String> asked() {
        return turn.inOrder().stream()
                .map(read -> String.join(" ", read.words()))
                .toList();
    }

    @Test
    void whatSeveralLookupsAskIsAskedOnceGroupsBeforeChangeTokensBeforeEntries() {
        lookUp("a", "x");
        lookUp("b", "y");
        lookUp("a", "x");
        lookUp("c", "x");
        assertEquals(
                List.of(
                        "HGETALL group:x",
                        "HGETALL all",
                        "HGETALL group:y",
                        "HMGET change:x e",
                        "HMGET change:y e",
                        "HMGET a vary ",
                        "HMGET b vary ",
                        "HMGET c vary "),
                asked());
    }

    @Test
    void otherFieldsOfTheSameEntryAreAnotherQuestion() {
        for (String variant : List.of("de", "fr", "de")) {
            Trip trip = new Trip();
            int unused = trip.hashFields("a", "vary", variant);
            add(trip);
        }
        assertEquals("HMGET a vary de", asked().get(0));
        assertEquals("HMGET a vary fr", asked().get(1));
    }

    /** What is asked behind something is not answered from before it. */
    @Test
    void theSameCommandBehindAnotherIsAnotherQuestion() {
        Trip early = new Trip();
        int unusedEarly = early.hashAll("a");
        Trip late = new Trip();
        int unusedFirst = late.hashAll("b");
        int unusedLate = late.behind().hashAll("a");
        add(early);
        add(late);
        assertEquals(List.of("HGETALL a", "HGETALL b", "HGETALL a"), asked());
    }

    @Test
    void everyTripThatAskedIsAnswered() {
        lookUp("a", "x");
        lookUp("a", "x");
        List<SharedRead> reads = turn.inOrder();
        assertTrue(reads.get(0).replied(List.of()));
        assertTrue(reads.get(1).replied(new Question.Refusal("NOPERM")));
        assertTrue(reads.get(2).replied(Arrays.asList((Object) null)));
        assertEquals(List.of("refused NOPERM"), told);
        assertTrue(reads.get(3).replied(Arrays.asList(new byte[0], null)));
        assertEquals(List.of("refused NOPERM", "answered", "answered"), told);
    }

    @Test
    void everyTripThatAskedHearsThatItIsLost() {
        lookUp("a", "x");
        lookUp("a", "x");
        turn.inOrder().get(0).lost(true);
        assertEquals(List.of("garbled", "garbled"), told);
    }

    static Stream<Arguments> otherForms() {
        byte[] octets = "x".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                Arguments.of("a field too few", false, List.of(octets)),
                Arguments.of("a field too many", false, List.of(octets, octets, octets)),
                Arguments.of("a number among fields", false, List.of(octets, 1L)),
                Arguments.of("no list", false, octets),
                Arguments.of("nothing", false, null),
                Arguments.of("a field without its value", true, List.of(octets)),
                Arguments.of("a number for a value", true, List.of(octets, 1L)),
                Arguments.of("a value that is not there", true, Arrays.asList(octets, null)),
                Arguments.of("no list", true, "OK"),
                Arguments.of("nothing", true, null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherForms")
    void anAnswerOfAnotherFormIsNone(String what, boolean hash, @Nullable Object reply) {
        lookUp("a", "x");
        assertFalse(turn.inOrder().get(hash ? 0 : 3).replied(reply), what);
        assertEquals(List.of(), told);
    }
}
