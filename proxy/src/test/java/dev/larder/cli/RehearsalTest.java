package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

/** The archive of classes is made from it, and a build goes on without one: so a rehearsal that fails would not be seen. */
class RehearsalTest {

    @Test
    void sidecarsOfEitherStoreAnswerWhatIsRehearsed() {
        assertDoesNotThrow(() -> Rehearsal.rehearse(1));
    }
}
