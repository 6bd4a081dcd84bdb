package dev.larder.bench.torture;

import java.util.List;

/** What requests are drawn of, whether they read or write. Confined to one thread. */
final class Parts {
    static final int ITEMS = 30;
    static final int NOTES = 4;
    static final int REPORTS = 8;
    static final int FEEDS = 8;
    static final int THEMED = 6;
    static final int CARTS = 6;
    static final int JOBS = 6;

    private static final List<String> ODD_IDS =
            List.of("a%20b", "x:y", "%2A", "%C3%BC", "1%3A2", "a+b", "..x", "~", "A");
    private static final List<String> LETTERS = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");

    private final Draw draw;
    private final Visitors visitors;

    Parts(Draw draw, Visitors visitors) {
        this.draw = draw;
        this.visitors = visitors;
    }

    String item() {
        return draw.chance(0.9) ? Integer.toString(draw.lowBelow(ITEMS)) : draw.of(ODD_IDS);
    }

    String generic() {
        return draw.of(LETTERS) + draw.below(2);
    }

    void signedIn(Draft draft, String user, double probability) {
        if (draw.chance(probability)) {
            String session = visitors.session(user, draw);
            if (!session.isEmpty()) {
                draft.cookie("sid=" + session);
            }
        }
    }

    void cookieTwice(Draft draft, String user) {
        String own = "sid=" + visitors.session(user, draw);
        String other = "sid=" + visitors.session(draw.of(visitors.users()), draw);
        if (draw.chance(0.5)) {
            draft.replaceSession(
                    draw.of(List.of(own + "; " + other, other + "; " + own, own + "; " + own, own + "; SID=x")));
        } else {
            draft.replaceSession(own);
            draft.field("Cookie", other);
        }
    }
}
