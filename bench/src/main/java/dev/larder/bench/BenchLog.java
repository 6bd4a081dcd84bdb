package dev.larder.bench;

/** What programs of this module log: warnings alone, so that a person sees nothing but their progress and results. */
final class BenchLog {
    private static final String CONFIGURATION = "logback.configurationFile";

    private BenchLog() {}

    /** To be called before anything logs: the configuration is chosen then, and by who asks first. */
    static void quiet() {
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "larder-bench-logback.xml");
        }
    }
}
