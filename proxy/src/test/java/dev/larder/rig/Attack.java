package dev.larder.rig;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Requests that must not get each other's answers, sent in every order. The first one is the victim's: it can be cached,
 * and in the end it is. {@code {u}} in any of them stands for a part of the path that is new for every order.
 *
 * @param name what is attacked, and how
 * @param asked the requests
 */
public record Attack(String name, List<Asked> asked) {

    /**
     * A request as bytes.
     *
     * @param bytes of head and body
     * @param judged whether its own answer is compared; if not, it is only there to spoil those of the others
     */
    public record Asked(String bytes, boolean judged) {

        /** Its answer may be another one than the backend alone would give, for a reason that the row names. */
        public Asked unjudged() {
            return new Asked(bytes, false);
        }

        boolean isHead() {
            return bytes.startsWith("HEAD ");
        }

        String in(String unit) {
            return bytes.replace("{u}", unit);
        }
    }

    /** An attack. */
    public static Attack of(String name, Asked... asked) {
        return new Attack(name, List.of(asked));
    }

    /** A GET; {@code fields} are lines without their ends. */
    public static Asked get(String target, String... fields) {
        return ask("GET", target, fields);
    }

    /** A request without a body. A field line {@code Host:} replaces the usual one. */
    public static Asked ask(String method, String target, String... fields) {
        return new Asked(head(method, target, fields) + "\r\n", true);
    }

    /** A request with a body, whose framing is among the fields; {@code body} is sent as it is. */
    public static Asked withBody(String method, String target, String body, String... fields) {
        return new Asked(head(method, target, fields) + "\r\n" + body, true);
    }

    private static String head(String method, String target, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + octets(target) + " HTTP/1.1\r\n");
        if (Arrays.stream(fields).noneMatch(field -> field.startsWith("Host:"))) {
            head.append("Host: a.test\r\n");
        }
        for (String field : fields) {
            head.append(octets(field)).append("\r\n");
        }
        return head.toString();
    }

    /** Text as its octets in UTF-8, each of them one character. */
    private static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** The requests in every order. */
    List<List<Asked>> orders() {
        List<List<Asked>> orders = new ArrayList<>();
        permute(new ArrayList<>(), asked, orders);
        return orders;
    }

    /** The requests so that each is once the first: enough to see whether any two share what is stored. */
    List<List<Asked>> rotations() {
        List<List<Asked>> rotations = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            List<Asked> rotation = new ArrayList<>(asked.subList(i, asked.size()));
            rotation.addAll(asked.subList(0, i));
            rotations.add(rotation);
        }
        return rotations;
    }

    private static void permute(List<Asked> chosen, List<Asked> left, List<List<Asked>> orders) {
        if (left.isEmpty()) {
            orders.add(List.copyOf(chosen));
        }
        for (int i = 0; i < left.size(); i++) {
            List<Asked> further = new ArrayList<>(chosen);
            further.add(left.get(i));
            List<Asked> rest = new ArrayList<>(left);
            rest.remove(i);
            permute(further, rest, orders);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
