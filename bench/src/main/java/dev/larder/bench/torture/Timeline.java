package dev.larder.bench.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The versions of one thing: what each held, since when it may have been read, and since when it must be, because a write
 * has been answered. Versions count from 0. Thread-safe; times are of one monotonic clock, in nanoseconds.
 */
final class Timeline<T> {

    private record Version<T>(T value, long fromNanos) {}

    /** From this time on nothing older than this version is right. */
    private record Floor(int version, long fromNanos) {}

    private final List<Version<T>> versions = new ArrayList<>();
    private final List<Floor> floors = new ArrayList<>();

    Timeline(T first) {
        versions.add(new Version<>(first, Long.MIN_VALUE));
    }

    /** A new version, which is read from now on. */
    synchronized int commit(T value, LongSupplier nanoTime) {
        versions.add(new Version<>(value, nanoTime.getAsLong()));
        return versions.size() - 1;
    }

    /** Whoever asks after this time must get this version or a later one. */
    synchronized void answered(int version, long nanos) {
        int highest = floors.isEmpty() ? 0 : floors.get(floors.size() - 1).version();
        if (version > highest) {
            floors.add(new Floor(version, nanos));
        }
    }

    synchronized int version() {
        return versions.size() - 1;
    }

    synchronized T value() {
        return versions.get(versions.size() - 1).value();
    }

    synchronized T value(int version) {
        return versions.get(version).value();
    }

    /** The oldest version that is right for who asked at this time. */
    synchronized int oldest(long askedNanos) {
        for (int i = floors.size() - 1; i >= 0; i--) {
            if (floors.get(i).fromNanos() - askedNanos < 0) {
                return floors.get(i).version();
            }
        }
        return 0;
    }

    /** The newest version that who was answered at this time can have got. */
    synchronized int newest(long answeredNanos) {
        for (int i = versions.size() - 1; i > 0; i--) {
            if (versions.get(i).fromNanos() - answeredNanos <= 0) {
                return i;
            }
        }
        return 0;
    }

    /** When this version came, and when the first write that made it wrong was answered: for reports. */
    synchronized String story(int version, long referenceNanos) {
        if (version < 0 || version >= versions.size()) {
            return "there was never a version " + version;
        }
        StringBuilder told = new StringBuilder("version ").append(version);
        if (version > 0) {
            told.append(" came at ").append(millis(versions.get(version).fromNanos() - referenceNanos));
        }
        if (version + 1 < versions.size()) {
            told.append(", the next at ")
                    .append(millis(versions.get(version + 1).fromNanos() - referenceNanos));
        }
        floors.stream()
                .filter(floor -> floor.version() > version)
                .findFirst()
                .ifPresent(floor -> told.append(", a later write (version ")
                        .append(floor.version())
                        .append(") was answered at ")
                        .append(millis(floor.fromNanos() - referenceNanos)));
        return told.toString();
    }

    private static String millis(long nanos) {
        return "%+.3f ms".formatted(nanos / 1e6);
    }
}
