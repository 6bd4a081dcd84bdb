package dev.larder.bench.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A request that is being put together. Confined to one thread. */
final class Draft {
    private final List<Map.Entry<String, String>> fields = new ArrayList<>();
    private final List<String> cookies = new ArrayList<>();
    private String method = "GET";
    private String target = "/";
    private String body = "";

    Draft method(String name) {
        method = name;
        return this;
    }

    String target() {
        return target;
    }

    Draft target(String text) {
        target = text;
        return this;
    }

    Draft field(String name, String value) {
        fields.add(Map.entry(name, value));
        return this;
    }

    void cookie(String pair) {
        cookies.add(pair);
    }

    void replaceSession(String pairs) {
        cookies.removeIf(pair -> pair.startsWith("sid"));
        if (!pairs.isEmpty()) {
            cookies.add(pairs);
        }
    }

    void replaceToken(String value) {
        fields.removeIf(line -> line.getKey().equals("Authorization"));
        field("Authorization", value);
    }

    void body(String text) {
        body = text;
    }

    void json(String text) {
        field("Content-Type", "application/json");
        body = text;
    }

    void form(String text) {
        field("Content-Type", "application/x-www-form-urlencoded");
        body = text;
    }

    Asked asked() {
        if (!cookies.isEmpty()) {
            fields.add(Map.entry("Cookie", String.join("; ", cookies)));
        }
        return new Asked(method, target, List.copyOf(fields), body);
    }
}
