package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.larder.rig.Gate;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor who signs out, or whose role changes, through one sidecar does so for all that share the store. */
class SharedVisitorsTest {

    private static final String RULES = """
            version: 1
            identity:
              session:
                credential: { cookie: sid }
                resolve: { get: /session, claims: { id: /id, role: /role }, ttl: 10m }
                end: [POST /session/end]
              device:
                credential: { cookie: did }
                opaque: true
                end: [POST /device/end]
              token:
                credential: { header: Authorization }
                jwt: { algorithms: [HS256], secret: "%s", claims: { id: /sub } }
                end: [POST /token/end]
            routes:
              - { name: reports, get: /session/page, identity: session, access: { role: ADMIN }, ttl: 1h }
              - { name: mine, get: /device/page, identity: device, access: public, key: { id: identity.id }, ttl: 1h }
              - { name: papers, get: /token/page, identity: token, access: { id: "7" }, ttl: 1h }
            purges:
              - name: role-changed
                when: "POST /role/{id}"
                purge: [{ identity: session, where: { id: "{id}" } }]
            """.formatted(Truth.SECRET);

    private final AtomicReference<String> role = new AtomicReference<>("ADMIN");
    private final AtomicReference<Gate> questions = new AtomicReference<>();

    private final ScriptedOrigin.Script backend = (request, exchange) -> {
        if (request.target().equals("/session")) {
            String answer = "{\"id\":\"7\",\"role\":\"" + role.get() + "\"}";
            Gate gate = questions.get();
            if (gate != null) {
                gate.pass();
            }
            exchange.respond(200, answer);
        } else {
            if (request.target().startsWith("/role/")) {
                role.set("USER");
            }
            exchange.respond(200, "a page");
        }
        return true;
    };

    private static String credential(String kind) {
        return switch (kind) {
            case "session" -> "Cookie: sid=anna";
            case "device" -> "Cookie: did=anna";
            default -> "Authorization: Bearer " + PrivateTokensTest.signedFor("7");
        };
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    private static void known(RawClient client, String kind) throws Exception {
        Until.holds("a hit", () -> isHit(client.get("/" + kind + "/page", credential(kind))));
    }

    private static void signOut(RawClient client, String kind) throws Exception {
        assertEquals(
                200,
                client.request("POST", "/" + kind + "/end", "", credential(kind))
                        .status());
    }

    private static void assertUnknown(RawClient client, String kind) throws Exception {
        for (int i = 0; i < 3; i++) {
            Answer answer = client.get("/" + kind + "/page", credential(kind));
            assertFalse(isHit(answer), answer.cacheStatus());
        }
    }

    @ParameterizedTest
    @CsvSource({"session, true", "session, false", "device, true", "device, false", "token, true", "token, false"})
    void aSignOutThroughOneEndsTheHitsThroughTheOther(String kind, boolean secret) throws Exception {
        Optional<String> ofTheOperator = secret ? Optional.of("a secret for tests") : Optional.empty();
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend, ofTheOperator, UnaryOperator.identity());
                RawClient one = sidecars.client(0);
                RawClient other = sidecars.client(1)) {
            known(one, kind);
            known(other, kind);
            role.set("GUEST");
            signOut(one, kind);
            assertUnknown(other, kind);
            assertUnknown(one, kind);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"device", "token"})
    void aSignOutIsKnownToASidecarThatIsStartedAfterIt(String kind) throws Exception {
        try (Sidecars sidecars = Sidecars.of(1, RULES, backend)) {
            try (RawClient one = sidecars.client(0)) {
                known(one, kind);
                signOut(one, kind);
            }
            int later = sidecars.join();
            try (RawClient other = sidecars.client(later)) {
                assertUnknown(other, kind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"device", "token"})
    void aSignOutIsKnownToASidecarThatCouldNotHearOfIt(String kind) throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend);
                RawClient one = sidecars.client(0);
                RawClient other = sidecars.client(1)) {
            known(other, kind);
            sidecars.line(1).refuse(true);
            signOut(one, kind);
            assertUnknown(other, kind);
            sidecars.line(1).refuse(false);
            sidecars.awaitMember(1);
            assertUnknown(other, kind);
        }
    }

    @Test
    void aRoleThatChangesThroughOneIsAskedAnewByTheOther() throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend);
                RawClient one = sidecars.client(0);
                RawClient other = sidecars.client(1)) {
            known(other, "session");
            one.request("POST", "/role/7", "");
            assertUnknown(other, "session");
        }
    }

    @Test
    void aQuestionOfOneThatIsUnderWayWhileTheOtherSeesTheRoleChangeIsNotBelieved() throws Exception {
        try (Sidecars sidecars = Sidecars.of(2, RULES, backend);
                RawClient one = sidecars.client(0);
                RawClient other = sidecars.client(1);
                RawClient asking = sidecars.client(1)) {
            known(one, "session");
            Gate gate = new Gate();
            questions.set(gate);
            asking.send(Rigs.get("/session/page", credential("session")));
            gate.awaitArrivals(1);
            one.request("POST", "/role/7", "");
            questions.set(null);
            gate.open();
            asking.answer(false);
            assertUnknown(other, "session");
        }
    }
}
