package dev.larder.store;

import dev.larder.purge.PurgeGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is owed to a store, noted so that it outlives this process: lines that are appended to a file and synced by a thread of
 * its own, many at once where many wait. Any thread; only {@link #open} and {@link #close} block.
 *
 * <p>When in doubt more is owed, never less: a file that cannot be read in full means that everything is, and what a killed
 * process had noted of a write under way counts as written, and groups of other rules mean all that is stored, since nobody knows
 * in which groups these rules have what a write by others has changed. The file is replaced by what is still owed when most of it is not.
 *
 * <p>Sidecars may be given one name: each uses the first of {@code FILE}, {@code FILE.2}, … that no other has, and takes over
 * what others have left behind.
 */
public final class OwedJournal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OwedJournal.class);

    /** Sidecars that may share a file's name. */
    private static final int MOST_FILES = 64;

    /** Over that, a line names everything in place of its group. */
    private static final int MOST_LINES = 20_000;

    /** A file that has so many lines is replaced when three of four are over. */
    private static final int LINES_TO_REPLACE = 4_096;

    /** Lines that wait for a disk that hangs; over that, they are made anew from what is owed when it goes on. */
    private static final int MOST_WAITING = 50_000;

    /** A disk that takes longer than this counts as one that has failed. */
    private static final long PATIENCE_SECONDS = 2;

    /** Null where there is no file. Touched on the writing thread alone, once it is open. */
    private final @Nullable OwedFile file;

    private final String store;
    private final Supplier<String> rules;
    private final InstantSource wall;
    private final ThreadPoolExecutor writer =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), OwedJournal::thread);

    /** What is owed, by the number of its line; this and all below are guarded by {@code this}. */
    private final Map<Long, OwedNote> notes = new LinkedHashMap<>();

    private long lastNumber;
    private List<String> lines = new ArrayList<>();
    private List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
    private boolean scheduled;
    private boolean replace;
    private boolean failed;
    private boolean closed;
    private long linesInFile;

    private OwedJournal(@Nullable OwedFile file, String store, Supplier<String> rules, InstantSource wall) {
        this.file = file;
        this.store = store;
        this.rules = rules;
        this.wall = wall;
        writer.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "larder-owed");
        thread.setDaemon(true);
        return thread;
    }

    /** One without a file: what is owed ends with this process. */
    public static OwedJournal inMemory(InstantSource wall) {
        return new OwedJournal(null, "", () -> "", wall);
    }

    /**
     * Opens the file, makes it where it is missing, and takes over what is in it.
     *
     * @param store which store it is about, without a password: namespace and URL
     * @param rules the fingerprint of the rules in force
     * @throws IOException if it cannot be read or written
     */
    public static OwedJournal open(Path path, String store, Supplier<String> rules, InstantSource wall)
            throws IOException {
        Path first = path.toAbsolutePath().normalize();
        Path folder = first.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        OwedFile own = null;
        List<OwedFile> left = new ArrayList<>();
        List<OwedNote> found = new ArrayList<>();
        try {
            for (int i = 1; i <= MOST_FILES; i++) {
                Path candidate = i == 1 ? first : first.resolveSibling(first.getFileName() + "." + i);
                OwedFile taken = own == null || Files.exists(candidate) ? OwedFile.take(candidate) : null;
                if (taken == null) {
                    continue;
                }
                left.add(taken);
                if (!adopt(taken, store, found, wall.instant())) {
                    left.remove(taken);
                    taken.close();
                } else if (own == null) {
                    own = taken;
                }
            }
            if (own == null) {
                throw new IOException("all " + MOST_FILES + " files of this name are in use");
            }
            OwedJournal journal = new OwedJournal(own, store, rules, wall);
            journal.begin(own, found);
            left.remove(own);
            for (OwedFile other : left) {
                other.delete();
            }
            return journal;
        } catch (IOException e) {
            if (own != null) {
                own.close();
            }
            throw e;
        } finally {
            for (OwedFile other : left) {
                if (other != own) {
                    other.close();
                }
            }
        }
    }

    /** Whether the file may be used for this store; what it holds is owed in either case. */
    private static boolean adopt(OwedFile from, String store, List<OwedNote> found, Instant now) throws IOException {
        OwedNote.Contents contents = from.read();
        found.addAll(contents.notes());
        if (!contents.whole()) {
            LOG.warn("{} is damaged: everything that is stored counts as purged", from.path());
            found.add(new OwedNote(OwedPurges.EVERYTHING, Duration.ZERO, now, ""));
            return true;
        }
        if (contents.store() == null
                || contents.store().equals(store)
                || contents.notes().isEmpty()) {
            return true;
        }
        LOG.warn(
                "{} holds {} purges that are owed to another store ({}); it is left for when that is used again, and this store"
                        + " is purged of the same",
                from.path(),
                contents.notes().size(),
                contents.store());
        return false;
    }

    private synchronized void begin(OwedFile to, List<OwedNote> found) throws IOException {
        found.forEach(note -> notes.put(++lastNumber, note));
        byOthers(found).ifPresent(all -> {
            LOG.warn("what is owed was noted by other rules: everything that is stored counts as purged");
            notes.put(++lastNumber, all);
        });
        to.replace(snapshot());
        linesInFile = notes.size();
        if (!notes.isEmpty()) {
            LOG.warn("{} purges are owed since before this process, by {}", notes.size(), to.path());
        }
    }

    /** All that may be stored, where what is owed is named by the groups of other rules, or of nobody knows which. */
    private Optional<OwedNote> byOthers(List<OwedNote> found) {
        String own = rules.get();
        return found.stream()
                .filter(note -> !note.rules().equals(own))
                .reduce((one, other) -> new OwedNote(
                        one.group(),
                        one.hold().compareTo(other.hold()) > 0 ? one.hold() : other.hold(),
                        one.since().isBefore(other.since()) ? one.since() : other.since(),
                        own))
                .map(all -> new OwedNote(OwedPurges.EVERYTHING, all.hold(), all.since(), own));
    }

    /** What was owed when it was opened, by number. */
    synchronized Map<Long, OwedNote> found() {
        return new LinkedHashMap<>(notes);
    }

    /** What time it is, for people. */
    Instant now() {
        return wall.instant();
    }

    /**
     * Notes that a group is owed. On disk when {@link #synced} says so.
     *
     * @return a number for {@link #take}, greater than any before
     */
    synchronized long add(PurgeGroup group, Duration hold, Instant since) {
        long number = ++lastNumber;
        if (file != null && !closed) {
            PurgeGroup noted = notes.size() < MOST_LINES ? group : OwedPurges.EVERYTHING;
            OwedNote note = new OwedNote(noted, hold, since, rules.get());
            notes.put(number, note);
            line(note.line(number));
        }
        return number;
    }

    /** These are not owed any more. */
    synchronized void take(Collection<Long> numbers) {
        for (long number : numbers) {
            if (notes.remove(number) != null && !closed) {
                line(OwedNote.gone(number));
            }
        }
    }

    /**
     * Completes on another thread when all that has been added is on disk: true, at once where there is no file. False where it could
     * not be written within two seconds.
     */
    synchronized CompletionStage<Boolean> synced() {
        if (file == null) {
            return CompletableFuture.completedFuture(true);
        }
        if (closed) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Boolean> synced = new CompletableFuture<>();
        waiting.add(synced);
        schedule();
        return synced.copy().completeOnTimeout(false, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void line(String line) {
        if (lines.size() < MOST_WAITING) {
            lines.add(line);
        } else {
            lines.clear();
            replace = true;
        }
        schedule();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            writer.execute(this::write);
        }
    }

    /** On the writing thread. */
    private void write() {
        OwedFile to = file;
        List<CompletableFuture<Boolean>> told;
        String text;
        boolean whole;
        synchronized (this) {
            scheduled = false;
            told = waiting;
            waiting = new ArrayList<>();
            linesInFile += lines.size();
            whole = replace || (linesInFile > LINES_TO_REPLACE && linesInFile > 4L * notes.size());
            text = whole ? snapshot() : String.join("", lines);
            lines = new ArrayList<>();
            if (whole) {
                linesInFile = notes.size();
                replace = false;
            }
        }
        boolean done = to != null && written(to, text, whole, !told.isEmpty());
        told.forEach(one -> one.complete(done));
    }

    private boolean written(OwedFile to, String text, boolean whole, boolean sync) {
        try {
            if (whole) {
                to.replace(text);
            } else {
                to.append(text, sync);
            }
            said(null);
            return true;
        } catch (IOException e) {
            said(e);
            return false;
        }
    }

    private synchronized void said(@Nullable IOException failure) {
        if (failure != null) {
            // What is there may end in the middle of a line.
            replace = true;
        }
        if (failed == (failure == null)) {
            failed = failure != null;
            if (failure == null) {
                LOG.info("owed purges can be noted on disk again");
            } else {
                LOG.warn(
                        "owed purges cannot be noted on disk, so writes are refused while the store is away: {}",
                        failure.toString());
            }
        }
    }

    private String snapshot() {
        StringBuilder text = new StringBuilder(OwedNote.title(store));
        notes.forEach((number, note) -> text.append(note.line(number)));
        return text.toString();
    }

    /** Writes what waits, and lets others have the file. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        OwedFile open = file;
        if (open == null) {
            return;
        }
        writer.shutdown();
        try {
            if (!writer.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("owed purges could not be noted on disk in time");
                return;
            }
            open.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the file of owed purges could not be closed: {}", e.toString());
        }
    }
}
