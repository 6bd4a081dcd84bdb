package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.larder.store.KeptSecret.Learnt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeptSecretTest {

    private final KeptSecret kept = new KeptSecret();
    private final String another = new KeptSecret().proposed();

    @Test
    void itIsNotKnownBeforeTheStoreHasToldIt() {
        assertNull(kept.get());
        assertFalse(kept.proposed().equals(another));
        assertEquals(Learnt.KNOWN, kept.learn(kept.proposed()));
        assertNotNull(kept.get());
    }

    @Test
    void itIsTheSameArrayAsLongAsItIsTheSame() {
        assertEquals(Learnt.KNOWN, kept.learn(another));
        byte[] first = kept.get();
        kept.forget();
        assertNull(kept.get());
        assertEquals(Learnt.KNOWN, kept.learn(another));
        assertSame(first, kept.get());
    }

    @Test
    void whatIsKnownIsProposedToAStoreThatHasLostIt() {
        assertEquals(Learnt.KNOWN, kept.learn(another));
        kept.forget();
        assertEquals(another, kept.proposed());
    }

    @Test
    void anotherOneThanBeforeIsTold() {
        String own = kept.proposed();
        assertEquals(Learnt.KNOWN, kept.learn(own));
        kept.forget();
        assertEquals(Learnt.ANOTHER, kept.learn(another));
        assertEquals(Learnt.ANOTHER, kept.learn(own));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "secret", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB", "\u0000"})
    void whatIsNoSecretIsNotUsed(String text) {
        assertEquals(Learnt.KNOWN, kept.learn(another));
        assertEquals(Learnt.NOTHING, kept.learn(text));
        assertNull(kept.get());
        assertEquals(another, kept.proposed());
    }

    @Test
    void itIsNotShown() {
        assertEquals("KeptSecret[not known]", kept.toString());
    }
}
