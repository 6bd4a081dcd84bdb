package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.identity.IdentityChanges.Concerned;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityChangesTest {

    private static final List<String> VISITOR = List.of("id=7", "role=ADMIN", "hash");

    private final IdentityChanges changes = new IdentityChanges();

    private static Concerned concerned(String identity, String marks) {
        return new Concerned(identity, marks == null ? List.of() : List.of(marks.split(" ")));
    }

    @ParameterizedTest
    @CsvSource({
        "session, id=7, true",
        "session, hash, true",
        "session, id=7 role=ADMIN, true",
        "session, , true",
        "session, id=8, false",
        "session, id=7 role=USER, false",
        "token, id=7, false"
    })
    void whoeverHasAllMarksIsConcerned(String identity, String marks, boolean expected) {
        long before = changes.moment();
        var begun = changes.begin(List.of(concerned(identity, marks)));
        assertTrue(expected == changes.concern("session", VISITOR, before, null), "under way");
        assertFalse(changes.concern("session", VISITOR, before, begun), "made by who asks");
        begun.over();
        assertFalse(changes.concern("session", VISITOR, before, null), "given up");
        changes.came(concerned(identity, marks));
        assertTrue(expected == changes.concern("session", VISITOR, before, null), "come");
        assertFalse(changes.concern("session", VISITOR, changes.moment(), null), "before the moment");
    }

    @Test
    void whatIsNotRememberedAnyMoreCountsAsAChange() {
        long before = changes.moment();
        for (int i = 0; i < IdentityChanges.MOST; i++) {
            changes.came(concerned("session", "id=x" + i));
        }
        assertFalse(changes.concern("session", VISITOR, before, null));
        changes.came(concerned("session", "id=y"));
        assertTrue(changes.concern("session", VISITOR, before, null));
        assertFalse(changes.concern("session", VISITOR, before + 1, null));
    }
}
