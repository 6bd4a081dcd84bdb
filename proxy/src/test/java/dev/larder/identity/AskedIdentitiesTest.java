package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.identity.Question.Reply;
import dev.larder.key.Identity;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Rules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class AskedIdentitiesTest {

    private static final String SESSION = "next-auth.session-token";
    private static final String ADMIN_7 = "{\"user\":{\"id\":\"7\",\"role\":\"ADMIN\",\"groups\":[\"a\",\"b:c\"]}}";
    private static final Known SOMEBODY_7 = new Known.Somebody(
            new Identity("session", Map.of("id", "7", "role", "ADMIN"), Map.of("groups", List.of("a", "b:c"))));

    private record Asked(String path, String line, String host, CompletableFuture<Reply> reply) {
        void answer(int status, String body) {
            assertTrue(reply.complete(new Reply.Answered(status, body.getBytes(StandardCharsets.UTF_8))));
        }

        void fail() {
            assertTrue(reply.complete(new Reply.Failed("connect-refused")));
        }
    }

    private final List<Asked> asked = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L);

    private RuleIdentities identities(Duration ifError, RuleIdentities.Limits limits) {
        Rules.Proof resolve = new Rules.Proof.Resolve(
                "/api/auth/session",
                Map.of("id", "/user/id", "role", "/user/role", "groups", "/user/groups"),
                Duration.ofSeconds(10),
                ifError);
        Rules rules = Visitors.rules(
                Visitors.identity("session", new Rules.CredentialSource.Cookies(List.of(SESSION)), resolve));
        Question question = (path, line, site) -> {
            Asked one = new Asked(
                    path,
                    line.getKey() + ": " + line.getValue(),
                    String.valueOf(site.get("host")),
                    new CompletableFuture<>());
            asked.add(one);
            return one.reply;
        };
        RuleIdentities.Surroundings surroundings = new RuleIdentities.Surroundings(
                Path.of("."),
                name -> Optional.empty(),
                new byte[] {1},
                question,
                nanos::get,
                InstantSource.fixed(Instant.EPOCH),
                Visitors.NO_KEYS,
                () -> true);
        return ((RuleIdentities.Built.Ok) RuleIdentities.build(rules, surroundings, limits)).identities();
    }

    private final RuleIdentities identities =
            identities(Duration.ZERO, new RuleIdentities.Limits(100, 8, Duration.ofSeconds(30)));

    private static RequestHead request(String token) {
        return Visitors.get("Cookie: " + SESSION + "=" + token);
    }

    private static Carried.One carried(RuleIdentities of, String token) {
        return (Carried.One) of.find("session", request(token));
    }

    private CompletionStage<Known> ask(RuleIdentities of, String token) {
        return of.ask(carried(of, token), request(token));
    }

    private Known peek(RuleIdentities of, String token) {
        return of.peek(carried(of, token), request(token));
    }

    private CompletionStage<Known> ask(String token) {
        return ask(identities, token);
    }

    private Known peek(String token) {
        return peek(identities, token);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private void passMillis(long millis) {
        pass(Duration.ofMillis(millis));
    }

    private static Known now(CompletionStage<Known> stage) {
        return stage.toCompletableFuture().getNow(null);
    }

    private Asked last() {
        return asked.get(asked.size() - 1);
    }

    private static List<PurgeGroup> group(String name) {
        return List.of(new PurgeGroup(name, ""));
    }

    // ---- asking ------------------------------------------------------------------------------------------------

    @Test
    void questionCarriesTheCredentialAndHostAlone() {
        assertNull(peek("t"));
        CompletionStage<Known> known = ask("t");
        assertEquals("/api/auth/session", last().path);
        assertEquals("Cookie: " + SESSION + "=t", last().line);
        assertEquals("example", last().host);
        assertNull(now(known));
        last().answer(200, ADMIN_7);
        assertEquals(SOMEBODY_7, now(known));
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(SOMEBODY_7, now(ask("t")));
        assertEquals(1, asked.size());
    }

    @Test
    void questionsForOneCredentialAreCollapsed() {
        List<CompletionStage<Known>> all = List.of(ask("t"), ask("t"), ask("t"));
        assertEquals(1, asked.size());
        CompletionStage<Known> another = ask("u");
        assertEquals(2, asked.size());
        asked.get(0).answer(200, ADMIN_7);
        all.forEach(one -> assertEquals(SOMEBODY_7, now(one)));
        assertNull(now(another));
    }

    @Test
    void visitorIsKnownAtOneAuthorityOnly() {
        CompletionStage<Known> known = ask("t");
        last().answer(200, ADMIN_7);
        assertEquals(SOMEBODY_7, now(known));
        RequestHead elsewhere = Visitors.get("other", "Cookie: " + SESSION + "=t");
        assertNull(identities.peek(carried(identities, "t"), elsewhere));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "200 ! {} ! Nobody",
                "200 ! null ! Nobody",
                "200 ! {\"user\":null} ! Nobody",
                "200 ! {\"user\":{\"name\":\"x\"}} ! Nobody",
                "301 ! x ! Nobody",
                "307 ! {\"user\":{\"id\":\"7\"}} ! Nobody",
                "401 ! x ! Nobody",
                "403 ! x ! Nobody",
                "404 ! x ! Nobody",
                "200 ! <html> ! unreadable-answer",
                "200 ! [] ! unreadable-answer",
                "200 ! \"7\" ! unreadable-answer",
                "200 ! `` ! unreadable-answer",
                "204 ! `` ! unreadable-answer",
                "200 ! {\"user\":{\"id\":\"7\",\"id\":\"8\"}} ! unreadable-answer",
                "400 ! x ! status-400",
                "429 ! x ! status-429",
                "500 ! {\"user\":{\"id\":\"7\"}} ! status-500",
                "503 ! x ! status-503"
            })
    void answerSaysWho(int status, String body, String expected) {
        CompletionStage<Known> known = ask("t");
        last().answer(status, body);
        Known came = now(known);
        assertEquals(expected, came instanceof Known.Unknown unknown ? unknown.detail() : "Nobody");
        assertEquals(came instanceof Known.Nobody, peek("t") instanceof Known.Nobody);
    }

    @Test
    void missingClaimIsAbsentWhereOthersAreThere() {
        CompletionStage<Known> known = ask("t");
        last().answer(200, "{\"user\":{\"id\":42}}");
        assertEquals(new Known.Somebody(new Identity("session", Map.of("id", "42"), Map.of())), now(known));
    }

    @Test
    void failureOfAnyKindIsUnknown() {
        CompletionStage<Known> known = ask("t");
        last().fail();
        assertEquals(new Known.Unknown("connect-refused"), now(known));
        CompletionStage<Known> again = ask("t");
        assertTrue(last().reply.completeExceptionally(new IllegalStateException("bug")));
        assertEquals(new Known.Unknown("question-failed"), now(again));
        assertEquals(2, asked.size());
    }

    @Test
    void questionIsBoundedInTime() throws Exception {
        RuleIdentities hasty = identities(Duration.ZERO, new RuleIdentities.Limits(100, 1, Duration.ofMillis(20)));
        CompletionStage<Known> known = ask(hasty, "t");
        assertEquals(
                new Known.Unknown("question-timeout"),
                known.toCompletableFuture().get(10, TimeUnit.SECONDS));
        // Its permit is back, and an answer that comes after all is not kept.
        CompletionStage<Known> other = ask(hasty, "u");
        assertEquals(2, asked.size());
        asked.get(0).answer(200, ADMIN_7);
        assertNull(peek(hasty, "t"));
        asked.get(1).answer(200, ADMIN_7);
        assertEquals(SOMEBODY_7, now(other));
    }

    // ---- keeping -----------------------------------------------------------------------------------------------

    private void known(String token, String body) {
        CompletionStage<Known> known = ask(token);
        last().answer(200, body);
        assertTrue(now(known) instanceof Known.Somebody);
    }

    @Test
    void answerIsNeverOlderThanItsTtlCountedFromTheQuestion() {
        CompletionStage<Known> known = ask("t");
        passMillis(4_000);
        last().answer(200, ADMIN_7);
        assertEquals(SOMEBODY_7, now(known));
        passMillis(5_999);
        assertEquals(SOMEBODY_7, peek("t"));
        passMillis(1);
        assertNull(peek("t"));
    }

    @Test
    void answerThatTookLongerThanTheTtlIsNotUsed() {
        CompletionStage<Known> known = ask("t");
        passMillis(10_000);
        last().answer(200, ADMIN_7);
        assertEquals(new Known.Unknown("answer-too-late"), now(known));
        assertNull(peek("t"));
    }

    @Test
    void whoeverIsUsedIsAskedAnewFromHalfOfTheTtl() {
        known("t", ADMIN_7);
        passMillis(4_999);
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(1, asked.size());
        passMillis(1);
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(SOMEBODY_7, peek("t"));
        passMillis(3_000);
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(2, asked.size());
        last().answer(200, "{\"user\":{\"id\":\"7\",\"role\":\"USER\"}}");
        assertEquals(Optional.of("USER"), role(peek("t")));
        // Counted from when the renewal was sent: at 5 s.
        passMillis(6_999);
        assertEquals(Optional.of("USER"), role(peek("t")));
        passMillis(1);
        assertNull(peek("t"));
    }

    private static Optional<String> role(Known known) {
        return known instanceof Known.Somebody somebody
                ? Optional.ofNullable(somebody.identity().claim("role"))
                : Optional.empty();
    }

    @Test
    void renewalThatFailsIsTriedAgainWithinTheTtl() {
        known("t", ADMIN_7);
        passMillis(5_000);
        assertEquals(SOMEBODY_7, peek("t"));
        last().fail();
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(2, asked.size());
        passMillis(1_250);
        assertEquals(SOMEBODY_7, peek("t"));
        assertEquals(3, asked.size());
    }

    @Test
    void nobodyEndsSomebodyAtOnceAndIsKeptForAMoment() {
        known("t", ADMIN_7);
        passMillis(5_000);
        assertEquals(SOMEBODY_7, peek("t"));
        last().answer(200, "{}");
        assertTrue(peek("t") instanceof Known.Nobody);
        passMillis(999);
        assertTrue(now(ask("t")) instanceof Known.Nobody);
        passMillis(1);
        assertNull(peek("t"));
        assertEquals(2, asked.size());
    }

    // ---- outages -----------------------------------------------------------------------------------------------

    private final RuleIdentities lasting =
            identities(Duration.ofSeconds(60), new RuleIdentities.Limits(100, 8, Duration.ofSeconds(2)));

    @Test
    void knownVisitorOutlivesTheTtlOnlyWhileTheBackendCannotSay() {
        ask(lasting, "t");
        last().answer(200, ADMIN_7);
        passMillis(10_000);
        assertNull(peek(lasting, "t"));
        CompletionStage<Known> known = ask(lasting, "t");
        last().answer(503, "");
        assertEquals(SOMEBODY_7, now(known));
        // The verdict stands for a moment, and is tried anew in the background from half of that.
        assertEquals(SOMEBODY_7, peek(lasting, "t"));
        assertEquals(2, asked.size());
        passMillis(600);
        assertEquals(SOMEBODY_7, peek(lasting, "t"));
        assertEquals(3, asked.size());
        passMillis(1_500);
        assertEquals(SOMEBODY_7, peek(lasting, "t"));
        last().answer(200, "{}");
        assertTrue(peek(lasting, "t") instanceof Known.Nobody);
    }

    @Test
    void verdictOfAnOutageDoesNotStandUntried() {
        ask(lasting, "t");
        last().answer(200, ADMIN_7);
        passMillis(10_000);
        ask(lasting, "t");
        last().fail();
        assertEquals(SOMEBODY_7, peek(lasting, "t"));
        passMillis(1_000);
        assertNull(peek(lasting, "t"));
    }

    @Test
    void outageBeyondIfErrorIsUnknown() {
        ask(lasting, "t");
        last().answer(200, ADMIN_7);
        passMillis(69_999);
        CompletionStage<Known> within = ask(lasting, "t");
        last().fail();
        assertEquals(SOMEBODY_7, now(within));
        passMillis(1);
        assertNull(peek(lasting, "t"));
        CompletionStage<Known> beyond = ask(lasting, "t");
        last().fail();
        assertEquals(new Known.Unknown("connect-refused"), now(beyond));
    }

    @Test
    void outageAfterNobodyOrAfterAnEndBringsNobodyBack() {
        ask(lasting, "t");
        last().answer(200, ADMIN_7);
        Visitors.end(lasting, carried(lasting, "t").credential());
        CompletionStage<Known> ended = ask(lasting, "t");
        last().fail();
        assertEquals(new Known.Unknown("connect-refused"), now(ended));

        ask(lasting, "u");
        last().answer(200, ADMIN_7);
        passMillis(10_000);
        ask(lasting, "u");
        last().answer(401, "");
        passMillis(1_000);
        CompletionStage<Known> refused = ask(lasting, "u");
        last().fail();
        assertEquals(new Known.Unknown("connect-refused"), now(refused));
    }

    @Test
    void oddAnswerIsNoOutage() {
        ask(lasting, "t");
        last().answer(200, ADMIN_7);
        passMillis(10_000);
        CompletionStage<Known> known = ask(lasting, "t");
        last().answer(429, "");
        assertEquals(new Known.Unknown("status-429"), now(known));
        assertNull(peek(lasting, "t"));
    }

    // ---- ending and forgetting ---------------------------------------------------------------------------------

    @Test
    void endForgetsAtOnce() {
        known("t", ADMIN_7);
        known("u", ADMIN_7);
        Visitors.end(identities, carried(identities, "t").credential());
        assertNull(peek("t"));
        assertEquals(SOMEBODY_7, peek("u"));
    }

    @Test
    void endDoomsTheQuestionInFlight() {
        CompletionStage<Known> before = ask("t");
        Visitors.end(identities, carried(identities, "t").credential());
        CompletionStage<Known> after = ask("t");
        assertEquals(2, asked.size());
        asked.get(0).answer(200, ADMIN_7);
        assertEquals(new Known.Unknown("ended-meanwhile"), now(before));
        assertNull(peek("t"));
        assertNull(now(after));
        asked.get(1).answer(200, "{}");
        assertTrue(now(after) instanceof Known.Nobody);
    }

    @Test
    void endDoomsTheRenewalInFlight() {
        known("t", ADMIN_7);
        passMillis(5_000);
        assertEquals(SOMEBODY_7, peek("t"));
        Visitors.end(identities, carried(identities, "t").credential());
        last().answer(200, ADMIN_7);
        assertNull(peek("t"));
    }

    @Test
    void endConcernsEveryAuthority() {
        RequestHead elsewhere = Visitors.get("other", "Cookie: " + SESSION + "=t");
        known("t", ADMIN_7);
        identities.ask(carried(identities, "t"), elsewhere);
        last().answer(200, ADMIN_7);
        Visitors.end(identities, carried(identities, "t").credential());
        assertNull(peek("t"));
        assertNull(identities.peek(carried(identities, "t"), elsewhere));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "identity:session, true",
        "identity:session:id=7, true",
        "identity:session:id=7:role=ADMIN, true",
        "identity:session:groups=a, true",
        "identity:session:groups=b%3Ac, true",
        "identity:session:id=8, false",
        "identity:session:id=7:role=USER, false",
        "identity:session:groups=b, false",
        "identity:other, false",
        "identity:sessions, false",
        "route:session, false"
    })
    void forgettingAGroupForgetsItsMembersAndDoomsQuestionsAboutThem(String group, boolean concerned) {
        known("t", ADMIN_7);
        CompletionStage<Known> inFlight = ask("u");
        identities.forget(group(group));
        assertEquals(!concerned, SOMEBODY_7.equals(peek("t")));
        last().answer(200, ADMIN_7);
        assertEquals(!concerned, SOMEBODY_7.equals(now(inFlight)));
        assertEquals(!concerned, SOMEBODY_7.equals(peek("u")));
        assertEquals(concerned, now(inFlight) instanceof Known.Unknown);
    }

    @Test
    void questionSentAfterForgettingIsKept() {
        identities.forget(group("identity:session:id=7"));
        known("t", ADMIN_7);
        assertEquals(SOMEBODY_7, peek("t"));
    }

    @Test
    void manyNotesDoomAQuestionWhoeverItIsAbout() {
        CompletionStage<Known> inFlight = ask("t");
        for (int i = 100; i < 200; i++) {
            identities.forget(group("identity:session:id=" + i));
        }
        last().answer(200, ADMIN_7);
        assertEquals(new Known.Unknown("ended-meanwhile"), now(inFlight));
    }

    @Test
    void changedClaimsAreForgottenByTheNewOnesOnly() {
        known("t", ADMIN_7);
        passMillis(5_000);
        assertEquals(SOMEBODY_7, peek("t"));
        last().answer(200, "{\"user\":{\"id\":\"8\"}}");
        identities.forget(group("identity:session:id=7"));
        assertTrue(peek("t") instanceof Known.Somebody);
        identities.forget(group("identity:session:id=8"));
        assertNull(peek("t"));
    }

    // ---- holds: a sign-out or a change that may still be under way ----------------------------------------------

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "identity:session, true",
        "identity:session:id=7, true",
        "identity:session:role=ADMIN:id=7, true",
        "identity:session:groups=b%3Ac, true",
        "identity:session:id=8, false",
        "identity:session:id=7:role=USER, false",
        "identity:other, false"
    })
    void nothingIsKeptOfAHeldGroupBeforeTheHoldEnds(String group, boolean held) {
        known("t", ADMIN_7);
        identities.hold(group(group), Duration.ofSeconds(30));
        assertEquals(!held, SOMEBODY_7.equals(peek("t")));
        pass(Duration.ofSeconds(29));
        CompletionStage<Known> during = ask("u");
        last().answer(200, ADMIN_7);
        assertEquals(held ? new Known.Unknown("hold") : SOMEBODY_7, now(during));
        assertEquals(!held, SOMEBODY_7.equals(peek("u")));
        pass(Duration.ofSeconds(1));
        known("v", ADMIN_7);
        assertEquals(SOMEBODY_7, peek("v"));
    }

    @Test
    void aHeldSessionIsNotBelievedInUntilTheHoldEnds() {
        known("t", ADMIN_7);
        known("u", ADMIN_7);
        Credential credential = carried(identities, "t").credential();
        identities.hold(
                List.of(PurgeGroup.ofCredential(credential.identity(), credential.hash())), Duration.ofSeconds(30));
        assertNull(peek("t"));
        assertEquals(SOMEBODY_7, peek("u"));
        CompletionStage<Known> during = ask("t");
        last().answer(200, ADMIN_7);
        assertEquals(new Known.Unknown("hold"), now(during));
        assertNull(peek("t"));
        pass(Duration.ofSeconds(30));
        known("t", ADMIN_7);
        assertEquals(SOMEBODY_7, peek("t"));
    }

    @Test
    void tooManyHoldsHoldEverybodyRatherThanLetOneGo() {
        for (int i = 0; i <= IdentityHolds.MOST; i++) {
            identities.hold(group("identity:session:id=x" + i), Duration.ofSeconds(30));
        }
        CompletionStage<Known> during = ask("t");
        last().answer(200, ADMIN_7);
        assertEquals(new Known.Unknown("hold"), now(during));
        pass(Duration.ofSeconds(30));
        known("t", ADMIN_7);
        assertEquals(SOMEBODY_7, peek("t"));
    }

    // ---- bounds ------------------------------------------------------------------------------------------------

    @Test
    void floodOfMadeUpCookiesEvictsNoKnownVisitor() {
        RuleIdentities small = identities(Duration.ZERO, new RuleIdentities.Limits(4, 8, Duration.ofSeconds(30)));
        for (String token : List.of("a", "b", "c", "d")) {
            ask(small, token);
            last().answer(200, ADMIN_7);
        }
        for (int i = 0; i < 10_000; i++) {
            CompletionStage<Known> known = ask(small, "made-up-" + i);
            last().answer(200, "{}");
            assertTrue(now(known) instanceof Known.Nobody);
        }
        for (String token : List.of("a", "b", "c", "d")) {
            assertEquals(SOMEBODY_7, peek(small, token));
        }
    }

    @Test
    void visitorsKeptAreBounded() {
        RuleIdentities small = identities(Duration.ZERO, new RuleIdentities.Limits(4, 8, Duration.ofSeconds(30)));
        for (int i = 0; i < 100; i++) {
            ask(small, "t" + i);
            last().answer(200, ADMIN_7);
        }
        int kept = 0;
        for (int i = 0; i < 100; i++) {
            kept += peek(small, "t" + i) != null ? 1 : 0;
        }
        assertEquals(4, kept);
    }

    @Test
    void questionsUnderWayAreBoundedAndSomeAreKeptForVisitorsKnownBefore() {
        known("t", ADMIN_7);
        List<CompletionStage<Known>> strangers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            strangers.add(ask("stranger-" + i));
        }
        // Eight at most, a quarter of which is kept back.
        assertEquals(1 + 6, asked.size());
        assertEquals(new Known.Unknown("too-many-questions"), now(strangers.get(6)));
        passMillis(11_000);
        CompletionStage<Known> known = ask("t");
        assertEquals(1 + 6 + 1, asked.size());
        last().answer(200, ADMIN_7);
        assertEquals(SOMEBODY_7, now(known));
        asked.get(1).answer(200, "{}");
        ask("stranger-again");
        assertEquals(1 + 6 + 2, asked.size());
    }

    @Test
    void doomedQuestionKeepsItsPermitUntilItIsOver() {
        for (int i = 0; i < 6; i++) {
            ask("t" + i);
        }
        Visitors.end(identities, carried(identities, "t0").credential());
        assertEquals(new Known.Unknown("too-many-questions"), now(ask("t0")));
        asked.get(0).answer(200, ADMIN_7);
        assertNull(now(ask("t0")));
        assertEquals(7, asked.size());
    }

    @Test
    void carriesAnySeesEveryForm() {
        assertTrue(identities.carriesAny(request("t")));
        assertTrue(identities.carriesAny(Visitors.get("Cookie: " + SESSION + ".0=x")));
        assertTrue(identities.carriesAny(Visitors.get("authorization: x")));
        assertFalse(identities.carriesAny(Visitors.get("Cookie: a=b")));
        assertFalse(identities.carriesAny(Visitors.get("")));
    }
}
