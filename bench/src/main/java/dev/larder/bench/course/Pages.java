package dev.larder.bench.course;

import dev.larder.bench.course.Sessions.Visitor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pages: streamed in several pieces, private, never to be stored, holding the visitor's name. One URL answers HTML or
 * {@code text/x-component}, by the field {@code RSC}.
 */
final class Pages {
    private static final int PIECES = 8;
    private static final String CACHE_CONTROL = "private, no-cache, no-store, max-age=0, must-revalidate";

    private Pages() {}

    /** The page at a path; {@code gap} lies between two of its pieces. */
    static Answer page(CourseRequest request, Optional<Visitor> visitor, Duration gap) {
        boolean component = "1".equals(request.fields().get("rsc"));
        String name = visitor.map(Visitor::name).orElse("visitor");
        List<byte[]> pieces =
                component ? component(request.rawPath(), name, prefetch(request)) : html(request.rawPath(), name);
        boolean gzip = request.acceptsGzip();
        Stream<Map.Entry<String, String>> fields = Stream.of(
                Map.entry("vary", Answer.VARY + ", Accept-Encoding"),
                Map.entry("cache-control", CACHE_CONTROL),
                Map.entry("content-type", component ? "text/x-component" : "text/html; charset=utf-8"));
        return new Answer(
                200,
                Stream.concat(fields, gzip ? Stream.of(Map.entry("content-encoding", "gzip")) : Stream.of())
                        .toList(),
                gzip ? StreamedPieces.gzip(pieces) : pieces,
                gap,
                Answer.Framing.CHUNKED);
    }

    /** What an unknown route under {@code /api} gets. */
    static Answer notFound() {
        return Answer.whole(
                404,
                "<!DOCTYPE html><title>404</title><h1>Not found</h1>\n".getBytes(StandardCharsets.UTF_8),
                List.of(
                        Map.entry("vary", Answer.VARY),
                        Map.entry("cache-control", CACHE_CONTROL),
                        Map.entry("content-type", "text/html; charset=utf-8")));
    }

    private static boolean prefetch(CourseRequest request) {
        return request.fields().contains("next-router-prefetch");
    }

    private static List<byte[]> html(String path, String name) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(utf8(
                "<!DOCTYPE html><html lang=\"en\"><head><title>Courses</title></head><body><h1>Courses</h1><p>Hello "
                        + escaped(name) + ", this is " + escaped(path) + ".</p>\n"));
        for (int i = 1; i < PIECES - 1; i++) {
            pieces.add(
                    utf8("<section id=\"part-" + i + "\"><p>" + "The page goes on. ".repeat(40) + "</p></section>\n"));
        }
        pieces.add(utf8("</body></html>\n"));
        return pieces;
    }

    /** A prefetch is one short line, a navigation several. */
    private static List<byte[]> component(String path, String name, boolean prefetch) {
        List<byte[]> pieces = new ArrayList<>();
        pieces.add(utf8("0:{\"b\":\"course\",\"f\":[[\"" + escaped(path) + "\"]]}\n"));
        for (int i = 1; i < PIECES && !prefetch; i++) {
            pieces.add(utf8(i + ":[\"$\",\"p\",null,{\"children\":\"" + escaped(name) + " " + "goes on. ".repeat(20)
                    + "\"}]\n"));
        }
        return pieces;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("\"", "&quot;")
                .replace("\\", "&#92;");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
