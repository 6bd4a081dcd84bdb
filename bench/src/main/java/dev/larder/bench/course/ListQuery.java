package dev.larder.bench.course;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a list route takes from a query, read as the platform reads it: the first of duplicates wins, unknown names are
 * ignored, a number is what a text begins with ({@code 01}, {@code 1abc} and {@code 1e3} are all 1).
 *
 * @param page from 1
 * @param limit how many items a page has
 * @param search matched anywhere in a name, without regard to case
 */
record ListQuery(long page, long limit, String search) {
    private static final long DEFAULT_PAGE = 1;
    private static final long DEFAULT_LIMIT = 5;
    private static final Pattern LEADING_NUMBER = Pattern.compile("\\s*([+-]?[0-9]{1,12}).*", Pattern.DOTALL);

    /** A value that the platform's own code fails on: the answer is 500. */
    static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /**
     * Reads a query as it came, without its question mark.
     *
     * @throws Unusable where the page is below 1, the limit below 0, or either is no number
     */
    static ListQuery parse(String rawQuery) {
        Map<String, String> parameters = parameters(rawQuery);
        ListQuery query = new ListQuery(
                number(parameters.get("page"), DEFAULT_PAGE),
                number(parameters.get("limit"), DEFAULT_LIMIT),
                parameters.getOrDefault("search", ""));
        if (query.page < 1 || query.limit < 0) {
            throw new Unusable("page is %d and limit %d; expected at least 1 and 0".formatted(query.page, query.limit));
        }
        return query;
    }

    /** The parameters by name, decoded as a form, the first of each name. */
    static Map<String, String> parameters(String rawQuery) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.putIfAbsent(PercentDecoding.ofForm(name), PercentDecoding.ofForm(value));
            }
        }
        return parameters;
    }

    /** How many items lie before this page. */
    long offset() {
        return Math.multiplyExact(page - 1, limit);
    }

    private static long number(@Nullable String text, long byDefault) {
        if (text == null || text.isEmpty()) {
            return byDefault;
        }
        Matcher number = LEADING_NUMBER.matcher(text);
        if (!number.matches()) {
            throw new Unusable("\"" + text + "\" does not begin with a number");
        }
        return Long.parseLong(number.group(1));
    }
}
