package dev.larder.rig;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class during which a buffer was dropped without being released. Registered for all tests of the module by
 * {@code META-INF/services}; it must be loaded before any buffer is, which is why nothing else may set Netty's factory.
 */
public final class Leaks implements BeforeAllCallback, AfterAllCallback {

    /** Collections until what is unreachable has been found; buffers may hold each other. */
    private static final int COLLECTIONS = 2;

    private static final long COLLECTION_MILLIS = 2_000;

    private static final ConcurrentLinkedQueue<String> FOUND = new ConcurrentLinkedQueue<>();

    private static final AtomicLong TRACKED = new AtomicLong();

    static {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(
                    Class<T> resource, int samplingInterval, long maxActive) {
                return new Recording<>(resource, samplingInterval);
            }
        });
    }

    /** Takes reports down instead of logging them. */
    private static final class Recording<T> extends ResourceLeakDetector<T> {

        Recording(Class<?> resource, int samplingInterval) {
            super(resource, samplingInterval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected Object getInitialHint(String resourceType) {
            TRACKED.incrementAndGet();
            return super.getInitialHint(resourceType);
        }

        @Override
        protected void reportTracedLeak(String resourceType, String records) {
            FOUND.add(resourceType + records);
        }

        @Override
        protected void reportUntracedLeak(String resourceType) {
            FOUND.add(resourceType + " (set -Dio.netty.leakDetection.targetRecords to see where)");
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        FOUND.clear();
        TRACKED.set(0);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        List<String> found = found();
        Assertions.assertTrue(
                found.isEmpty(),
                () -> found.size() + " buffers were dropped without release, the first: " + found.get(0));
    }

    /** What has been found so far, after looking for more. */
    public static List<String> found() throws InterruptedException {
        if (TRACKED.get() > 0) {
            for (int i = 0; i < COLLECTIONS; i++) {
                collect();
                // Netty looks at what was collected when it next hands out a buffer.
                ByteBufAllocator.DEFAULT.directBuffer(1).release();
            }
        }
        return List.copyOf(FOUND);
    }

    /** Forgets what has been found. */
    static void forget() {
        FOUND.clear();
    }

    private static void collect() throws InterruptedException {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        WeakReference<Object> sentinel = new WeakReference<>(new Object(), queue);
        System.gc();
        Assertions.assertNotNull(queue.remove(COLLECTION_MILLIS), "a collection finds " + sentinel);
    }
}
