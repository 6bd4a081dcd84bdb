package dev.larder.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that one process at a time may use, and that is only ever appended to or replaced as a whole. All methods
 * block. Confined to one thread at a time.
 */
final class OwedFile implements AutoCloseable {

    /** A file that grew longer was not written here. */
    private static final long LONGEST = 256L << 20;

    /**
     * Locks of a file are the process's: closing any channel of it gives up all. So within the process the second one is turned
     * away before it opens anything. Shared by all threads.
     */
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final Path lockPath;
    private final FileChannel lock;
    private @Nullable FileChannel channel;

    private OwedFile(Path path, Path lockPath, FileChannel lock) {
        this.path = path;
        this.lockPath = lockPath;
        this.lock = lock;
    }

    /**
     * Takes the file, which need not be there, for this process.
     *
     * @return null where somebody else has it
     */
    static @Nullable OwedFile take(Path path) throws IOException {
        Path lockPath = path.resolveSibling(path.getFileName() + ".lock");
        if (!IN_USE.add(lockPath)) {
            return null;
        }
        FileChannel lock = null;
        try {
            lock = open(lockPath);
            FileLock taken = lock.tryLock();
            if (taken != null) {
                return new OwedFile(path, lockPath, lock);
            }
        } catch (OverlappingFileLockException inThisProcess) {
            // Left to the two lines below.
        } catch (IOException e) {
            release(lockPath, lock);
            throw e;
        }
        release(lockPath, lock);
        return null;
    }

    private static void release(Path lockPath, @Nullable FileChannel lock) throws IOException {
        try {
            if (lock != null) {
                lock.close();
            }
        } finally {
            IN_USE.remove(lockPath);
        }
    }

    private static FileChannel open(Path path) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? FileChannel.open(path, options, ownerOnly())
                : FileChannel.open(path, options);
    }

    /** What is purged can name what was asked for. */
    private static FileAttribute<?> ownerOnly() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    Path path() {
        return path;
    }

    OwedNote.Contents read() throws IOException {
        if (!Files.exists(path)) {
            return new OwedNote.Contents(null, List.of(), true);
        }
        return Files.size(path) > LONGEST
                ? new OwedNote.Contents(null, List.of(), false)
                : OwedNote.read(Files.readAllBytes(path));
    }

    /** Puts these lines in the place of all that is there: on disk when it returns, and before that what was there is. */
    void replace(String lines) throws IOException {
        close(channel);
        channel = null;
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        FileChannel written = open(next);
        try {
            write(written, lines);
            written.force(true);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder();
        } catch (IOException e) {
            close(written);
            throw e;
        }
        channel = written;
    }

    /** Only after {@link #replace}. Where it fails, the file is to be replaced: a part of the lines may be there. */
    void append(String lines, boolean sync) throws IOException {
        FileChannel to = channel;
        if (to == null) {
            throw new IOException("not open");
        }
        write(to, lines);
        if (sync) {
            to.force(false);
        }
    }

    private static void write(FileChannel to, String lines) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            int unused = to.write(bytes);
        }
    }

    /** The new name has to last, too. Where a folder cannot be opened, the system keeps names by itself. */
    private void syncFolder() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
            opened.force(true);
        } catch (IOException e) {
            return;
        }
    }

    /** What it held is elsewhere. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
        syncFolder();
    }

    private static void close(@Nullable FileChannel open) throws IOException {
        if (open != null) {
            open.close();
        }
    }

    /** Others may have it. */
    @Override
    public void close() throws IOException {
        try {
            close(channel);
        } finally {
            release(lockPath, lock);
        }
    }
}
