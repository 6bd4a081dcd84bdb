package dev.larder.purge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PurgeGroupTest {

    private static SortedMap<String, String> fixed(String... namesAndValues) {
        SortedMap<String, String> fixed = new TreeMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fixed.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fixed;
    }

    @Test
    void namesAreTheContractWithTheStore() {
        assertEquals("route:a:b", PurgeGroup.ofRoute("a:b").name());
        assertEquals(
                "route:a:b:p=1:q=x%3Ay",
                PurgeGroup.ofRoute("a:b", fixed("q", "x%3Ay", "p", "1")).name());
        assertEquals("identity:session", PurgeGroup.ofIdentity("session").name());
        assertEquals(
                "identity:session:id=a%3Ab%3D",
                PurgeGroup.ofIdentity("session", "id", "a:b=").name());
        assertEquals("", PurgeGroup.ofIdentity("session").route());
    }

    @Test
    void groupThatItsRouteCoversIsDropped() {
        PurgeGroup own = PurgeGroup.ofRoute("a:b");
        PurgeGroup part = PurgeGroup.ofRoute("a:b", fixed("p", "1"));
        PurgeGroup other = PurgeGroup.ofRoute("a", fixed("b", "1"));
        PurgeGroup visitor = PurgeGroup.ofIdentity("session", "id", "7");
        Planned all = Planned.all(List.of(
                new Planned(List.of(part, other, visitor), List.of("x")),
                new Planned(List.of(own, part), List.of("x"))));
        assertEquals(Set.of(own, other, visitor), Set.copyOf(all.groups()));
        assertEquals(List.of("x"), all.widened());
    }

    @Test
    void globOfTextMatchesWhole() {
        assertTrue(TextGlob.matches("*", ""));
        assertTrue(TextGlob.matches("text/html*", "text/html; charset=utf-8"));
        assertTrue(TextGlob.matches("a*b*c", "aXbbYcc"));
        assertFalse(TextGlob.matches("a*b", "aXbX"));
        assertFalse(TextGlob.matches("", "a"));
        assertFalse(TextGlob.matches("a?", "ab"));
        assertTrue(TextGlob.matches("*a*a*a*a*b", "a".repeat(5_000) + "b"));
    }
}
