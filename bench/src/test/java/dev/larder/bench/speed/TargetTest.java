package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TargetTest {
    @Test
    void zipfAsksForTheFirstMostAndForNoneBeyondTheLast() {
        int[] draws = Target.zipf("/", 10_000).draws(1);
        long first = Arrays.stream(draws).filter(draw -> draw == 0).count();
        long tenth = Arrays.stream(draws).filter(draw -> draw == 9).count();
        assertTrue(first > 5 * tenth, first + " and " + tenth);
        assertTrue(Arrays.stream(draws).allMatch(draw -> draw >= 0 && draw < 10_000));
    }

    @Test
    void drawsOfASeedAreTheSame() {
        assertArrayEquals(Target.zipf("/", 100).draws(7), Target.zipf("/", 100).draws(7));
    }

    @Test
    void oneKeyIsOneAndFreshKeysAreNotDrawn() {
        assertArrayEquals(new int[] {0}, Target.one("/").draws(1));
        assertEquals(0, Target.fresh("/").draws(1).length);
    }

    @Test
    void headsAreAsLongAsBrowsersMakeThem() {
        int bytes = BrowserHead.bytes("/api/public/lessons?page=1&limit=5&search=b1024-0".length());
        assertTrue(bytes >= 600 && bytes <= 1000, bytes + " bytes");
        assertEquals(3, BrowserHead.cookiesBeforeToken().split("=", -1).length - 1);
    }

    @Test
    void noTraceparentIsLikeAnother() {
        Set<String> seen = new HashSet<>();
        Pattern form = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        for (int i = 1; i <= 1_000; i++) {
            String text = BrowserHead.traceparent(i, i);
            assertTrue(form.matcher(text).matches(), text);
            assertTrue(seen.add(text), text);
        }
    }
}
