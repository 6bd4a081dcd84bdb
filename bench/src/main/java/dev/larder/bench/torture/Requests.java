package dev.larder.bench.torture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Draws requests: reads of every kind, plain and hostile, and now and then a write. Confined to the clients' loop. */
final class Requests {
    private static final List<String> THEMES = List.of("dark", "light", "dark, light");
    private static final List<String> LANGUAGES = List.of("de", "en", "de,en;q=0.5", "en-GB");
    private static final List<String> OTHERS = List.of("debug=1", "page", "Page=2", "p%61ge=3", "x=%00", "callback=f");
    private static final int MOST_TAGS = 4_000;

    private final Draw draw;
    private final Visitors visitors;
    private final Parts parts;
    private final WriteRequests changes;
    private final double writes;
    /** Entity tags that somebody has seen, by target: also of others, and of other times. */
    private final Map<String, String> tags = new HashMap<>();

    private long lastTrace;

    /**
     * A source of requests.
     *
     * @param writes the share of requests that change something
     */
    Requests(Draw draw, Visitors visitors, double writes) {
        this.draw = draw;
        this.visitors = visitors;
        this.parts = new Parts(draw, visitors);
        this.changes = new WriteRequests(draw, visitors, parts);
        this.writes = writes;
    }

    Asked next() {
        Draft draft = new Draft();
        draft.field(
                "Host", draw.chance(0.9) ? "a.test" : draw.of(List.of("b.test", "A.Test", "a.test:80", "b.test:81")));
        draft.field(Asked.TRACE, "t" + ++lastTrace);
        String user = draw.of(visitors.users());
        if (draw.chance(writes)) {
            changes.draw(draft, user);
        } else {
            read(draft, user);
            if (draw.chance(0.3)) {
                twist(draft, user);
            }
        }
        return draft.asked();
    }

    /** What an answer shows of entity tags. */
    void saw(Asked asked, Got got) {
        got.field("ETag").ifPresent(tag -> {
            if (tags.size() < MOST_TAGS) {
                tags.put(asked.target(), tag);
            } else {
                tags.computeIfPresent(asked.target(), (target, old) -> tag);
            }
        });
    }

    // ---- reads -------------------------------------------------------------------------------------------------

    private void read(Draft draft, String user) {
        int kind = draw.below(100);
        if (kind < 16) {
            draft.target("/items/" + parts.item());
        } else if (kind < 28) {
            draft.target("/items" + listQuery());
        } else if (kind < 34) {
            draft.target("/feed/" + draw.lowBelow(Parts.FEEDS));
            if (draw.chance(0.5)) {
                draft.field(
                        "Accept-Encoding",
                        draw.of(List.of("gzip", "gzip;q=0.5, identity", "br", "identity;q=0, gzip")));
            }
        } else if (kind < 40) {
            draft.target("/themed/" + draw.lowBelow(Parts.THEMED));
            draft.field("X-Theme", draw.of(THEMES));
            if (draw.chance(0.7)) {
                draft.field("Accept-Language", draw.of(LANGUAGES));
            }
        } else if (kind < 50) {
            draft.target("/g/" + parts.generic());
        } else if (kind < 54) {
            draft.target("/cart");
            draft.cookie("cart=c" + draw.below(Parts.CARTS));
            parts.signedIn(draft, user, 0.3);
        } else if (kind < 64) {
            draft.target("/me/notes/" + draw.lowBelow(Parts.NOTES));
            parts.signedIn(draft, user, 0.97);
        } else if (kind < 72) {
            draft.target("/profile");
            parts.signedIn(draft, user, 0.97);
        } else if (kind < 82) {
            draft.target("/team/reports/" + draw.lowBelow(Parts.REPORTS));
            parts.signedIn(draft, user, 0.97);
        } else if (kind < 90) {
            draft.target("/admin/inbox" + (draw.chance(0.5) ? "" : "?page=" + (1 + draw.below(3))));
            parts.signedIn(draft, user, 0.97);
        } else if (kind < 95) {
            draft.target("/api/jobs/" + draw.lowBelow(Parts.JOBS));
            draft.field("Authorization", "Bearer " + visitors.token(draw));
        } else if (kind < 98) {
            draft.target("/api/mine");
            draft.field("Authorization", "Bearer " + visitors.token(draw));
        } else {
            draft.target(
                    draw.of(List.of("/elsewhere", "/", "/session/whoami-not", "/items/1/x.css", "/profile/x.css")));
            parts.signedIn(draft, user, 0.5);
        }
    }

    private String listQuery() {
        StringBuilder query = new StringBuilder();
        if (draw.chance(0.5)) {
            query.append("&page=").append(draw.of(List.of("1", "2", "3", "01", "+1", "1e3", "abc", "0", "", "51")));
        }
        if (draw.chance(0.3)) {
            query.append("&size=").append(draw.of(List.of("10", "20", "-1", "1000000")));
        }
        if (draw.chance(0.4)) {
            query.append("&q=")
                    .append(draw.of(List.of(
                            "tea", "Tea", "a+b", "a%20b", "a%2Bb", "%2a", "*", "a:b", "", "%C3%A9", "e%CC%81")));
        }
        for (int i = draw.chance(0.3) ? 1 + draw.below(2) : 0; i > 0; i--) {
            query.append("&tag=").append(draw.of(List.of("red", "blue", "red%2Cblue", "green", "")));
        }
        return query.isEmpty() ? "" : "?" + query.substring(1);
    }

    // ---- hostile and odd ---------------------------------------------------------------------------------------

    private void twist(Draft draft, String user) {
        switch (draw.below(30)) {
            case 0, 1, 2, 3 -> condition(draft);
            case 4, 5 -> range(draft);
            case 6, 7 -> draft.method("HEAD");
            case 8 -> draft.target(draft.target().replaceFirst("/[a-z]", "/" + encoded(draft.target(), 1)));
            case 9 ->
                draft.target(draft.target()
                        .replaceFirst("(.*[^/])(/|$)", draw.of(List.of("$1;x=1$2", "$1/", "/$1$2", "/.$1$2"))));
            case 10 -> draft.target(draw.of(List.of("/x/..", "/x/%2e%2e", "/%2E", "//", "/;a=b")) + draft.target());
            case 11 -> draft.target(draft.target() + (draft.target().contains("?") ? "&" : "?") + draw.of(OTHERS));
            case 12 ->
                draft.target(
                        draft.target() + (draft.target().contains("?") ? "&" : "?") + "utm_source=" + draw.below(9));
            case 13 -> draft.target(draft.target() + (draft.target().contains("?") ? "&" : "?") + "page=1&page=2");
            case 14 ->
                draft.target(draft.target()
                        .replaceFirst(
                                "[0-9a-z]$",
                                encoded(draft.target(), draft.target().length() - 1)));
            case 15 -> parts.cookieTwice(draft, user);
            case 16 -> odderCookie(draft, user);
            case 17 -> draft.replaceSession("sid=" + visitors.endedSession(draw));
            case 18 -> draft.field("Authorization", "Bearer " + visitors.badToken(draw));
            case 19 ->
                draft.field("Authorization", draw.of(List.of("Bearer ", "bearer ", "Basic ")) + visitors.token(draw));
            case 20 -> draft.field("X-Original-URL", "/items/" + parts.item());
            case 21 ->
                draft.field(
                        draw.of(List.of("X-Rewrite-URL", "x-original-url")),
                        draw.of(List.of("/profile", "/feed/1", "/admin/inbox")));
            case 22 -> draft.field(draw.of(List.of("X-Host", "X-Forwarded-Host", "Forwarded")), "evil.test");
            case 23 ->
                draft.field(
                        draw.of(List.of("X-HTTP-Method-Override", "X-Method-Override", "X-Forwarded-Prefix")), "PUT");
            case 24 -> draft.body(draw.of(List.of("page=7", "{\"id\":1}")));
            case 25 ->
                draft.field(
                        "Cache-Control",
                        draw.of(List.of("no-cache", "no-store", "max-age=0", "only-if-cached", "max-stale=9999")));
            case 26 -> draft.field("Pragma", "no-cache");
            case 27 -> draft.replaceToken("Bearer " + visitors.badToken(draw));
            case 28 -> draft.field("Authorization", "Bearer " + visitors.token(draw));
            default -> draft.replaceSession("");
        }
    }

    private static String encoded(String text, int index) {
        return index < text.length() ? "%%%02X".formatted((int) text.charAt(index)) : "";
    }

    private void condition(Draft draft) {
        String own = tags.getOrDefault(draft.target(), "\"none.0\"");
        String other = tags.isEmpty() ? own : draw.of(List.copyOf(tags.values()));
        draft.field("If-None-Match", draw.of(List.of(own, own, own, other, own + ", " + other)));
    }

    private void range(Draft draft) {
        draft.field("Range", draw.of(List.of("bytes=0-9", "bytes=5-", "bytes=-20", "bytes=999999-", "bytes=0-0")));
        if (draw.chance(0.3)) {
            draft.field("If-Range", tags.getOrDefault(draft.target(), "\"none.0\""));
        }
    }

    private void odderCookie(Draft draft, String user) {
        String session = visitors.session(user, draw);
        int half = session.length() / 2;
        draft.replaceSession(draw.of(List.of(
                "sid=\"" + session + "\"",
                "sid=" + session.replace("s", "%73"),
                "sid.0=" + session.substring(0, half) + "; sid.1=" + session.substring(half),
                " sid=" + session + " ;",
                "theme=dark; sid=" + session + "; x=y",
                "sid=" + session + ";sid.1=x",
                "sid=",
                "sid")));
    }
}
