package dev.larder.bench.torture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/** What writes do: each comes to a status, a body and the changes that it makes where it succeeds. */
final class Writes {
    /** Who may change what is not theirs sends this field. */
    static final String OFFICE = "x-office";

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * What a write comes to.
     *
     * @param changes what it does to the world; nothing where it is refused
     * @param opened the session that it opens
     */
    record Done(int status, String type, String body, String location, String opened, List<Change> changes) {
        Done(int status, List<Change> changes) {
            this(status, "text/plain", "status " + status + "\n", "", "", changes);
        }

        /** As if it had not been. */
        static Done refused(int status) {
            return new Done(status, List.of());
        }
    }

    /** One change, made under the name of a write. */
    interface Change {
        void make(World world, String trace);
    }

    private Writes() {}

    static Done write(World world, Seen seen, Who who) {
        List<String> path = seen.segments();
        if (seen.asked().method().equals("POST")
                && seen.asked().field("next-action").isPresent()) {
            return action(seen);
        }
        String first = path.isEmpty() ? "" : path.get(0);
        String second = path.size() > 1 ? path.get(1) : "";
        String third = path.size() > 2 ? path.get(2) : "";
        return switch (first) {
            case "items" -> path.size() > 2 ? Done.refused(404) : itemNamed(seen, second);
            case "feed", "themed" -> path.size() == 2 ? changed(first + "/" + second) : Done.refused(404);
            case "g" ->
                path.size() == 3 && third.equals("touch")
                        ? new Done(
                                201, "text/plain", "touched\n", "/g/" + second, "", List.of(bump("g/" + second, true)))
                        : path.size() == 2 ? changed("g/" + second) : Done.refused(404);
            case "cart" -> seen.cart().isEmpty() ? Done.refused(404) : changed("cart/" + seen.cart());
            case "me" -> own(who, "note/" + who.user() + "/" + third);
            case "profile" -> own(who, "profile/" + who.user());
            case "team" -> staff(who, "report/" + third);
            case "api" -> second.equals("jobs") ? staff(who, "job/" + third) : own(who, "mine/" + who.user());
            case "actions" -> own(who, "note/" + who.user() + "/" + text(json(seen), "/n"));
            case "admin" -> office(world, seen, second);
            case "session" -> session(world, seen, second);
            default -> Done.refused(404);
        };
    }

    /**
     * Whether a rule speaks of this write. Of one that merely has a route's path nobody promises that an error purges (RFC
     * 9111 section 4.4), so such an error must mean that nothing was written.
     */
    static boolean isRuled(Seen seen) {
        String first = seen.segments().isEmpty() ? "" : seen.segments().get(0);
        return seen.asked().field("next-action").isPresent()
                || List.of("items", "themed", "actions", "admin", "session").contains(first);
    }

    private static Done changed(String thing) {
        return new Done(200, List.of(bump(thing, true)));
    }

    private static Done own(Who who, String thing) {
        return who.isNobody() ? Done.refused(401) : changed(thing);
    }

    private static Done staff(Who who, String thing) {
        return who.isNobody() ? Done.refused(401) : who.role().equals("READER") ? Done.refused(403) : changed(thing);
    }

    /** A form or JSON without a path of its own, or the item's own path. */
    private static Done itemNamed(Seen seen, String inPath) {
        String id = inPath;
        if (inPath.isEmpty()) {
            boolean form = seen.asked().field("content-type").orElse("").startsWith("application/x-www-form");
            id = form
                    ? Seen.of(new Asked("GET", "/?" + seen.asked().body(), List.of(), ""))
                            .last("id")
                            .orElse("")
                    : text(json(seen), "/id");
        }
        boolean there = !seen.asked().method().equals("DELETE");
        return id.isEmpty() ? Done.refused(422) : new Done(200, item(id, there));
    }

    private static List<Change> item(String id, boolean there) {
        return List.of(bump("item/" + id, there), bump("items", true));
    }

    /** As server actions are called: any page's path, and 200 whatever comes of it. */
    private static Done action(Seen seen) {
        JsonNode body = json(seen);
        String id = text(body, "/0/itemId");
        boolean done = !id.isEmpty() && !body.at("/0/dry").asBoolean(false);
        String answer = "0:{\"a\":\"$@1\"}\n1:{\"success\":" + done + "}\n";
        return new Done(200, "text/x-component", answer, "", "", done ? item(id, true) : List.of());
    }

    private static Done office(World world, Seen seen, String what) {
        String user = text(json(seen), "/user");
        if (seen.asked().field(OFFICE).isEmpty() || !world.hasUser(user)) {
            return Done.refused(403);
        }
        if (what.equals("inbox")) {
            return changed("inbox/" + user);
        }
        String role = text(json(seen), "/role");
        return World.ROLES.contains(role)
                ? new Done(200, List.of((all, trace) -> all.commit(trace, all.role(user), role)))
                : Done.refused(422);
    }

    private static Done session(World world, Seen seen, String what) {
        String user = text(json(seen), "/user");
        Optional<String> present = seen.credential() instanceof Credential.Session session
                ? Optional.of(session.text())
                : Optional.empty();
        return switch (what) {
            case "sign-in" -> {
                String opened = world.newSession();
                yield world.hasUser(user)
                        ? new Done(200, "text/plain", "hello\n", "", opened, List.of(belongs(opened, user)))
                        : Done.refused(422);
            }
            case "sign-out" ->
                present.map(session -> new Done(200, List.of(belongs(session, ""))))
                        .orElseGet(() -> Done.refused(401));
            case "switch" ->
                present.filter(session -> world.hasUser(user)
                                && !world.session(session).value().isEmpty())
                        .map(session -> new Done(200, List.of(belongs(session, user))))
                        .orElseGet(() -> Done.refused(401));
            default -> Done.refused(404);
        };
    }

    private static Change belongs(String session, String user) {
        return (world, trace) -> world.commit(trace, world.session(session), user);
    }

    private static Change bump(String thing, boolean there) {
        return (world, trace) -> world.commit(trace, world.thing(thing), there);
    }

    private static JsonNode json(Seen seen) {
        try {
            JsonNode read = JSON.readTree(seen.asked().body());
            return read == null ? JSON.missingNode() : read;
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static String text(JsonNode node, String pointer) {
        return node.at(pointer).asText("");
    }
}
