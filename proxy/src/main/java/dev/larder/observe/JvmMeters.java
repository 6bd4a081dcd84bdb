package dev.larder.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The process: memory, collections, threads, processors, files. Takes up to some hundred milliseconds to make, once. */
final class JvmMeters {

    private JvmMeters() {}

    /** Of two names that go against the rules of names, and say nothing that others do not. Before anything is registered. */
    static void filter(MeterRegistry registry) {
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"));
        registry.config().meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
    }

    static void bind(MeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        // From the beans and not from notifications: those before the first look count as well.
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionCounter.builder("jvm.gc.collections", collector, bean -> Math.max(0, bean.getCollectionCount()))
                    .description("Collections of garbage")
                    .tag("collector", collector.getName())
                    .register(registry);
            FunctionCounter.builder(
                            "jvm.gc.collection.seconds",
                            collector,
                            bean -> Math.max(0, bean.getCollectionTime()) / 1_000.0)
                    .description("Time spent in them")
                    .tag("collector", collector.getName())
                    .register(registry);
        }
        new FileDescriptorMetrics().bindTo(registry);
    }
}
