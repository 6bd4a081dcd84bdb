package dev.larder.bench.jmh;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.StoredHead;
import dev.larder.http.Target;
import dev.larder.key.BypassReason;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import dev.larder.rules.RulesLoader;
import dev.larder.store.Epochs;
import dev.larder.store.StoreKey;
import dev.larder.store.StoredResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** What all benchmarks work on: ten routes like those of the course rules, a browser's head, an answer of 1 KiB. */
final class Given {

    static final String SITE = "http://courses.example";
    static final String TARGET = "/api/catalogue/42?page=3&search=javascript&utm_source=mail";
    static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    static final int BODY_BYTES = 1024;

    private Given() {}

    static Rulebook rulebook() {
        String text;
        try (InputStream in = Given.class.getResourceAsStream("jmh.rules.yaml")) {
            if (in == null) {
                throw new IllegalStateException("no jmh.rules.yaml beside the class");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        RulesLoader loader = new RulesLoader(
                Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toUnmodifiableSet()));
        if (loader.load("jmh.rules.yaml", Path.of("."), text) instanceof RulesLoader.Loaded.Ok ok
                && Rulebook.compile(ok.rules()) instanceof Rulebook.Compiled.Ok compiled) {
            return compiled.rulebook();
        }
        throw new IllegalStateException("jmh.rules.yaml is refused");
    }

    static RequestHead request() {
        return new RequestHead("GET", Target.parse(TARGET), "http", "courses.example", fields());
    }

    /** Some 800 bytes, three cookies. */
    static Fields fields() {
        return Fields.builder()
                .add("Host", "courses.example")
                .add(
                        "User-Agent",
                        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
                .add("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8")
                .add("Accept-Encoding", "gzip, deflate, br, zstd")
                .add("Accept-Language", "en-GB,en;q=0.9,de;q=0.8")
                .add(
                        "Cookie",
                        "theme=dark; next-auth.session-token=" + "5f1c0a9b".repeat(8)
                                + "; _ga=GA1.1.1234567890.1234567890")
                .add("Referer", "http://courses.example/catalogue?page=2")
                .add("Sec-Fetch-Dest", "empty")
                .add("Sec-Fetch-Mode", "cors")
                .add("Sec-Fetch-Site", "same-origin")
                .add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                .build();
    }

    static RouteRule route(Rulebook rulebook, RequestHead request) {
        if (rulebook.plan(request) instanceof Plan.Read read) {
            return read.route();
        }
        throw new IllegalStateException("no route reads " + request.target());
    }

    static Plan.Derived.Cacheable derived(RouteRule route, RequestHead request) {
        if (route.derive(request, null) instanceof Plan.Derived.Cacheable cacheable) {
            return cacheable;
        }
        throw new IllegalStateException("no key for " + request.target());
    }

    static StoreKey key(Plan.Derived.Cacheable derived, RequestHead request) {
        return new StoreKey(derived.key(), SITE, request.fields());
    }

    static StoredHead head() {
        Instant asked = NOW.minusSeconds(30);
        Fields fields = Fields.of(
                "Content-Type", "application/json; charset=utf-8",
                "Cache-Control", "max-age=300",
                "Date", "Thu, 01 Jan 2026 00:00:30 GMT",
                "ETag", "\"33a64df551425fcc\"",
                "Vary", "Accept-Encoding");
        return new StoredHead(
                new ResponseHead(200, "OK", fields),
                asked,
                asked.plusMillis(20),
                Fields.of("Accept-Encoding", "gzip, deflate, br, zstd"),
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ZERO);
    }

    static StoredResponse response(Plan.Derived.Cacheable derived, RouteRule route, Epochs epochs) {
        byte[] body = new byte[BODY_BYTES];
        Arrays.fill(body, (byte) 'x');
        return new StoredResponse(derived.key().text(), head(), body, route.fingerprint(), epochs);
    }

    static Epochs epochs(Plan.Derived.Cacheable derived) {
        Map<String, String> tokens = derived.groups().stream()
                .collect(Collectors.toUnmodifiableMap(group -> group.name(), group -> "0123456789abcdef"));
        return new Epochs("incarnation", tokens, "0123456789abcdef", false);
    }
}
