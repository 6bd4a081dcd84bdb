package dev.larder.bench.speed;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The head of a request as a browser sends it: some 900 bytes, three cookies, and a {@code traceparent} that differs in every
 * request, so that no memo of whole heads helps anybody. Pure.
 */
final class BrowserHead {
    /** How many visitors there are; each has a session. */
    static final int VISITORS = 200;

    private static final String HOST = "courses.example";
    private static final String SESSION = "next-auth.session-token";

    private BrowserHead() {}

    /** All fields that are the same in every request of all visitors, but Host. */
    static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Accept", "application/json, text/plain, */*");
        fields.put("Accept-Encoding", "gzip, deflate, br, zstd");
        fields.put("Accept-Language", "en-GB,en;q=0.9,de-DE;q=0.8,de;q=0.7");
        fields.put("Priority", "u=1, i");
        fields.put("Referer", "http://" + HOST + "/user/courses?page=1");
        fields.put("Sec-Ch-Ua", "\"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\", \"Google Chrome\";v=\"140\"");
        fields.put("Sec-Ch-Ua-Mobile", "?0");
        fields.put("Sec-Ch-Ua-Platform", "\"Linux\"");
        fields.put("Sec-Fetch-Dest", "empty");
        fields.put("Sec-Fetch-Mode", "cors");
        fields.put("Sec-Fetch-Site", "same-origin");
        fields.put(
                "User-Agent",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36");
        return fields;
    }

    /** The field Cookie up to where {@link #token} goes. */
    static String cookiesBeforeToken() {
        return "next-auth.csrf-token=4f8d1c07b2e94a6f9d3c5be7a1f0826d%7C9be2a7c4d5f60718; "
                + "next-auth.callback-url=http%3A%2F%2F" + HOST + "%2Fuser%2Fcourses; " + SESSION + "=";
    }

    /** The session of one visitor, from 0 on. The origin of these scenarios reads the visitor's number out of it. */
    static String token(int visitor) {
        return "s-7c1e94b05f3a42d8-u%03d".formatted(visitor);
    }

    /** A {@code traceparent} as W3C has it. */
    static String traceparent(long trace, long span) {
        return "00-" + hex(trace ^ 0x5bd1e995a3c59ac3L) + hex(trace) + "-" + hex(span) + "-01";
    }

    private static String hex(long value) {
        StringBuilder text = new StringBuilder(16);
        for (int shift = 60; shift >= 0; shift -= 4) {
            text.append(Character.forDigit((int) (value >>> shift) & 15, 16));
        }
        return text.toString();
    }

    /** How long a whole head is, for a path of that length. */
    static int bytes(int pathLength) {
        int bytes = "GET  HTTP/1.1\r\n\r\n".length() + pathLength;
        for (Map.Entry<String, String> field : fields().entrySet()) {
            bytes += field.getKey().length() + field.getValue().length() + 4;
        }
        bytes += "Host: 127.0.0.1:12345\r\n".length();
        bytes += "Cookie: \r\n".length() + cookiesBeforeToken().length() + token(0).length();
        return bytes + "traceparent: \r\n".length() + traceparent(1, 1).length();
    }
}
