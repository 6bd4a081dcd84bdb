package dev.larder.bench.torture;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * What came for a request.
 *
 * @param status 0 where no head came
 * @param whole whether the answer came to its end
 * @param behindLast whether it was sent ahead on a connection whose last answer said that it was the last
 */
record Got(int status, HttpHeaders fields, byte[] body, boolean whole, boolean behindLast) {

    Optional<String> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    List<String> lines(String name) {
        return fields.getAll(name);
    }

    /** Whether it came from a cache (RFC 9211 section 2.1). */
    boolean hit() {
        String status = fields.get("Cache-Status");
        if (status != null) {
            for (String parameter : status.split(";", -1)) {
                if (parameter.strip().equals("hit")) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String toString() {
        StringBuilder told = new StringBuilder().append(status).append(whole ? "" : " (cut short)");
        fields.forEach(
                line -> told.append(" | ").append(line.getKey()).append(": ").append(line.getValue()));
        return told.append(" | ").append(body.length).append(" bytes").toString();
    }
}
