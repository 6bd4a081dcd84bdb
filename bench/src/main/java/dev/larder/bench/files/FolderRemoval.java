package dev.larder.bench.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Removes a folder with all that is in it; what has gone meanwhile is no failure. */
public final class FolderRemoval {
    private FolderRemoval() {}

    /** Removes it. Blocks; throws nothing. */
    public static void remove(Path folder) {
        try {
            Files.walkFileTree(folder, new Removing());
        } catch (IOException e) {
            // Left to whoever cleans the temporary folder: nothing depends on it.
            return;
        }
    }

    /** Goes on where a file vanishes under way: a server that is ending removes its own. */
    private static final class Removing extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException incomplete) throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
