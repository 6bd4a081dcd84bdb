package dev.larder.http;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Every way in which some server could read a path: what becomes of it under the steps that servers take, in any order
 * and as often as they like. The case of hexadecimal digits is left out, because it makes no difference to a template,
 * which holds no escape. Pure.
 */
final class PathReadings {

    /** More readings than these are not listed: whoever asks has to reckon with any path then. */
    private static final int MOST = 64;

    /** Of a longer path none are listed, so that nobody makes a request cost milliseconds. */
    private static final int LONGEST_PATH = 1024;

    private static final List<UnaryOperator<List<String>>> STEPS = List.of(
            segments -> each(segments, LenientDecoder::decode),
            segments -> splitAt(segments, '/'),
            segments -> splitAt(segments, '\\'),
            segments -> each(segments, segment -> until(segment, ';')),
            segments -> cutAt(segments, '?'),
            segments -> cutAt(segments, '#'),
            segments -> cutAt(segments, '\0'),
            segments -> each(segments, PathReadings::withoutControlsAndOuterBlanks),
            PathReadings::withoutEmptySegments,
            PathReadings::withoutTrailingSlash,
            PathReadings::dotsResolved);

    private PathReadings() {}

    /** All readings, the path as it came first; empty where there are too many. */
    static List<List<String>> of(String rawPath) {
        if (rawPath.length() > LONGEST_PATH) {
            return List.of();
        }
        Set<List<String>> readings = new LinkedHashSet<>();
        Queue<List<String>> open = new ArrayDeque<>();
        List<String> asItCame = splitAt(List.of(rawPath.startsWith("/") ? rawPath.substring(1) : rawPath), '/');
        readings.add(normalRoot(asItCame));
        open.add(asItCame);
        for (List<String> reading = open.poll(); reading != null; reading = open.poll()) {
            for (UnaryOperator<List<String>> step : STEPS) {
                List<String> next = normalRoot(step.apply(reading));
                if (readings.add(next)) {
                    if (readings.size() > MOST) {
                        return List.of();
                    }
                    open.add(next);
                }
            }
        }
        return List.copyOf(readings);
    }

    /** The root is no segment, as in {@link Target#segments()}. */
    private static List<String> normalRoot(List<String> segments) {
        return segments.equals(List.of("")) ? List.of() : List.copyOf(segments);
    }

    private static List<String> each(List<String> segments, UnaryOperator<String> step) {
        return segments.stream().map(step).toList();
    }

    private static List<String> splitAt(List<String> segments, char separator) {
        List<String> parts = new ArrayList<>();
        for (String segment : segments) {
            int start = 0;
            for (int end = segment.indexOf(separator); end >= 0; end = segment.indexOf(separator, start)) {
                parts.add(segment.substring(start, end));
                start = end + 1;
            }
            parts.add(segment.substring(start));
        }
        return parts;
    }

    private static String until(String segment, char stop) {
        int end = segment.indexOf(stop);
        return end < 0 ? segment : segment.substring(0, end);
    }

    /** The path up to this character, as for somebody who decodes first and parses then. */
    private static List<String> cutAt(List<String> segments, char stop) {
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            if (segment.indexOf(stop) >= 0) {
                List<String> kept = new ArrayList<>(segments.subList(0, i));
                kept.add(until(segment, stop));
                return kept;
            }
        }
        return segments;
    }

    private static String withoutControlsAndOuterBlanks(String segment) {
        StringBuilder kept = new StringBuilder(segment.length());
        segment.chars().filter(c -> !Octets.isControl(c)).forEach(c -> kept.append((char) c));
        return kept.toString().strip();
    }

    /** Several slashes are one; one at the end stays. */
    private static List<String> withoutEmptySegments(List<String> segments) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            if (!segments.get(i).isEmpty() || i == segments.size() - 1) {
                kept.add(segments.get(i));
            }
        }
        return kept;
    }

    private static List<String> withoutTrailingSlash(List<String> segments) {
        int last = segments.size() - 1;
        return last >= 0 && segments.get(last).isEmpty() ? segments.subList(0, last) : segments;
    }

    /** RFC 3986 section 5.2.4. */
    private static List<String> dotsResolved(List<String> segments) {
        List<String> resolved = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean up = segment.equals("..");
            if (!up && !segment.equals(".")) {
                resolved.add(segment);
                continue;
            }
            if (up && !resolved.isEmpty()) {
                resolved.remove(resolved.size() - 1);
            }
            // A dot segment at the end leaves the slash before it.
            if (i == segments.size() - 1) {
                resolved.add("");
            }
        }
        return resolved;
    }
}
