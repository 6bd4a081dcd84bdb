package dev.larder.bench.torture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The mix of {@code freshness}, which fixes what a cache can reach: reads of items by Zipf's law, of lists, feeds, and of what
 * depends on the visitor; writes mostly to the items that are read most. Confined to the clients' loop.
 */
final class Mix {
    static final int ITEMS = 200;
    private static final int NOTES = 4;
    private static final int REPORTS = 10;
    private static final int FEEDS = 6;
    private static final int THEMED = 6;
    private static final int PAGES = 2;

    /** In a hundred reads, and in a hundred writes. */
    static final String WORDS =
            "reads: 42 % items, 8 % lists, 10 % feeds, 6 % by tag, 16 % notes of a visitor, 6 % profiles, 12 % reports of a role; "
                    + "writes: 50 % items (and with each the lists), 8 % feeds, 6 % by tag, 18 % notes, 6 % profiles, 12 % reports";

    private final Draw draw;
    private final Map<String, String> sessions;
    private final List<String> users;
    private final double writes;
    private final double[] cumulative;
    private long lastTrace;

    /**
     * A source of requests.
     *
     * @param sessions by user
     * @param exponent of Zipf's law
     */
    Mix(Draw draw, Map<String, String> sessions, double writes, double exponent) {
        this.draw = draw;
        this.sessions = Map.copyOf(sessions);
        this.users = sessions.keySet().stream().sorted().toList();
        this.writes = writes;
        this.cumulative = new double[ITEMS];
        double sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += 1 / Math.pow(i + 1, exponent);
            cumulative[i] = sum;
        }
    }

    Asked next() {
        return draw.chance(writes) ? write() : read();
    }

    private Asked read() {
        int kind = draw.below(100);
        if (kind < 42) {
            return asked("GET", "/items/" + item(), "", "");
        }
        if (kind < 50) {
            return asked("GET", "/items?page=" + (1 + draw.below(PAGES)), "", "");
        }
        if (kind < 60) {
            return asked("GET", "/feed/" + draw.below(FEEDS), "", "");
        }
        if (kind < 66) {
            return asked("GET", "/themed/" + draw.below(THEMED), "", "");
        }
        if (kind < 82) {
            return asked("GET", "/me/notes/" + draw.below(NOTES), draw.of(users), "");
        }
        if (kind < 88) {
            return asked("GET", "/profile", draw.of(users), "");
        }
        return asked("GET", "/team/reports/" + draw.below(REPORTS), staff(), "");
    }

    private Asked write() {
        int kind = draw.below(100);
        if (kind < 50) {
            return asked("PUT", "/items/" + item(), "", "x");
        }
        if (kind < 58) {
            return asked("PUT", "/feed/" + draw.below(FEEDS), "", "x");
        }
        if (kind < 64) {
            return asked("PUT", "/themed/" + draw.below(THEMED), "", "x");
        }
        if (kind < 82) {
            return asked("POST", "/actions/note", draw.of(users), "{\"n\":" + draw.below(NOTES) + "}");
        }
        if (kind < 88) {
            return asked("PUT", "/profile", draw.of(users), "x");
        }
        return asked("PUT", "/team/reports/" + draw.below(REPORTS), staff(), "x");
    }

    /** Roles go round: the first user of three only reads. */
    private String staff() {
        String user = draw.of(users);
        return Integer.parseInt(user.substring(1)) % World.ROLES.size() == 0 ? "u1" : user;
    }

    private int item() {
        int found = Arrays.binarySearch(cumulative, draw.fraction() * cumulative[ITEMS - 1]);
        return Math.min(found < 0 ? -found - 1 : found, ITEMS - 1);
    }

    private Asked asked(String method, String target, String user, String body) {
        List<Map.Entry<String, String>> fields =
                new ArrayList<>(List.of(Map.entry("Host", "a.test"), Map.entry(Asked.TRACE, "t" + ++lastTrace)));
        String session = sessions.get(user);
        if (session != null) {
            fields.add(Map.entry("Cookie", "sid=" + session));
        }
        if (!body.isEmpty()) {
            fields.add(Map.entry("Content-Type", body.startsWith("{") ? "application/json" : "text/plain"));
        }
        return new Asked(method, target, fields, body);
    }
}
