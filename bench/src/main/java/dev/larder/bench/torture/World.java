package dev.larder.bench.torture;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * All that the backend holds, with its history: things with versions, who has which role, whose a session is. Written by
 * the backend's event loop and by whoever hears the answers to writes, read by all; thread-safe.
 */
final class World {
    static final List<String> ROLES = List.of("READER", "EDITOR", "ADMIN");

    /** What a write changed. */
    private record Commit(Timeline<?> timeline, int version, long nanos) {}

    private final LongSupplier nanoTime;
    private final Map<String, Timeline<Boolean>> things = new ConcurrentHashMap<>();
    private final Map<String, Timeline<String>> roles = new TreeMap<>();
    private final Map<String, Timeline<String>> sessions = new ConcurrentHashMap<>();
    private final Map<String, Who> tokens = new ConcurrentHashMap<>();
    private final Map<String, List<Commit>> commits = new ConcurrentHashMap<>();
    private final Map<String, Long> answered = new ConcurrentHashMap<>();
    private final AtomicInteger lastSession = new AtomicInteger();

    /**
     * Everything at version 0.
     *
     * @param visitors how many users; they have the three roles in turn
     */
    World(int visitors, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        for (int i = 0; i < visitors; i++) {
            roles.put("u" + i, new Timeline<>(ROLES.get(i % ROLES.size())));
        }
    }

    List<String> users() {
        return List.copyOf(roles.keySet());
    }

    /** Made when it is first asked for, as something that is there. */
    Timeline<Boolean> thing(String name) {
        return things.computeIfAbsent(name, unseen -> new Timeline<>(Boolean.TRUE));
    }

    /** {@code null} for an unknown user is a bug of the caller. */
    Timeline<String> role(String user) {
        Timeline<String> role = roles.get(user);
        if (role == null) {
            throw new IllegalArgumentException("no user \"" + user + "\"; expected one of " + roles.keySet());
        }
        return role;
    }

    boolean hasUser(String user) {
        return roles.containsKey(user);
    }

    // ---- who asks ----------------------------------------------------------------------------------------------

    /** A session of this user that lasts from before the first request. */
    String openSession(String user) {
        String session =
                "s" + lastSession.incrementAndGet() + "-" + user + "-" + Long.toHexString(mix(lastSession.get()));
        sessions.put(session, new Timeline<>(user));
        return session;
    }

    /** A name for a session that nobody has. */
    String newSession() {
        int number = lastSession.incrementAndGet();
        String session = "s" + number + "-" + Long.toHexString(mix(number));
        sessions.put(session, new Timeline<>(""));
        return session;
    }

    Timeline<String> session(String session) {
        Timeline<String> known = sessions.get(session);
        return known == null ? new Timeline<>("") : known;
    }

    void trust(String token, Who who) {
        tokens.put(token, who);
    }

    /** Who this is at this moment. */
    Who who(Credential credential) {
        if (credential instanceof Credential.Token token) {
            return tokens.getOrDefault(token.text(), Who.NOBODY);
        }
        if (credential instanceof Credential.Session session) {
            String user = session(session.text()).value();
            return user.isEmpty() ? Who.NOBODY : new Who(user, role(user).value());
        }
        return Who.NOBODY;
    }

    /** Whom the backend may have taken this for, at some moment between two. */
    Set<Who> whoBetween(Credential credential, long askedNanos, long answeredNanos) {
        if (!(credential instanceof Credential.Session session)) {
            return Set.of(who(credential));
        }
        Set<Who> all = new LinkedHashSet<>();
        Timeline<String> users = session(session.text());
        for (int i = users.oldest(askedNanos); i <= users.newest(answeredNanos); i++) {
            String user = users.value(i);
            if (user.isEmpty()) {
                all.add(Who.NOBODY);
                continue;
            }
            Timeline<String> role = role(user);
            for (int j = role.oldest(askedNanos); j <= role.newest(answeredNanos); j++) {
                all.add(new Who(user, role.value(j)));
            }
        }
        return all;
    }

    /** For reports: since when the session is whose, and the user has which role, from this time. */
    String story(Credential credential, long referenceNanos) {
        if (!(credential instanceof Credential.Session session)) {
            return "";
        }
        Timeline<String> users = session(session.text());
        String user = users.value();
        return ", the session's " + users.story(Math.max(0, users.version() - 1), referenceNanos)
                + (user.isEmpty()
                        ? ""
                        : ", the role's "
                                + role(user).story(Math.max(0, role(user).version() - 1), referenceNanos));
    }

    // ---- writes ------------------------------------------------------------------------------------------------

    /** A write takes effect. For the backend's event loop. */
    <T> void commit(String trace, Timeline<T> timeline, T value) {
        int version = timeline.commit(value, nanoTime);
        commits.computeIfAbsent(trace, unseen -> new CopyOnWriteArrayList<>())
                .add(new Commit(timeline, version, nanoTime.getAsLong()));
        Long before = answered.get(trace);
        if (before != null) {
            // Its answer was given up before it took effect: it counts from now on, or from when that was to count.
            long now = nanoTime.getAsLong();
            timeline.answered(version, before - now > 0 ? before : now);
        }
    }

    /** Its client has the whole answer to a write, or has waited long enough: from then on nothing older is right. */
    void answered(String trace, long nanos) {
        answered.put(trace, nanos);
        for (Commit commit : commits.getOrDefault(trace, List.of())) {
            commit.timeline().answered(commit.version(), nanos);
        }
    }

    /** When a write took effect, where it has changed anything. */
    OptionalLong committed(String trace) {
        return commits.getOrDefault(trace, List.of()).stream()
                .mapToLong(Commit::nanos)
                .max();
    }

    private static long mix(long number) {
        long x = number * 0x9E3779B97F4A7C15L;
        x = (x ^ (x >>> 32)) * 0xD6E8FEB86659FD93L;
        return x ^ (x >>> 32);
    }
}
