package dev.larder.bench.mix;

/** What figures were taken on. */
public final class Machine {
    private Machine() {}

    /** System, cores, Java and heap, in one line. */
    public static String line() {
        return "%s %s, %d cores, Java %s, heap up to %d MiB"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"),
                        Runtime.getRuntime().maxMemory() >> 20);
    }
}
