package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.http.Target;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request made up to ask a rulebook about it, as {@code tests:} and {@code larder explain} do.
 *
 * @param request its head; its authority is the Host field's, or {@code localhost}
 * @param body its body, if it has one
 * @param claims of the visitor, each a text or a list of texts; empty for an anonymous one
 * @param response the head of the answer, for a write
 * @param responseBody the body of the answer
 */
public record Sample(
        RequestHead request,
        WritePlan.Body body,
        Optional<Map<String, Object>> claims,
        ResponseHead response,
        WritePlan.Body responseBody) {

    /** A request of which only this much is said, by nobody, answered with an empty 200. */
    public static Sample of(String method, String target, Fields fields) {
        return of(method, target, fields, Optional.empty());
    }

    private static Sample of(String method, String target, Fields fields, Optional<String> text) {
        String host = fields.get("host");
        Fields.Builder sent = fields.toBuilder();
        byte[] bytes = text.map(Sample::bytes).orElse(new byte[0]);
        if (text.isPresent() && !fields.contains("content-length")) {
            sent.add("Content-Length", String.valueOf(bytes.length));
        }
        RequestHead head = new RequestHead(
                method,
                Target.parse(target),
                "http",
                host == null || host.isBlank() ? "localhost" : host.strip().toLowerCase(Locale.ROOT),
                sent.build());
        return new Sample(
                head,
                text.isPresent() ? new WritePlan.Body.Whole(bytes, head.fields()) : new WritePlan.Body.None(),
                Optional.empty(),
                new ResponseHead(200, "", Fields.EMPTY),
                new WritePlan.Body.None());
    }

    /** The same with this body. */
    public Sample withBody(String text) {
        Sample with = of(request.method(), request.target().raw(), request.fields(), Optional.of(text));
        return new Sample(with.request, with.body, claims, response, responseBody);
    }

    /** The same asked by a visitor with these claims. */
    public Sample by(Map<String, Object> visitor) {
        return new Sample(request, body, Optional.of(new LinkedHashMap<>(visitor)), response, responseBody);
    }

    /** The same answered like this. */
    public Sample answered(int status, Fields fields, Optional<String> text) {
        return new Sample(
                request,
                body,
                claims,
                new ResponseHead(status, "", fields),
                text.<WritePlan.Body>map(body -> new WritePlan.Body.Whole(bytes(body), fields))
                        .orElseGet(WritePlan.Body.None::new));
    }

    /** A test of the file. */
    static Sample of(Rules.RuleTest test) {
        Sample sample = of(test.method(), test.target(), fields(test.header()), test.body());
        if (test.as().isPresent()) {
            sample = sample.by(test.as().get());
        }
        return sample.answered(
                test.response().status(),
                fields(test.response().header()),
                test.response().body());
    }

    private static Fields fields(Map<String, String> lines) {
        Fields.Builder fields = Fields.builder();
        lines.forEach(fields::add);
        return fields.build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The visitor as one identity of the file knows them, or null for an anonymous one. */
    @Nullable
    Identity identity(String name) {
        if (claims.isEmpty()) {
            return null;
        }
        Map<String, String> scalars = new LinkedHashMap<>();
        Map<String, List<String>> arrays = new LinkedHashMap<>();
        claims.get().forEach((claim, value) -> {
            if (value instanceof List<?> list) {
                arrays.put(claim, list.stream().map(String::valueOf).toList());
            } else {
                scalars.put(claim, String.valueOf(value));
            }
        });
        return new Identity(name, scalars, arrays);
    }
}
