package dev.larder.bench.course;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request with its whole body.
 *
 * @param method in capitals
 * @param rawPath as it came: the platform matches the undecoded path
 * @param rawQuery as it came, without the question mark; empty where there is none
 * @param fields the field lines
 * @param body at most {@link CourseHandler#MAX_BODY_BYTES}
 */
record CourseRequest(String method, String rawPath, String rawQuery, HttpHeaders fields, byte[] body) {

    static CourseRequest of(String method, String target, HttpHeaders fields, byte[] body) {
        int question = target.indexOf('?');
        return question < 0
                ? new CourseRequest(method, target, "", fields, body)
                : new CourseRequest(
                        method, target.substring(0, question), target.substring(question + 1), fields, body);
    }

    /** The undecoded segments; {@code /} is one empty segment. */
    List<String> segments() {
        return List.of(rawPath.substring(1).split("/", -1));
    }

    boolean reads() {
        return method.equals("GET") || method.equals("HEAD");
    }

    boolean underApi() {
        return rawPath.equals("/api") || rawPath.startsWith("/api/");
    }

    /** Whether the visitor came over https, as the first hop says. */
    boolean secure() {
        String protocols = Optional.ofNullable(fields.get("x-forwarded-proto")).orElse("");
        return protocols.split(",", 2)[0].trim().equalsIgnoreCase("https");
    }

    Optional<String> token(CookieReading reading) {
        return reading.token(fields.getAll("cookie"), secure());
    }

    boolean acceptsGzip() {
        return fields.getAll("accept-encoding").stream()
                .flatMap(line -> List.of(line.toLowerCase(Locale.ROOT).split(",")).stream())
                .map(coding -> coding.replace(" ", ""))
                .anyMatch(coding ->
                        coding.equals("gzip") || (coding.startsWith("gzip;q=") && !coding.matches("gzip;q=0(\\.0*)?")));
    }
}
