package dev.larder.rig;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a package.json names, from npm, in a folder of the build's target. Installed once, and again when the file changes. */
public final class NpmFolder {

    private static final Duration INSTALLING = Duration.ofMinutes(4);

    private NpmFolder() {}

    /** Something that a test needs is not on this machine. */
    public static final class Missing extends Exception {

        private static final long serialVersionUID = 1L;

        public Missing(String message) {
            super(message);
        }
    }

    /**
     * Installs, unless that was done before.
     *
     * @param name of the folder in target
     * @param wanted the package.json
     * @return the folder, absolute
     */
    public static Path install(String name, Path wanted) throws Missing, IOException, InterruptedException {
        for (String program : List.of("node", "npm")) {
            if (!isOnPath(program)) {
                throw new Missing("there is no " + program + " on the PATH; install Node (Debian: nodejs npm)");
            }
        }
        Path folder = Path.of("target", name).toAbsolutePath();
        Files.createDirectories(folder);
        Path present = folder.resolve("package.json");
        if (!Files.isDirectory(folder.resolve("node_modules"))
                || !Files.exists(present)
                || Files.mismatch(wanted, present) >= 0) {
            Files.copy(wanted, present, StandardCopyOption.REPLACE_EXISTING);
            int exit = npm(folder);
            if (exit != 0) {
                Files.delete(present);
                throw new Missing("npm install ended with " + exit + "; see " + folder.resolve("npm.log"));
            }
        }
        return folder;
    }

    private static int npm(Path folder) throws IOException, InterruptedException {
        File log = folder.resolve("npm.log").toFile();
        Process process = new ProcessBuilder(
                        "npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
                .directory(folder.toFile())
                .redirectOutput(log)
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        try {
            return process.waitFor(INSTALLING.toSeconds(), TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv("PATH");
        if (path == null) {
            return false;
        }
        for (String folder : path.split(File.pathSeparator)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
