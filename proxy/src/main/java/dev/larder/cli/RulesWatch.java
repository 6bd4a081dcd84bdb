package dev.larder.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * Notices that files have changed, by looking at what they hold: that works on every file system, also where a mounted
 * volume exchanges links instead of writing files. Something that is being written is left alone until two looks in a row
 * have seen the same. Confined to the thread that looks.
 */
final class RulesWatch {

    /** A file larger than this is not looked into; its length counts. */
    private static final long MOST_BYTES = 4 << 20;

    private final Supplier<Collection<Path>> files;
    private final Runnable changed;
    private String told;
    private String seen;

    /**
     * A watch over what the files hold now.
     *
     * @param files those of the moment
     * @param changed is run at a look, on its thread
     */
    RulesWatch(Supplier<Collection<Path>> files, Runnable changed) {
        this.files = files;
        this.changed = changed;
        this.told = state();
        this.seen = told;
    }

    /** Looks; blocks on the disk. To be called several times a second. */
    void look() {
        String now = state();
        boolean settled = now.equals(seen);
        seen = now;
        if (settled && !now.equals(told)) {
            told = now;
            changed.run();
        }
    }

    private String state() {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        StringBuilder state = new StringBuilder();
        for (Path file : files.get()) {
            state.append(file).append(' ').append(of(file, digest)).append('\n');
        }
        return state.toString();
    }

    private static String of(Path file, MessageDigest digest) {
        try {
            long length = Files.size(file);
            return length > MOST_BYTES
                    ? "long " + length
                    : HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
        } catch (IOException unreadable) {
            return "unreadable";
        }
    }
}
