package dev.larder.bench.torture;

import dev.larder.bench.torture.Violation.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares an answer with what the backend by itself would have given this visitor at some moment between the sending of
 * the request and the end of the answer. Who asked, and the version of what they got, may be of different moments in
 * between, as they are where a backend first looks who asks and then reads. Any thread.
 */
final class Checker {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,9})-(\\d{1,9})/(\\d{1,9})");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

    private final World world;

    Checker(World world) {
        this.world = world;
    }

    /**
     * Judges one answer that came to its end.
     *
     * @param asked as the client sent it
     * @param sentNanos before its first byte went out
     * @param gotNanos after the last byte of the answer had come
     */
    Optional<Violation> check(Asked asked, Got got, long sentNanos, long gotNanos) {
        if (asked.isWrite()) {
            return checkWrite(asked, got);
        }
        Seen seen = Seen.of(asked.withoutForwarding());
        Set<Who> whos = world.whoBetween(seen.credential(), sentNanos, gotNanos);
        Violation nearest = null;
        for (Who who : whos) {
            Violation found = compare(asked, got, Reads.read(seen, who), sentNanos, gotNanos);
            if (found == null) {
                return Optional.empty();
            }
            // The kinds are in the order in which they are looked for: the last one came furthest.
            nearest = nearest == null || found.kind().compareTo(nearest.kind()) > 0 ? found : nearest;
        }
        if (nearest == null) {
            throw new IllegalStateException("nobody can have asked " + asked);
        }
        return Optional.of(new Violation(
                nearest.kind(),
                nearest.what() + "; asked by one of " + whos + world.story(seen.credential(), sentNanos)));
    }

    /** An answer to a write is its writer's alone. */
    private static Optional<Violation> checkWrite(Asked asked, Got got) {
        String trace = got.field("X-Trace").orElse("");
        return trace.equals(asked.trace())
                ? Optional.empty()
                : Optional.of(new Violation(Kind.FOREIGN, "the answer to the write \"" + trace + "\""));
    }

    private @Nullable Violation compare(Asked asked, Got got, Page page, long sentNanos, long gotNanos) {
        if (got.status() == 304) {
            return compareTag(asked, got, page, sentNanos, gotNanos);
        }
        String owner = got.field("X-Owner").orElse("");
        if (!owner.equals(page.owner())) {
            return new Violation(Kind.FOREIGN, "owner \"" + owner + "\" instead of \"" + page.owner() + "\"");
        }
        String trace = got.field("X-Trace").orElse("");
        if (!page.shareable() && !trace.equals(asked.trace())) {
            return new Violation(Kind.FOREIGN, "it was for request \"" + trace + "\" alone");
        }
        List<String> cookies = got.lines("Set-Cookie");
        List<String> expected = page.cookie() ? List.of("trace=" + asked.trace()) : List.of();
        if (!cookies.equals(expected)) {
            return new Violation(Kind.FOREIGN, "cookies " + cookies + " instead of " + expected);
        }
        String read = got.field("X-Read").orElse("");
        if (!read.equals(page.readAsField())) {
            return new Violation(Kind.VARIANT, "read \"" + read + "\" instead of \"" + page.readAsField() + "\"");
        }
        String version = got.field("X-Version").orElse("");
        if (!version.matches("[0-9]{1,9}")) {
            return new Violation(Kind.MALFORMED, "version \"" + version + "\"");
        }
        return compareVersion(asked, got, page, Integer.parseInt(version), sentNanos, gotNanos);
    }

    private @Nullable Violation compareVersion(
            Asked asked, Got got, Page page, int version, long sentNanos, long gotNanos) {
        boolean there = true;
        if (!page.thing().isEmpty()) {
            Timeline<Boolean> thing = world.thing(page.thing());
            Violation wrong = wrongVersion(page, version, sentNanos, gotNanos);
            if (wrong != null) {
                return wrong;
            }
            there = thing.value(version);
        }
        String lifetime = got.field("Cache-Control").orElse("");
        // That a part is not there is said for this request alone.
        boolean refusedPart = got.status() == 416 && lifetime.equals("no-store");
        if (!lifetime.equals(page.cacheControl()) && !refusedPart) {
            return new Violation(
                    Kind.MALFORMED, "Cache-Control \"" + lifetime + "\" instead of \"" + page.cacheControl() + "\"");
        }
        return compareBody(asked, got, page.status(there), page.body(version, there));
    }

    private @Nullable Violation wrongVersion(Page page, int version, long sentNanos, long gotNanos) {
        Timeline<Boolean> thing = world.thing(page.thing());
        int oldest = thing.oldest(sentNanos);
        int newest = thing.newest(gotNanos);
        if (version >= oldest && version <= newest) {
            return null;
        }
        Kind kind = version < oldest ? Kind.STALE : Kind.MALFORMED;
        return new Violation(
                kind,
                "version %d of %s instead of %d to %d; from the sending of the request: %s, and the answer came at %+.3f ms"
                        .formatted(
                                version,
                                page.thing(),
                                oldest,
                                newest,
                                thing.story(version, sentNanos),
                                (gotNanos - sentNanos) / 1e6));
    }

    /** A 304: what the client has must be right. */
    private @Nullable Violation compareTag(Asked asked, Got got, Page page, long sentNanos, long gotNanos) {
        String tag = got.field("ETag").orElse("");
        String strong = tag.startsWith("W/") ? tag.substring(2) : tag;
        boolean had = asked.field("if-none-match")
                .filter(tags -> tags.contains(strong))
                .isPresent();
        Optional<Integer> version = page.version(tag);
        if (!page.shareable() || version.isEmpty()) {
            return new Violation(Kind.FOREIGN, "304 with the entity tag " + tag + " of another page");
        }
        if (!had) {
            return new Violation(Kind.VARIANT, "304 with the entity tag " + tag + ", which was not asked for");
        }
        return page.thing().isEmpty() ? null : wrongVersion(page, version.get(), sentNanos, gotNanos);
    }

    private static @Nullable Violation compareBody(Asked asked, Got got, int status, byte[] body) {
        if (got.status() == 206 || got.status() == 416) {
            return compareRange(asked, got, status, body);
        }
        if (got.status() != status) {
            return new Violation(Kind.MALFORMED, "status " + got.status() + " instead of " + status);
        }
        if (asked.method().equals("HEAD")) {
            return got.body().length == 0 ? null : new Violation(Kind.MALFORMED, "a body");
        }
        return Arrays.equals(plain(got), body)
                ? null
                : new Violation(
                        Kind.MALFORMED, "a body of " + got.body().length + " bytes other than the one of this version");
    }

    private static @Nullable Violation compareRange(Asked asked, Got got, int status, byte[] body) {
        Matcher wanted = RANGE.matcher(asked.field("range").orElse(""));
        if (status != 200 || !wanted.matches()) {
            return new Violation(Kind.MALFORMED, "status " + got.status() + ", and no part was asked for");
        }
        if (got.status() == 416) {
            boolean beyond = !wanted.group(1).isEmpty() && Integer.parseInt(wanted.group(1)) >= body.length;
            return beyond ? null : new Violation(Kind.MALFORMED, "416, and the part is there");
        }
        Matcher range = CONTENT_RANGE.matcher(got.field("Content-Range").orElse(""));
        if (!range.matches() || Integer.parseInt(range.group(3)) != body.length) {
            return new Violation(Kind.MALFORMED, "Content-Range " + got.field("Content-Range"));
        }
        byte[] part = Arrays.copyOfRange(body, Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)) + 1);
        return asked.method().equals("HEAD") || Arrays.equals(part, got.body())
                ? null
                : new Violation(Kind.MALFORMED, "another part than it says");
    }

    private static byte[] plain(Got got) {
        if (!got.field("Content-Encoding").orElse("").equals("gzip")) {
            return got.body();
        }
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(got.body()))) {
            return stream.readAllBytes();
        } catch (IOException e) {
            return got.body();
        }
    }
}
