package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a sidecar calls itself. */
class InstanceNameTest {

    private static final Random CHANCE = new Random(1);

    private static String on(String host) {
        return InstanceName.of(
                Optional.empty(), name -> Optional.of(host).filter(set -> name.equals("HOSTNAME")), CHANCE::nextInt);
    }

    @Test
    void theNameThatWasSetIsTaken() {
        assertEquals("blue-1", InstanceName.of(Optional.of("blue-1"), name -> Optional.of("pod"), CHANCE::nextInt));
    }

    @Test
    void elseItIsTheHostsAndAFewRandomLetters() {
        String first = on("pod-7");
        assertTrue(first.matches("pod-7-[a-z2-9]{4}"), first);
        assertTrue(!first.equals(on("pod-7")), first);
    }

    @Test
    void anOddHostMakesNoOddName() {
        assertTrue(on("a b\n+1 2 c").matches("a-b--1-2-c-[a-z2-9]{4}"));
        assertTrue(on("x".repeat(300)).matches("x{48}-[a-z2-9]{4}"));
        assertTrue(on("").matches("larder-[a-z2-9]{4}"));
    }

    /** As in a service unit, which has no such variable. */
    @Test
    void withoutTheVariableTheKernelIsAsked() {
        String name = InstanceName.of(Optional.empty(), nothing -> Optional.empty(), CHANCE::nextInt);
        assertTrue(name.matches("[A-Za-z0-9._-]+-[a-z2-9]{4}"), name);
    }
}
