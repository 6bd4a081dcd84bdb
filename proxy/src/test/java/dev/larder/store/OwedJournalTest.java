package dev.larder.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.purge.PurgeGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is owed outlives a process, and whatever happens to the file, never less is owed than was noted. */
@NullUnmarked
class OwedJournalTest {

    private static final String STORE = "larder: redis://localhost";
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PurgeGroup COURSE_7 =
            PurgeGroup.ofRoute("a course: ü", new java.util.TreeMap<>(java.util.Map.of("id", "7 %\n")));
    private static final PurgeGroup LESSONS = PurgeGroup.ofRoute("lessons");
    private static final PurgeGroup VISITOR = PurgeGroup.ofIdentity("session");

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("owed");
    }

    private OwedJournal open() throws IOException {
        return open("rules");
    }

    private OwedJournal open(String rules) throws IOException {
        return OwedJournal.open(file(), STORE, () -> rules, InstantSource.fixed(NOON));
    }

    private static boolean synced(OwedJournal journal) throws Exception {
        return journal.synced().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static Set<PurgeGroup> groups(OwedJournal journal) {
        return groups(journal.found().values());
    }

    private static Set<PurgeGroup> groups(Collection<OwedNote> notes) {
        return notes.stream().map(OwedNote::group).collect(Collectors.toSet());
    }

    /** What a process that is killed now leaves behind. */
    private Set<PurgeGroup> onDisk() throws IOException {
        return groups(OwedNote.read(Files.readAllBytes(file())).notes());
    }

    @Test
    void whatIsSyncedIsOnDiskAndFoundByTheNextProcess() throws Exception {
        try (OwedJournal journal = open()) {
            journal.add(COURSE_7, Duration.ofSeconds(3), NOON);
            journal.add(VISITOR, Duration.ZERO, NOON);
            assertTrue(synced(journal));
            assertEquals(Set.of(COURSE_7, VISITOR), onDisk());
        }
        try (OwedJournal next = open()) {
            assertEquals(
                    Set.of(
                            new OwedNote(COURSE_7, Duration.ofSeconds(3), NOON, "rules"),
                            new OwedNote(VISITOR, Duration.ZERO, NOON, "rules")),
                    Set.copyOf(next.found().values()));
        }
    }

    @Test
    void whatWasNotedByOtherRulesMeansThatEverythingIsOwedAsWellForAsLongAHold() throws Exception {
        try (OwedJournal journal = open("before")) {
            journal.add(COURSE_7, Duration.ofSeconds(3), NOON);
            journal.add(LESSONS, Duration.ZERO, NOON.minusSeconds(9));
        }
        try (OwedJournal next = open("after")) {
            OwedNote all = next.found().values().stream()
                    .filter(note -> note.group().equals(OwedPurges.EVERYTHING))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    new OwedNote(OwedPurges.EVERYTHING, Duration.ofSeconds(3), NOON.minusSeconds(9), "after"), all);
            assertEquals(Set.of(COURSE_7, LESSONS, OwedPurges.EVERYTHING), groups(next), "by whichever rules");
        }
    }

    @Test
    void aLineOfAnEarlierBuildDoesNotSayByWhichRulesAndMeansEverythingAsWell() {
        String line = new OwedNote(LESSONS, Duration.ZERO, NOON, "rules").line(7);
        String earlier = line.substring(9, line.lastIndexOf(' '));
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(earlier.getBytes(StandardCharsets.US_ASCII));
        String file = OwedNote.title(STORE) + String.format("%08x %s%n", crc.getValue(), earlier);
        OwedNote.Contents contents = OwedNote.read(file.getBytes(StandardCharsets.US_ASCII));
        assertTrue(contents.whole());
        assertEquals(List.of(new OwedNote(LESSONS, Duration.ZERO, NOON, "")), contents.notes());
    }

    @Test
    void whatIsTakenOutIsNotFoundAgain() throws Exception {
        try (OwedJournal journal = open()) {
            long first = journal.add(COURSE_7, Duration.ZERO, NOON);
            journal.add(LESSONS, Duration.ZERO, NOON);
            journal.take(List.of(first));
        }
        try (OwedJournal next = open()) {
            assertEquals(Set.of(LESSONS), groups(next));
            next.take(next.found().keySet());
        }
        try (OwedJournal last = open()) {
            assertEquals(Set.of(), groups(last));
        }
    }

    @Test
    void aLineThatWasCutOffCountsAsNeverWritten() throws Exception {
        try (OwedJournal journal = open()) {
            journal.add(COURSE_7, Duration.ZERO, NOON);
            assertTrue(synced(journal));
            journal.add(LESSONS, Duration.ZERO, NOON);
        }
        byte[] whole = Files.readAllBytes(file());
        int lastLine = new String(whole, StandardCharsets.US_ASCII).lastIndexOf('\n', whole.length - 2) + 1;
        for (int length = lastLine; length < whole.length - 1; length++) {
            OwedNote.Contents contents = OwedNote.read(java.util.Arrays.copyOf(whole, length));
            assertTrue(contents.whole(), "cut at " + length);
            assertEquals(Set.of(COURSE_7), groups(contents.notes()), "cut at " + length);
        }
    }

    @Test
    void aDamagedFileMeansThatEverythingIsOwedAsWell() throws Exception {
        try (OwedJournal journal = open()) {
            journal.add(COURSE_7, Duration.ZERO, NOON);
            journal.add(LESSONS, Duration.ZERO, NOON);
        }
        byte[] whole = Files.readAllBytes(file());
        for (int at = 0; at < whole.length - 1; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            assertFalse(OwedNote.read(damaged).whole(), "byte " + at);
        }
        whole[whole.length / 2] ^= 1;
        Files.write(file(), whole);
        try (OwedJournal next = open()) {
            assertTrue(groups(next).contains(OwedPurges.EVERYTHING));
        }
    }

    @Test
    void aSecondProcessUsesAFileOfItsOwnAndIsHeirToTheFirst() throws Exception {
        OwedJournal first = open();
        OwedJournal second = open();
        first.add(COURSE_7, Duration.ZERO, NOON);
        assertEquals(Set.of(), groups(second));
        second.add(LESSONS, Duration.ZERO, NOON);
        second.close();
        first.close();
        try (OwedJournal heir = open()) {
            assertEquals(Set.of(COURSE_7, LESSONS), groups(heir));
        }
        try (OwedJournal again = open()) {
            assertEquals(Set.of(COURSE_7, LESSONS), groups(again), "what was inherited is in the heir's own file");
        }
    }

    @Test
    void whatIsOwedToAnotherStoreIsKeptForItAndOwedToThisOneToo() throws Exception {
        try (OwedJournal journal = open()) {
            journal.add(COURSE_7, Duration.ZERO, NOON);
        }
        try (OwedJournal other =
                OwedJournal.open(file(), "shop: redis://other", () -> "rules", InstantSource.fixed(NOON))) {
            assertEquals(Set.of(COURSE_7), groups(other));
            other.take(other.found().keySet());
        }
        try (OwedJournal back = open()) {
            assertEquals(Set.of(COURSE_7), groups(back));
        }
    }

    @Test
    void theFileStaysSmallHoweverManyPurgesAreOwedAndSettled() throws Exception {
        try (OwedJournal journal = open()) {
            journal.add(LESSONS, Duration.ZERO, NOON);
            for (int i = 0; i < 30_000; i++) {
                journal.take(List.of(journal.add(COURSE_7, Duration.ZERO, NOON)));
                if (i % 1_000 == 0) {
                    assertTrue(synced(journal));
                }
            }
            assertTrue(synced(journal));
            assertTrue(Files.size(file()) < 1 << 20, Files.size(file()) + " bytes");
            assertEquals(Set.of(LESSONS), onDisk());
        }
    }

    @Test
    void moreThanTheFileMayHoldIsOneLineForEverything() throws Exception {
        try (OwedJournal journal = open()) {
            for (int i = 0; i <= 20_000; i++) {
                journal.add(PurgeGroup.ofRoute("r" + i), Duration.ZERO, NOON);
            }
            assertTrue(synced(journal));
            assertTrue(onDisk().contains(OwedPurges.EVERYTHING));
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedAtOnce() throws Exception {
        Files.createFile(folder.resolve("plain"));
        assertThrows(
                IOException.class,
                () -> OwedJournal.open(folder.resolve("plain/owed"), STORE, () -> "rules", InstantSource.fixed(NOON)));
    }

    @Test
    void aDiskThatFailsIsSaidAndMadeGoodWhenItWorksAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        try (OwedJournal journal =
                OwedJournal.open(disk.resolve("owed"), STORE, () -> "rules", InstantSource.fixed(NOON))) {
            journal.add(COURSE_7, Duration.ZERO, NOON);
            assertTrue(synced(journal));
            // Lines until the file is to be replaced, which cannot be done: its new name is taken by a folder with
            // something in it.
            Path taken = Files.createDirectories(disk.resolve("owed.new/something"));
            for (int i = 0; i < 5_000; i++) {
                journal.take(List.of(journal.add(LESSONS, Duration.ZERO, NOON)));
            }
            assertFalse(synced(journal));
            journal.add(VISITOR, Duration.ZERO, NOON);
            assertFalse(synced(journal));
            Files.delete(taken);
            Files.delete(taken.getParent());
            assertTrue(synced(journal));
            assertEquals(
                    Set.of(COURSE_7, VISITOR),
                    groups(OwedNote.read(Files.readAllBytes(disk.resolve("owed")))
                            .notes()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "larder-owed 2 =other\n"})
    void aFileOfSomebodyElseIsNotTakenForAnEmptyOne(String text) throws Exception {
        Files.writeString(file(), text + "\n", StandardOpenOption.CREATE);
        try (OwedJournal journal = open()) {
            assertEquals(Set.of(OwedPurges.EVERYTHING), groups(journal));
        }
    }

    @Test
    void anyPartOfTheFileNamesWhatIsOwedUntilItIsSettled() throws Exception {
        UnaryOperator<OwedPurges> twice = owed -> {
            owed.owe(List.of(COURSE_7, LESSONS), null);
            owed.owe(List.of(COURSE_7), 5L);
            return owed;
        };
        try (OwedJournal journal = open()) {
            OwedPurges owed = twice.apply(new OwedPurges(10, () -> 0, journal));
            assertTrue(synced(journal));
            String text = Files.readString(file());
            int synced = text.indexOf('\n', text.indexOf("lessons")) + 1;
            for (int end = synced; end <= text.length(); end++) {
                Set<PurgeGroup> left =
                        groups(OwedNote.read(text.substring(0, end).getBytes(StandardCharsets.US_ASCII))
                                .notes());
                assertEquals(Set.of(COURSE_7, LESSONS), left, "cut at " + end);
            }
            owed.applied(owed.next(10));
            assertTrue(synced(journal));
            assertEquals(Set.of(), onDisk());
        }
    }

    @Test
    void aWriteThatWasAnnouncedIsOwedByTheNextProcessAloneAndHeld() throws Exception {
        OwedPurges.Announced lifted;
        try (OwedJournal journal = open()) {
            OwedPurges owed = new OwedPurges(10, () -> 0, journal);
            OwedPurges.Announced write = owed.announce(List.of(COURSE_7), Duration.ofSeconds(3));
            lifted = owed.announce(List.of(LESSONS), Duration.ofSeconds(3));
            assertTrue(write.kept().toCompletableFuture().get(10, TimeUnit.SECONDS));
            assertFalse(owed.concerns(List.of(COURSE_7)));
            owed.over(lifted);
        }
        try (OwedJournal journal = open()) {
            OwedPurges next = new OwedPurges(10, () -> 1_000, journal);
            assertTrue(next.concerns(List.of(COURSE_7)));
            assertFalse(next.concerns(List.of(LESSONS)));
            assertEquals(NOON, next.since().orElseThrow());
            assertEquals(
                    1_000 + Duration.ofSeconds(3).toNanos(), next.next(1).get(0).holdUntilNanos());
        }
    }
}
