package dev.larder.suite;

import static dev.larder.rig.Attack.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Attack;
import dev.larder.rig.Attack.Asked;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin.Received;
import dev.larder.rig.TruthRig;
import dev.larder.rig.Until;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two sites behind one larder never see each other's answers, whoever says which site is meant. */
class PrivateSitesTest {

    private static final String PATH = "/p/{u}/item";
    private static final String HOP = "127.0.0.1";

    private static TruthRig rig;
    private static TruthRig behindHop;

    @BeforeAll
    static void start() {
        rig = Truth.rig();
        behindHop = Truth.rig(Truth.trusting(HOP, "::1"));
    }

    @AfterAll
    static void stop() {
        rig.close();
        behindHop.close();
    }

    /** In what the visitor sends itself. */
    @ParameterizedTest
    @MethodSource
    void hosts(Attack attack) throws Exception {
        rig.withstands(attack);
        behindHop.withstands(attack);
    }

    static Stream<Attack> hosts() {
        return Stream.of(
                        "b.test",
                        "A.test",
                        "a.TEST",
                        "a.test:80",
                        "a.test:8080",
                        "a.test:443",
                        "a.test.",
                        "a.test:080",
                        "a.test.evil.test",
                        "127.0.0.1",
                        "[::1]",
                        "a_test",
                        "a.test:",
                        "a.test@evil.test",
                        "a.test, evil.test",
                        "a.test/x",
                        "a.test?x",
                        "a.test|vary",
                        "",
                        "%61.test",
                        "xn--a-.test")
                .map(host -> Attack.of("host " + host, get(PATH), get(PATH, "Host: " + host)));
    }

    @ParameterizedTest
    @MethodSource
    void visitorsOfTwoHosts(Attack attack) throws Exception {
        rig.withstands(attack);
    }

    static Stream<Attack> visitorsOfTwoHosts() {
        return Stream.of("/mine/{u}/item", "/admin/{u}/item")
                .map(path -> Attack.of(
                        path + " on two hosts",
                        get(path, "Cookie: sid=boss-1"),
                        get(path, "Host: b.test", "Cookie: sid=boss-1"),
                        get(path, "Host: b.test", "Cookie: sid=boss-2")));
    }

    /** What a trusted hop says is passed on, and the backend believes it. */
    @ParameterizedTest
    @MethodSource
    void whatATrustedHopSaysOfTheSiteTellsSitesApart(Attack attack) throws Exception {
        behindHop.withstands(attack);
    }

    static Stream<Attack> whatATrustedHopSaysOfTheSiteTellsSitesApart() {
        String said = "X-Forwarded-Host: shop.test";
        Asked victim = get(PATH, said);
        return Stream.of(
                        List.of("X-Forwarded-Host: other.test"),
                        List.of("X-Forwarded-Host: SHOP.test"),
                        List.of("x-forwarded-host: shop.test, other.test"),
                        List.of("X-Forwarded-Host: other.test", said),
                        List.of("X-Forwarded-Host: a.test"),
                        List.of("X-Forwarded-Host:"),
                        List.of(),
                        List.of(said, "X-Forwarded-Proto: https"),
                        List.of(said, "X-Forwarded-Proto: HTTPS"),
                        List.of(said, "X-Forwarded-Proto: https, http"),
                        List.of(said, "X-Forwarded-Proto: http, https"),
                        List.of(said, "X-Forwarded-Proto: wss"),
                        List.of(said, "X-Forwarded-Port: 8443"),
                        List.of(said, "X-Forwarded-Scheme: https"),
                        List.of(said, "X-Forwarded-Ssl: on"),
                        List.of(said, "X-Url-Scheme: https"),
                        List.of(said, "Front-End-Https: on"),
                        List.of(said, "X-Original-Host: other.test"),
                        List.of(said, "X-Forwarded-Server: other.test"),
                        List.of(said, "X-Forwarded-Prefix: /x"),
                        List.of(said, "X-Host: other.test"),
                        List.of(said, "X-Forwarded-Host: shop.test&x-forwarded-port=1"))
                .map(lines -> Attack.of("hop says " + lines, victim, get(PATH, lines.toArray(new String[0]))));
    }

    @ParameterizedTest
    @MethodSource
    void whatEarlierHopsSayInForwardedTellsSitesApart(String one, String other) throws Exception {
        String path = PATH.replace("{u}", behindHop.newUnit());
        try (RawClient client = behindHop.rig().client()) {
            Until.holds("stored for one", () -> isHit(client.get(path, "Forwarded: " + one)));
            assertEquals(
                    "larder; fwd=uri-miss; stored",
                    client.get(path, "Forwarded: " + other).cacheStatus());
            Until.holds("stored for the other", () -> isHit(client.get(path, "Forwarded: " + other)));
        }
    }

    static Stream<Arguments> whatEarlierHopsSayInForwardedTellsSitesApart() {
        return Stream.of(
                        List.of("for=1.1.1.1;host=a.test;proto=http", "for=1.1.1.1;host=b.test;proto=http"),
                        List.of("host=x.test", "host=y.test"),
                        List.of("HOST=\"x.test\"", "Host=y.test"),
                        List.of("proto=https", "proto=http"),
                        List.of("for=1.1.1.1, for=2.2.2.2;host=x.test", "for=1.1.1.1, for=2.2.2.2;host=y.test"),
                        List.of("host=x.test, host=y.test", "host=y.test, host=x.test"),
                        List.of("for=\"1, for=2\";host=x.test", "for=\"1, for=2\";host=y.test"),
                        List.of("host=\"x.test;host=a.test", "host=x.test;host=a.test"))
                .map(pair -> Arguments.of(pair.get(0), pair.get(1)));
    }

    @Test
    void addressesOfVisitorsDoNotTellSitesApart() throws Exception {
        String path = PATH.replace("{u}", behindHop.newUnit());
        try (RawClient client = behindHop.rig().client()) {
            Until.holds("stored", () -> isHit(client.get(path, "Forwarded: for=1.1.1.1;host=courses.test;proto=http")));
            assertTrue(isHit(client.get(
                    path, "X-Forwarded-For: 9.9.9.9", "X-Real-IP: 9.9.9.9", "Forwarded: for=2.2.2.2;proto=http")));
        }
    }

    /** A session is known at one site: behind a hop that names the site, the question names it as well. */
    @Test
    void whoSomebodyIsAtOneSiteOfAHopSaysNothingAtAnother() throws Exception {
        String path = "/admin/" + behindHop.newUnit() + "/item";
        String boss = "Cookie: sid=boss-1";
        try (RawClient client = behindHop.rig().client()) {
            Until.holds("stored", () -> isHit(client.get(path, boss, "X-Forwarded-Host: shop.test")));
            int before = behindHop.rig().origin().received().size();
            Answer other = client.get(path, boss, "X-Forwarded-Host: other.test");
            assertFalse(isHit(other));
            Until.holds(
                    "asked again",
                    () -> behindHop.rig().origin().received().stream()
                            .skip(before)
                            .anyMatch(PrivateSitesTest::isQuestionForOther));
        }
    }

    private static boolean isQuestionForOther(Received request) {
        return request.target().equals("/me")
                && "other.test".equals(request.fields().get("x-forwarded-host"));
    }

    @Test
    void authoritiesThatShareDoNotShareWithWhatAHopSays() throws Exception {
        try (TruthRig sharing = Truth.rig(of -> Rigs.sharing(Rigs.trusting(of, List.of(HOP)), "a.test", "b.test"))) {
            String path = PATH.replace("{u}", sharing.newUnit());
            try (RawClient client = sharing.rig().client()) {
                client.send("GET " + path + " HTTP/1.1\r\nHost: a.test\r\n\r\n").answer(false);
                Until.holds(
                        "shared",
                        () -> isHit(client.send("GET " + path + " HTTP/1.1\r\nHost: b.test\r\n\r\n")
                                .answer(false)));
                assertEquals(
                        "larder; fwd=uri-miss; stored",
                        client.send("GET " + path + " HTTP/1.1\r\nHost: b.test\r\nX-Forwarded-Host: c.test\r\n\r\n")
                                .answer(false)
                                .cacheStatus());
            }
        }
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }
}
