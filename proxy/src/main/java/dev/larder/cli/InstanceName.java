package dev.larder.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/** What a sidecar is called where several are told apart: in what is stored, in spans, in {@code /status}. */
final class InstanceName {

    private static final Path KERNELS = Path.of("/proc/sys/kernel/hostname");
    private static final String LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int RANDOM = 4;
    private static final int MOST = 48;

    private InstanceName() {}

    /**
     * The name that was set, or one that no other run has, as far as chance goes. Nobody is asked for it over a network.
     *
     * @param random a number from 0 inclusive to its argument exclusive, another one each time
     */
    static String of(Optional<String> set, Function<String, Optional<String>> environment, IntUnaryOperator random) {
        if (set.isPresent()) {
            return set.get();
        }
        StringBuilder name = new StringBuilder(
                plain(environment.apply("HOSTNAME").or(InstanceName::ofKernel).orElse("")));
        name.append('-');
        for (int i = 0; i < RANDOM; i++) {
            name.append(LETTERS.charAt(random.applyAsInt(LETTERS.length())));
        }
        return name.toString();
    }

    private static Optional<String> ofKernel() {
        try {
            return Optional.of(Files.readString(KERNELS).strip());
        } catch (IOException elsewhere) {
            return Optional.empty();
        }
    }

    private static String plain(String host) {
        String plain = host.replaceAll("[^A-Za-z0-9._-]", "-");
        return plain.isEmpty() ? "larder" : plain.substring(0, Math.min(plain.length(), MOST));
    }
}
