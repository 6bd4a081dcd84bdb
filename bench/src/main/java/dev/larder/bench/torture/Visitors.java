package dev.larder.bench.torture;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the visitors have to show: sessions that last, sessions that have ended, tokens. Confined to the clients' loop. */
final class Visitors {
    /** Of the rules file. */
    static final String SECRET = "a secret of the torture that is long enough for HS256";

    private static final int MOST_SESSIONS = 3;
    private static final int MOST_ENDED = 20;

    private final Map<String, List<String>> sessions = new LinkedHashMap<>();
    private final List<String> ended = new ArrayList<>(List.of("no-such-session"));
    private final List<String> tokens = new ArrayList<>();
    private final List<String> badTokens = new ArrayList<>();

    /** Everybody has a session, and a token for each role. */
    Visitors(World world) {
        for (String user : world.users()) {
            sessions.put(user, new ArrayList<>(List.of(world.openSession(user), world.openSession(user))));
            for (String role : World.ROLES) {
                String token = token("HS256", user, role, 4_000_000_000L, SECRET);
                world.trust(token, new Who(user, role));
                tokens.add(token);
                badTokens.add(
                        token("HS256", user, role, 4_000_000_000L, "another secret that is long enough for HS256"));
                badTokens.add(token("HS256", user, role, 1_000_000_000L, SECRET));
                badTokens.add(token("none", user, role, 4_000_000_000L, ""));
                badTokens.add(token.substring(0, token.lastIndexOf('.') + 1));
            }
        }
        badTokens.add("nonsense");
    }

    List<String> users() {
        return List.copyOf(sessions.keySet());
    }

    /** Empty where the user is signed out everywhere. */
    String session(String user, Draw draw) {
        List<String> open = sessions.getOrDefault(user, List.of());
        return open.isEmpty() ? "" : draw.of(open);
    }

    String endedSession(Draw draw) {
        return draw.of(ended);
    }

    String token(Draw draw) {
        return draw.of(tokens);
    }

    String badToken(Draw draw) {
        return draw.of(badTokens);
    }

    /** Somebody has signed in, or a session is another user's now. */
    void opened(String user, String session) {
        sessions.values().forEach(open -> open.remove(session));
        List<String> open = sessions.computeIfAbsent(user, unseen -> new ArrayList<>());
        open.add(session);
        if (open.size() > MOST_SESSIONS) {
            open.remove(0);
        }
    }

    void ended(String session) {
        sessions.values().forEach(open -> open.remove(session));
        ended.add(session);
        if (ended.size() > MOST_ENDED) {
            ended.remove(0);
        }
    }

    private static String token(String algorithm, String user, String role, long expires, String secret) {
        String head =
                base64("{\"alg\":\"%s\",\"typ\":\"JWT\"}".formatted(algorithm).getBytes(StandardCharsets.UTF_8));
        String payload = base64("{\"iss\":\"torture\",\"sub\":\"%s\",\"role\":\"%s\",\"exp\":%d}"
                .formatted(user, role, expires)
                .getBytes(StandardCharsets.UTF_8));
        return head + "." + payload + "." + (secret.isEmpty() ? "" : signature(head + "." + payload, secret));
    }

    private static String signature(String text, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return base64(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
