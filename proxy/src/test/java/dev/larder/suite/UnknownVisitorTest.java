package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Backend;
import dev.larder.rig.Gate;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.Until;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A visitor who is not known yet, and what becomes of one who changes meanwhile. */
class UnknownVisitorTest {

    private static final String ADMIN = PrivateTest.cookie("admin-1");
    private static final String OTHER = PrivateTest.cookie("admin-2");
    private static final String COURSE = "/api/admin/courses/7";
    private static final String SESSION = "/api/auth/session";
    private static final String ACTION = "Next-Action: 6057398d";

    private final Backend backend =
            new Backend().session("admin-1", "1", "ADMIN").session("admin-2", "2", "ADMIN");
    private final Gate question = new Gate();
    private final Gate answer = new Gate();

    private ProxyRig rig() {
        return Rigs.rig(Rigs.courseRules(), backend);
    }

    /** What it will say is decided when it is asked, as a query on a database would. */
    private void slowQuestion() {
        backend.on("GET " + SESSION, (request, exchange) -> {
            String who = request.fields().get("cookie").contains("admin-1") ? "1" : "2";
            question.pass();
            exchange.respond(200, "{\"user\":{\"id\":\"" + who + "\",\"role\":\"ADMIN\"}}");
            return true;
        });
    }

    private void slowAnswer() {
        backend.on("GET " + COURSE, (request, exchange) -> {
            String found = "{\"course\":{\"id\":7},\"is\":\"" + backend.version() + "\"}";
            answer.pass();
            exchange.respond(200, found);
            return true;
        });
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    // ---- side by side ------------------------------------------------------------------------------------------

    @Test
    void questionAndRequestGoOutSideBySideAndTheRequestMayAnswerFirst() throws Exception {
        slowQuestion();
        slowAnswer();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.send(Rigs.get(COURSE, ADMIN));
            question.awaitArrivals(1);
            answer.awaitArrivals(1);
            answer.open();
            Answer first = client.answer(false);
            assertEquals("larder; fwd=bypass; detail=identity-unknown", first.cacheStatus());
            question.open();
            Rigs.awaitRest(rig);
            Answer second = client.get(COURSE, ADMIN);
            assertTrue(isHit(second), "stored once the visitor was known: " + second.cacheStatus());
            assertEquals(first.text(), second.text());
            assertEquals(1, rig.origin().count(COURSE));
            assertEquals(1, rig.origin().count(SESSION));
        }
    }

    @Test
    void whatIsStoredAnswersAsSoonAsTheVisitorIsKnown() throws Exception {
        try (ProxyRig rig = rig();
                RawClient other = rig.client();
                RawClient client = rig.client()) {
            PrivateTest.store(other, COURSE, OTHER);
            slowQuestion();
            slowAnswer();
            client.send(Rigs.get(COURSE, ADMIN));
            question.awaitArrivals(1);
            answer.awaitArrivals(1);
            question.open();
            Answer hit = client.answer(false);
            assertTrue(isHit(hit), hit.cacheStatus());
            answer.open();
            assertTrue(isHit(client.get(COURSE, ADMIN)));
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void theNextRequestIsAnsweredByWhatTheFirstStoresOnceTheVisitorIsKnown() throws Exception {
        slowQuestion();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            // Answered before it is known who asks: what it brought waits for that.
            assertEquals(
                    "larder; fwd=bypass; detail=identity-unknown",
                    client.get(COURSE, ADMIN).cacheStatus());
            slowAnswer();
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            question.open();
            Answer second = client.answer(false);
            assertTrue(isHit(second), second.cacheStatus());
            answer.open();
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void aVisitorKnownBeforeTheHeadIsToldThatItIsStored() throws Exception {
        slowAnswer();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            Until.holds("known", () -> {
                try (RawClient probe = rig.client()) {
                    return !probe.get("/api/user/courses", ADMIN).cacheStatus().contains("unknown");
                }
            });
            answer.open();
            assertEquals("larder; fwd=uri-miss; stored", client.answer(false).cacheStatus());
            Rigs.awaitRest(rig);
            assertTrue(isHit(client.get(COURSE, ADMIN)));
        }
    }

    @Test
    void anAnswerForSomebodyWhoMayNotIsNotKeptFromThemAndNotStored() throws Exception {
        // The backend lets a USER read it; the rule does not let them have it from storage.
        backend.session("user-1", "11", "USER");
        slowAnswer();
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            client.send(Rigs.get(COURSE, PrivateTest.cookie("user-1")));
            answer.awaitArrivals(1);
            Until.holds("known", () -> {
                try (RawClient probe = rig.client()) {
                    return probe.get("/api/admin/courses/8", PrivateTest.cookie("user-1"))
                            .cacheStatus()
                            .endsWith("detail=access");
                }
            });
            answer.open();
            Answer own = client.answer(false);
            assertEquals(200, own.status());
            assertEquals("larder; fwd=bypass; detail=access", own.cacheStatus());
            Rigs.awaitRest(rig);
            PrivateTest.store(client, "/api/admin/courses/9", ADMIN);
            assertEquals(
                    "larder; fwd=uri-miss; stored", client.get(COURSE, ADMIN).cacheStatus());
        }
    }

    @Test
    void aBackendThatCannotSayWhoItIsStillAnswers() throws Exception {
        backend.on("GET " + SESSION, (request, exchange) -> {
            exchange.respond(500, "");
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            for (int i = 0; i < 3; i++) {
                Answer own = client.get(COURSE, ADMIN);
                assertEquals(200, own.status());
                assertTrue(own.cacheStatus().contains("identity-unknown"), own.cacheStatus());
            }
            assertEquals(3, rig.origin().count(COURSE));
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void whatIsStoredStandsInForAFailingBackendOnceTheVisitorIsKnown() throws Exception {
        slowQuestion();
        try (ProxyRig rig = rig();
                RawClient other = rig.client();
                RawClient client = rig.client()) {
            question.open();
            PrivateTest.store(other, COURSE, OTHER);
            rig.clock().advance(Duration.ofMinutes(61));
            backend.on("GET " + COURSE, (request, exchange) -> {
                answer.pass();
                exchange.respond(500, "broken");
                return true;
            });
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            Until.holds("known", () -> {
                try (RawClient probe = rig.client()) {
                    return !probe.get("/api/user/courses", ADMIN).cacheStatus().contains("unknown");
                }
            });
            answer.open();
            Answer stale = client.answer(false);
            assertEquals(200, stale.status());
            assertTrue(stale.cacheStatus().endsWith("detail=stale-if-error"), stale.cacheStatus());
        }
    }

    // ---- purged, signed out, changed meanwhile -----------------------------------------------------------------

    @Test
    void whatWasPurgedBeforeTheVisitorWasKnownIsNotStored() throws Exception {
        slowQuestion();
        slowAnswer();
        try (ProxyRig rig = rig();
                RawClient client = rig.client();
                RawClient writer = rig.client()) {
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            question.awaitArrivals(1);
            backend.change();
            writer.request("DELETE", COURSE, "", OTHER);
            answer.open();
            assertTrue(client.answer(false).text().contains("v1"));
            question.open();
            Rigs.awaitRest(rig);
            Answer next = client.get(COURSE, ADMIN);
            assertEquals("larder; fwd=uri-miss; stored", next.cacheStatus());
            assertTrue(next.text().contains("v2"));
        }
    }

    @Test
    void whatWasPurgedAfterTheVisitorWasKnownIsNotStored() throws Exception {
        slowAnswer();
        try (ProxyRig rig = rig();
                RawClient client = rig.client();
                RawClient writer = rig.client()) {
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            Until.holds("known", () -> {
                try (RawClient probe = rig.client()) {
                    return !probe.get("/api/user/courses", ADMIN).cacheStatus().contains("unknown");
                }
            });
            backend.change();
            writer.request("DELETE", COURSE, "", OTHER);
            answer.open();
            assertTrue(client.answer(false).text().contains("v1"));
            Rigs.awaitRest(rig);
            assertTrue(client.get(COURSE, ADMIN).text().contains("v2"));
        }
    }

    @Test
    void aSignOutTakesEffectAtOnce() throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            PrivateTest.store(client, COURSE, ADMIN);
            Answer out = client.request("POST", "/api/auth/signout", "csrf=1", ADMIN);
            assertEquals(200, out.status());
            assertEquals(307, client.get(COURSE, ADMIN).status());
        }
    }

    @Test
    void aQuestionFromBeforeTheSignOutDoesNotBringTheVisitorBack() throws Exception {
        slowQuestion();
        try (ProxyRig rig = rig();
                RawClient other = rig.client();
                RawClient client = rig.client();
                RawClient leaving = rig.client()) {
            client.send(Rigs.get("/api/admin/courses", ADMIN));
            question.awaitArrivals(1);
            leaving.request("POST", "/api/auth/signout", "csrf=1", ADMIN);
            question.open();
            client.answer(false);
            backend.asUsual("GET " + SESSION);
            PrivateTest.store(other, COURSE, OTHER);
            assertEquals(307, leaving.get(COURSE, ADMIN).status());
            assertEquals(307, leaving.get("/api/admin/courses", ADMIN).status());
            Rigs.awaitRest(rig);
        }
    }

    @Test
    void anotherRoleTakesEffectAtOnce() throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client();
                RawClient other = rig.client()) {
            PrivateTest.store(client, COURSE, ADMIN);
            backend.session("admin-1", "1", "USER");
            Answer changed = other.request("POST", "/account/edit", "[\"1\",\"USER\"]", ACTION, OTHER);
            assertEquals(200, changed.status());
            assertEquals(401, client.get(COURSE, ADMIN).status());
            assertEquals(401, client.get(COURSE, ADMIN).status());
        }
    }

    @Test
    void whatWasFetchedForARoleThatWasLostMeanwhileIsNotStored() throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client();
                RawClient other = rig.client()) {
            PrivateTest.store(client, "/api/admin/courses/1", ADMIN);
            PrivateTest.store(other, "/api/admin/courses/1", OTHER);
            slowAnswer();
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            backend.session("admin-1", "1", "USER");
            other.request("POST", "/account/edit", "[\"1\",\"USER\"]", ACTION, OTHER);
            answer.open();
            assertEquals(200, client.answer(false).status());
            Rigs.awaitRest(rig);
            assertEquals(
                    "larder; fwd=uri-miss; stored", other.get(COURSE, OTHER).cacheStatus());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoMustBeAskedAgainAtTheEndOfAFetchIsAskedAgain(boolean stillThere) throws Exception {
        try (ProxyRig rig = rig();
                RawClient client = rig.client();
                RawClient other = rig.client()) {
            PrivateTest.store(client, "/api/admin/courses/1", ADMIN);
            slowAnswer();
            client.send(Rigs.get(COURSE, ADMIN));
            answer.awaitArrivals(1);
            long questions = rig.origin().count(SESSION);
            rig.clock().advance(Duration.ofSeconds(11));
            if (!stillThere) {
                backend.end("admin-1");
            }
            answer.open();
            assertEquals("larder; fwd=uri-miss; stored", client.answer(false).cacheStatus());
            Rigs.awaitRest(rig);
            assertEquals(questions + 1, rig.origin().count(SESSION));
            PrivateTest.store(other, "/api/admin/courses/1", OTHER);
            assertEquals(stillThere, isHit(other.get(COURSE, OTHER)));
        }
    }

    @Test
    void aSignOutWhoseOutcomeIsUnknownCountsAsOne() throws Exception {
        backend.on("POST /api/auth/signout", (request, exchange) -> {
            backend.end("admin-1");
            exchange.reset();
            return false;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            PrivateTest.store(client, COURSE, ADMIN);
            try (RawClient leaving = rig.client()) {
                assertEquals(
                        502,
                        leaving.request("POST", "/api/auth/signout", "csrf=1", ADMIN)
                                .status());
            }
            assertEquals(307, client.get(COURSE, ADMIN).status());
        }
    }

    @Test
    void aRefusedSignOutEndsNothing() throws Exception {
        backend.on("POST /api/auth/signout", (request, exchange) -> {
            exchange.respond(403, "");
            return true;
        });
        try (ProxyRig rig = rig();
                RawClient client = rig.client()) {
            PrivateTest.store(client, COURSE, ADMIN);
            long questions = rig.origin().count(SESSION);
            client.request("POST", "/api/auth/signout", "csrf=1", ADMIN);
            assertTrue(isHit(client.get(COURSE, ADMIN)));
            assertEquals(questions, rig.origin().count(SESSION));
            assertFalse(rig.origin().received().isEmpty());
        }
    }
}
