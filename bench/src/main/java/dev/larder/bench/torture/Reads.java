package dev.larder.bench.torture;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the backend answers reads with, given who asks. Pure: what it says depends on its arguments alone. */
final class Reads {
    /** Of the pages under {@code /g}, by the number in their name. */
    static final int GENERIC_KINDS = 10;

    private static final String FRESH = "max-age=30";

    private Reads() {}

    static Page read(Seen seen, Who who) {
        List<String> path = seen.segments();
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "items" -> path.size() == 1 ? list(seen) : path.size() == 2 ? item(seen, path.get(1)) : missing(seen);
            case "feed" -> path.size() == 2 ? feed(seen, path.get(1)) : missing(seen);
            case "themed" -> path.size() == 2 ? themed(seen, path.get(1)) : missing(seen);
            case "g" -> path.size() == 2 ? generic(seen, path.get(1)) : missingShared(seen);
            case "cart" -> path.size() == 1 ? cart(seen) : missing(seen);
            case "me" -> path.size() == 3 && path.get(1).equals("notes") ? note(seen, who, path.get(2)) : missing(seen);
            case "profile" -> path.size() == 1 ? profile(seen, who) : missing(seen);
            case "team" ->
                path.size() == 3 && path.get(1).equals("reports") ? report(seen, who, path.get(2)) : missing(seen);
            case "admin" -> path.size() == 2 && path.get(1).equals("inbox") ? inbox(seen, who) : missing(seen);
            case "api" -> api(seen, who, path);
            default -> missing(seen);
        };
    }

    // ---- for everybody -----------------------------------------------------------------------------------------

    private static Page list(Seen seen) {
        String tags = seen.all("tag").stream().sorted().collect(Collectors.joining(","));
        String read = "items page=" + seen.last("page").orElse("1") + " size="
                + seen.last("size").orElse("10") + " q=" + seen.first("q").orElse("") + " tag="
                + (seen.all("tag").isEmpty() ? "!" : tags);
        return Page.shared("public", read + rest(seen, List.of("page", "size", "q", "tag")), "items");
    }

    private static Page item(Seen seen, String id) {
        return Page.shared("public", "item " + id + rest(seen, List.of()), "item/" + id);
    }

    private static Page feed(Seen seen, String id) {
        return Page.shared("public", "feed " + id + rest(seen, List.of()), "feed/" + id);
    }

    /** Says itself how long it lasts and what it depends on. */
    private static Page themed(Seen seen, String id) {
        String read = "themed " + id + " theme=" + seen.asked().field("x-theme").orElse("-") + " language="
                + seen.asked().field("accept-language").orElse("-");
        return Page.shared("public", read + rest(seen, List.of()), "themed/" + id)
                .withCacheControl(FRESH, true)
                .withVary("X-Theme, Accept-Language", true);
    }

    /** One of several ways to say whether it may be stored. */
    private static Page generic(Seen seen, String name) {
        Page page = Page.shared("public", "g " + name + rest(seen, List.of()), "g/" + name);
        int kind = Math.floorMod(name.hashCode(), GENERIC_KINDS);
        return switch (kind) {
            case 0 -> page.withCacheControl("private, max-age=30", false);
            case 1 -> page.withCacheControl("no-store", false);
            case 2 -> page.withCacheControl(FRESH, true).withCookie();
            case 3 -> page.withCacheControl(FRESH, true).withVary("*", false);
            case 4 -> page.withCacheControl("no-cache", true);
            case 5 -> page.withStatus(301).withCacheControl(FRESH, true).withLocation("/items/" + name);
            case 6 -> page.withCacheControl("max-age=1, stale-while-revalidate=30", true);
            case 7 -> page.withCacheControl("s-maxage=20, max-age=0, must-revalidate", true);
            default -> page.withCacheControl(FRESH, true);
        };
    }

    /** Whoever has this cookie is its owner. */
    private static Page cart(Seen seen) {
        return seen.cart().isEmpty()
                ? Page.own(404, "nobody", "no cart")
                : Page.shared("cart:" + seen.cart(), "cart" + rest(seen, List.of()), "cart/" + seen.cart());
    }

    // ---- for some ----------------------------------------------------------------------------------------------

    private static Page note(Seen seen, Who who, String number) {
        return who.isNobody()
                ? signIn()
                : Page.shared(user(who), "note " + number + rest(seen, List.of()), "note/" + who.user() + "/" + number);
    }

    private static Page profile(Seen seen, Who who) {
        return who.isNobody()
                ? signIn()
                : Page.shared(user(who), "profile as " + who.role() + rest(seen, List.of()), "profile/" + who.user());
    }

    private static Page report(Seen seen, Who who, String name) {
        if (who.isNobody()) {
            return signIn();
        }
        return who.role().equals("READER")
                ? refused(who)
                : Page.shared("role:staff", "report " + name + rest(seen, List.of()), "report/" + name);
    }

    private static Page inbox(Seen seen, Who who) {
        if (who.isNobody()) {
            return signIn();
        }
        String read = "inbox page=" + seen.last("page").orElse("1") + rest(seen, List.of("page"));
        return who.role().equals("ADMIN") ? Page.shared(user(who), read, "inbox/" + who.user()) : refused(who);
    }

    private static Page api(Seen seen, Who who, List<String> path) {
        boolean jobs = path.size() == 3 && path.get(1).equals("jobs");
        boolean mine = path.size() == 2 && path.get(1).equals("mine");
        if (!jobs && !mine) {
            return missing(seen);
        }
        if (!(seen.credential() instanceof Credential.Token) || who.isNobody()) {
            return Page.own(401, "nobody", "no token");
        }
        if (mine) {
            return Page.shared(user(who), "mine" + rest(seen, List.of()), "mine/" + who.user());
        }
        return who.role().equals("READER")
                ? refused(who)
                : Page.shared("role:staff", "job " + path.get(2) + rest(seen, List.of()), "job/" + path.get(2));
    }

    private static Page signIn() {
        return Page.own(302, "nobody", "who are you").withLocation("/sign-in");
    }

    private static Page refused(Who who) {
        return Page.own(403, user(who), "not for " + who.role());
    }

    private static String user(Who who) {
        return "user:" + who.user();
    }

    private static Page missing(Seen seen) {
        return Page.own(404, "nobody", "nothing at " + String.join("/", seen.segments()));
    }

    private static Page missingShared(Seen seen) {
        return Page.shared("public", "nothing at " + String.join("/", seen.segments()) + rest(seen, List.of()), "")
                .withStatus(404)
                .withCacheControl(FRESH, true);
    }

    /** All else that an answer depends on. */
    private static String rest(Seen seen, List<String> named) {
        StringBuilder rest = new StringBuilder(" host=").append(seen.host());
        seen.parameters().forEach(parameter -> {
            if (!named.contains(parameter.getKey()) && !parameter.getKey().startsWith("utm_")) {
                rest.append(" ?").append(parameter.getKey()).append('=').append(parameter.getValue());
            }
        });
        for (String field : List.of("x-http-method-override", "x-method-override", "x-forwarded-prefix")) {
            Optional<String> value = seen.asked().field(field);
            value.ifPresent(text -> rest.append(' ').append(field).append('=').append(text));
        }
        if (!seen.asked().body().isEmpty()) {
            rest.append(" body=").append(seen.asked().body());
        }
        return rest.toString();
    }
}
