package dev.larder.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class NearestTest {

    private static final List<String> FIELDS = List.of("name", "get", "host", "access", "key", "ttl", "store-status");

    @ParameterizedTest
    @CsvSource({
        "acess, access",
        "acces, access",
        "accses, access",
        "ACCESS, access",
        "tll, ttl",
        "Key, key",
        "store_status, store-status",
        "storestatus, store-status",
        "nmae, name",
        "path,",
        "x,",
        "something-else,",
        "'',",
    })
    void aNameIsSuggestedOnlyWhenItIsNear(String text, String expected) {
        assertEquals(Optional.ofNullable(expected), Nearest.of(text, FIELDS));
    }

    @ParameterizedTest
    @CsvSource({"'', '', 0", "a, '', 1", "ab, ba, 1", "kitten, sitting, 3", "same, same, 0", "abc, cab, 2"})
    void editsAreInsertionsDeletionsReplacementsAndSwaps(String from, String to, int edits) {
        assertEquals(edits, Nearest.edits(from, to));
        assertEquals(edits, Nearest.edits(to, from));
    }
}
