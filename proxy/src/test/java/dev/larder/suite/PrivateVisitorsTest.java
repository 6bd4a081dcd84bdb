package dev.larder.suite;

import static dev.larder.rig.Attack.ask;
import static dev.larder.rig.Attack.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Attack.Asked;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.TruthRig;
import dev.larder.rig.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Visitors of every kind, in every order, while sessions end and roles change. */
class PrivateVisitorsTest {

    private static final List<String> PAGES =
            List.of("/mine/{u}/item", "/admin/{u}/item", "/p/{u}/item", "/token/{u}/item");

    private static final List<List<String>> VISITORS = List.of(
            List.of(),
            List.of("Cookie: sid=boss-1"),
            List.of("Cookie: sid=boss-2"),
            List.of("Cookie: sid=user-1"),
            List.of("Cookie: sid=user-2"),
            List.of("Cookie: sid=nobody"),
            List.of("Cookie: sid=user-1; sid=boss-1"),
            List.of("Authorization: Bearer x"),
            List.of("Cookie: sid=boss-1", "Authorization: Bearer x"));

    private TruthRig rig;

    @BeforeEach
    void start() {
        rig = Truth.rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    private boolean isHit(Asked asked, String own) throws Exception {
        return rig.compare("", asked, own).cacheStatus().startsWith("larder; hit");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void inAnyOrderEverybodyGetsWhatTheBackendAloneWouldSay(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> methods = List.of("GET", "GET", "GET", "HEAD");
        int hits = 0;
        for (int round = 0; round < 12; round++) {
            String own = rig.newUnit();
            for (int i = 0; i < 60; i++) {
                Asked asked = ask(
                        methods.get(random.nextInt(methods.size())),
                        PAGES.get(random.nextInt(PAGES.size())),
                        VISITORS.get(random.nextInt(VISITORS.size())).toArray(new String[0]));
                hits += isHit(asked, own) ? 1 : 0;
            }
        }
        assertTrue(hits > 50, hits + " hits: what was compared was hardly ever from storage");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void whileSessionsEndAndRolesChangeNobodyGetsMoreThanTheirTtlAllows(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> tokens = List.of("boss-1", "boss-2", "user-1", "user-2");
        for (int round = 0; round < 25; round++) {
            String own = rig.newUnit();
            for (int i = 0; i < 15; i++) {
                String token = tokens.get(random.nextInt(tokens.size()));
                rig.compare("seed " + seed, get(PAGES.get(random.nextInt(2)), "Cookie: sid=" + token), own);
            }
            String changed = tokens.get(random.nextInt(tokens.size()));
            switch (random.nextInt(3)) {
                case 0 -> signOut(changed);
                case 1 -> {
                    rig.mirror().end(changed);
                    rig.rig().clock().advance(Duration.ofMillis(10_001));
                }
                default -> {
                    rig.mirror().session(changed, "" + random.nextInt(3), random.nextBoolean() ? "ADMIN" : "USER");
                    rig.rig().clock().advance(Duration.ofMillis(10_001));
                }
            }
            // What the mirror says is another function now.
            String again = rig.newUnit();
            for (String page : PAGES.subList(0, 2)) {
                for (String token : tokens) {
                    Asked asked = get(page, "Cookie: sid=" + token);
                    rig.compare("seed " + seed + " after the change of " + changed, asked, own);
                    rig.compare("seed " + seed, asked, again);
                }
            }
        }
    }

    private void signOut(String token) throws Exception {
        try (RawClient client = rig.rig().client()) {
            assertEquals(
                    200,
                    client.request("POST", "/logout", "", "Cookie: sid=" + token)
                            .status());
        }
    }

    @Test
    void asksOfOneSessionAfterItsSignOutAreTheBackends() throws Exception {
        String own = rig.newUnit();
        Asked mine = get("/mine/{u}/item", "Cookie: sid=user-1");
        Until.holds("stored", () -> isHit(mine, own));
        signOut("user-1");
        rig.newUnit();
        assertFalse(isHit(mine, own));
        assertEquals(307, rig.compare("signed out", mine, own).status());
    }

    /** A token that was ended stays ended in every other spelling of it. */
    @ParameterizedTest
    @CsvSource({"bearer %s", "BEARER %s", "%s", "Bearer %s=", "Bearer .%s", "Bearer %s."})
    void anEndedTokenDoesNotComeBackInAnotherSpelling(String spelling) throws Exception {
        String token = PrivateTokensTest.valid(rig, "5");
        rig.mirror().token(token, "5", "USER");
        String own = rig.newUnit();
        Asked mine = get("/token/{u}/item", "Authorization: Bearer " + token);
        Until.holds("stored", () -> isHit(mine, own));
        try (RawClient client = rig.rig().client()) {
            client.request("POST", "/logout", "", "Authorization: Bearer " + token);
        }
        rig.newUnit();
        assertEquals(307, rig.compare("signed out", mine, own).status());
        Asked respelt = get("/token/{u}/item", "Authorization: " + spelling.formatted(token));
        assertEquals(307, rig.compare("signed out", respelt, own).status());
    }

    /** Several who ask at once for what one of them may not see. */
    @Test
    void aRefusalIsNobodyElses() throws Exception {
        for (int round = 0; round < 20; round++) {
            String path = "/admin/" + rig.newUnit() + "/item";
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String token = i % 2 == 0 ? "boss-1" : "user-1";
                clients.add(rig.rig().client().send(Rigs.get(path, "Cookie: sid=" + token)));
            }
            List<Answer> answers = Rigs.answers(clients);
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(
                        i % 2 == 0 ? 200 : 403,
                        answers.get(i).status(),
                        answers.get(i).cacheStatus());
            }
        }
    }

    @Test
    void aVisitorWhoseSessionEndsDuringARefreshInTheBackgroundLeavesNothingBehind() throws Exception {
        String own = rig.newUnit();
        Asked mine = get("/admin/{u}/item", "Cookie: sid=boss-1");
        Until.holds("stored", () -> isHit(mine, own));
        rig.mirror().end("boss-1");
        rig.rig().clock().advance(Duration.ofSeconds(61));
        rig.newUnit();
        for (String token : List.of("boss-1", "user-1", "boss-2", "boss-1")) {
            rig.compare("after the end", get("/admin/{u}/item", "Cookie: sid=" + token), own);
        }
    }
}
