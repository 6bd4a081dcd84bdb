package dev.larder.admin;

import dev.larder.http.Fields;
import dev.larder.server.AdminAnswer;
import dev.larder.server.AdminRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The live page: files of this jar, the same for everybody. They hold nothing of what is going on, so whoever reaches the
 * address may have them; what the page shows it asks of the API, with the token where that is needed. Any thread.
 */
final class PageFiles {

    private static final String FOLDER = "/dev/larder/admin/page/";

    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    /** Path to the name in the jar and the media type. */
    private static final Map<String, String[]> FILES = Map.ofEntries(
            file("/", "index.html", "text/html; charset=utf-8"),
            file("/page/page.css", "page.css", "text/css; charset=utf-8"),
            file("/page/icon.svg", "icon.svg", "image/svg+xml"),
            script("main.js"),
            script("api.js"),
            script("dom.js"),
            script("form.js"),
            script("series.js"),
            script("charts.js"),
            script("health.js"),
            script("modes.js"),
            script("truth.js"),
            script("routes.js"),
            script("reasons.js"),
            script("keys.js"),
            script("purges.js"),
            script("explain.js"));

    /** Nothing from elsewhere, nothing inline, in no frame, and forms go nowhere. */
    private static final Fields POLICY = Fields.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            "Referrer-Policy",
            "no-referrer");

    private static final Map<String, String> READ = new ConcurrentHashMap<>();

    private PageFiles() {}

    private static Map.Entry<String, String[]> script(String name) {
        return file("/page/" + name, name, JAVASCRIPT);
    }

    private static Map.Entry<String, String[]> file(String path, String name, String type) {
        return Map.entry(path, new String[] {name, type});
    }

    /** The file that is asked for, if it is one of the page's. */
    static Optional<AdminAnswer> answer(AdminRequest request) {
        String[] file = FILES.get(request.path());
        if (file == null || !request.method().equals("GET")) {
            return Optional.empty();
        }
        return Optional.of(new AdminAnswer(200, file[1], READ.computeIfAbsent(file[0], PageFiles::read), POLICY));
    }

    private static String read(String name) {
        try (InputStream file = PageFiles.class.getResourceAsStream(FOLDER + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
