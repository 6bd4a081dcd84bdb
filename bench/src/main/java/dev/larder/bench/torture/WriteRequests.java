package dev.larder.bench.torture;

import java.util.List;

/** Draws requests that change something. Confined to one thread. */
final class WriteRequests {
    private final Draw draw;
    private final Visitors visitors;
    private final Parts parts;

    WriteRequests(Draw draw, Visitors visitors, Parts parts) {
        this.draw = draw;
        this.visitors = visitors;
        this.parts = parts;
    }

    void draw(Draft draft, String user) {
        switch (draw.below(24)) {
            case 0, 1 -> {
                draft.method(draw.of(List.of("PUT", "PATCH", "DELETE"))).target("/items/" + parts.item());
                draft.body("{}");
                if (draw.chance(0.2)) {
                    draft.target(draft.target()
                            .replace("/items", draw.of(List.of("//items", "/%69tems", "/x/../items", "/items;a"))));
                }
            }
            case 2 -> draft.method("POST").target("/items").json("{\"id\":\"" + draw.lowBelow(Parts.ITEMS) + "\"}");
            case 3 -> draft.method("POST").target("/items").form("id=" + parts.item());
            case 4, 5 -> {
                draft.method("POST")
                        .target("/any/page")
                        .json("[{\"itemId\":\"%d\",\"dry\":%s}]"
                                .formatted(draw.lowBelow(Parts.ITEMS), draw.chance(0.3)));
                draft.field("Next-Action", "7f00");
            }
            case 6 ->
                draft.method("PUT")
                        .target("/feed/" + draw.lowBelow(Parts.FEEDS))
                        .body("x");
            case 7 ->
                draft.method("PUT")
                        .target("/themed/" + draw.lowBelow(Parts.THEMED))
                        .body("x");
            case 8 ->
                draft.method("POST")
                        .target("/g/" + parts.generic() + draw.of(List.of("", "/touch")))
                        .body("x");
            case 9 -> {
                draft.method("POST").target("/cart").body("x");
                draft.cookie("cart=c" + draw.below(Parts.CARTS));
            }
            case 10, 11 -> {
                draft.method("PUT")
                        .target("/me/notes/" + draw.lowBelow(Parts.NOTES))
                        .body("x");
                parts.signedIn(draft, user, 0.95);
            }
            case 12, 13 -> {
                draft.method("POST").target("/actions/note").json("{\"n\":" + draw.lowBelow(Parts.NOTES) + "}");
                parts.signedIn(draft, user, 0.95);
                if (draw.chance(0.1)) {
                    parts.cookieTwice(draft, user);
                }
            }
            case 14 -> {
                draft.method("PUT").target("/profile").body("x");
                parts.signedIn(draft, user, 0.95);
            }
            case 15, 16 -> {
                draft.method("PUT")
                        .target("/team/reports/" + draw.lowBelow(Parts.REPORTS))
                        .body("x");
                parts.signedIn(draft, user, 0.95);
            }
            case 17 ->
                draft.method("POST")
                        .target("/admin/inbox")
                        .field(Writes.OFFICE, "1")
                        .json("{\"user\":\"" + draw.of(visitors.users()) + "\"}");
            case 18 -> {
                draft.method("PUT")
                        .target("/api/jobs/" + draw.lowBelow(Parts.JOBS))
                        .body("x");
                draft.field("Authorization", "Bearer " + visitors.token(draw));
            }
            case 19 -> {
                draft.method("PUT").target("/api/mine").body("x");
                draft.field("Authorization", "Bearer " + visitors.token(draw));
            }
            case 20, 21 ->
                draft.method("POST")
                        .target("/admin/roles")
                        .field(Writes.OFFICE, "1")
                        .json("{\"user\":\"%s\",\"role\":\"%s\"}"
                                .formatted(draw.of(visitors.users()), draw.of(World.ROLES)));
            default -> session(draft, user);
        }
    }

    /** Everybody has a session most of the time. */
    private void session(Draft draft, String user) {
        String session = visitors.session(user, draw);
        if (session.isEmpty() || draw.chance(0.4)) {
            draft.method("POST").target("/session/sign-in").json("{\"user\":\"" + user + "\"}");
        } else if (draw.chance(0.6)) {
            draft.method("POST").target("/session/sign-out").body("x");
            draft.cookie("sid=" + session);
        } else {
            draft.method("POST").target("/session/switch").json("{\"user\":\"" + draw.of(visitors.users()) + "\"}");
            draft.cookie("sid=" + session);
        }
    }
}
