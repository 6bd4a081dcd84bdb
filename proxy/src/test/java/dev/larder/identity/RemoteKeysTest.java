package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys by URL: fetched when they are needed, renewed as they rotate, kept while their issuer is away. */
@NullUnmarked
class RemoteKeysTest {

    private static final long NOW = 1_800_000_000L;
    private static final URI URL = URI.create("https://issuer.example/keys");

    private static RSAKey one;
    private static RSAKey two;

    private long nanos;
    private final Deque<CompletableFuture<byte[]>> asked = new ArrayDeque<>();
    private int fetches;
    private final RuleIdentities identities = identities();

    @BeforeAll
    static void makeKeys() throws JOSEException {
        one = new RSAKeyGenerator(2048).keyID("one").generate();
        two = new RSAKeyGenerator(2048).keyID("two").generate();
    }

    private RuleIdentities identities() {
        Rules.Proof.Jwt proof = new Rules.Proof.Jwt(
                List.of("RS256"),
                Optional.empty(),
                Optional.of(new Located<>(URL.toString(), new Position(1, 1))),
                Optional.empty(),
                Optional.of("the-issuer"),
                Optional.empty(),
                Map.of("id", "/sub"),
                Duration.ofSeconds(30));
        Rules rules =
                Visitors.rules(Visitors.identity("api", new Rules.CredentialSource.Header("Authorization"), proof));
        KeyFetch fetch = url -> {
            assertEquals(URL, url);
            fetches++;
            CompletableFuture<byte[]> answer = new CompletableFuture<>();
            asked.add(answer);
            return answer;
        };
        return assertInstanceOf(
                        RuleIdentities.Built.Ok.class,
                        RuleIdentities.build(
                                rules,
                                new RuleIdentities.Surroundings(
                                        Path.of("."),
                                        name -> Optional.empty(),
                                        new byte[] {1},
                                        (path, line, host) ->
                                                CompletableFuture.failedFuture(new IllegalStateException("not asked")),
                                        () -> nanos,
                                        () -> Instant.ofEpochSecond(NOW),
                                        fetch,
                                        () -> true),
                                new RuleIdentities.Limits(10, 10, Duration.ofSeconds(1))))
                .identities();
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private void answer(JWK... keys) {
        List<JWK> set = new ArrayList<>();
        for (JWK key : keys) {
            set.add(key.toPublicJWK());
        }
        answer(new JWKSet(set).toString());
    }

    private void answer(String text) {
        asked.remove().complete(text.getBytes(StandardCharsets.UTF_8));
    }

    private void fail() {
        asked.remove().completeExceptionally(new IllegalStateException("away"));
    }

    private static String token(RSAKey key, String payload) {
        try {
            JWSObject signed = new JWSObject(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    new Payload(payload));
            signed.sign(new RSASSASigner(key));
            return signed.serialize();
        } catch (JOSEException broken) {
            throw new AssertionError(broken);
        }
    }

    private static String good(RSAKey key) {
        return token(key, "{\"sub\":\"u1\",\"iss\":\"the-issuer\",\"exp\":" + (NOW + 60_000) + "}");
    }

    private Known peek(String token) {
        RequestHead request = Visitors.get("Authorization: Bearer " + token);
        return identities.peek((Carried.One) identities.find("api", request), request);
    }

    private CompletableFuture<Known> ask(String token) {
        RequestHead request = Visitors.get("Authorization: Bearer " + token);
        return identities
                .ask((Carried.One) identities.find("api", request), request)
                .toCompletableFuture();
    }

    private static String id(Known known) {
        return assertInstanceOf(Known.Somebody.class, known).identity().claim("id");
    }

    @Test
    void whoComesBeforeTheKeysWaitsForThemWithoutBlocking() {
        assertEquals(1, fetches);
        assertNull(peek(good(one)));
        CompletableFuture<Known> asking = ask(good(one));
        assertEquals(false, asking.isDone());
        answer(one);
        assertEquals("u1", id(asking.getNow(null)));
        assertEquals("u1", id(peek(good(one))));
        assertEquals(1, fetches);
    }

    @Test
    void anUnknownKeyIsFetchedOnceAndThenNotForAWhile() {
        answer(one);
        pass(Duration.ofMinutes(1));
        assertNull(peek(good(two)));
        CompletableFuture<Known> asking = ask(good(two));
        CompletableFuture<Known> other = ask(good(two));
        assertEquals(2, fetches);
        answer(one);
        assertInstanceOf(Known.Nobody.class, asking.getNow(null));
        assertInstanceOf(Known.Nobody.class, other.getNow(null));
        assertInstanceOf(Known.Nobody.class, peek(good(two)));
        pass(RemoteKeys.PAUSE.minusSeconds(1));
        assertInstanceOf(Known.Nobody.class, peek(good(two)));
        assertEquals(2, fetches);
        pass(Duration.ofSeconds(1));
        assertNull(peek(good(two)));
        asking = ask(good(two));
        answer(one, two);
        assertEquals("u1", id(asking.getNow(null)));
        assertEquals("u1", id(peek(good(one))));
    }

    @Test
    void aTokenThatNoKeyCouldHelpFetchesNothing() {
        answer(one);
        pass(Duration.ofMinutes(1));
        for (String hopeless : List.of(
                "no.token.at-all",
                token(two, "{\"sub\":\"u1\",\"iss\":\"somebody-else\",\"exp\":" + (NOW + 60_000) + "}"),
                token(two, "{\"sub\":\"u1\",\"iss\":\"the-issuer\",\"exp\":" + (NOW - 60_000) + "}"))) {
            assertInstanceOf(Known.Nobody.class, peek(hopeless));
        }
        assertEquals(1, fetches);
    }

    @Test
    void oldKeysAreRenewedInTheBackgroundAndThoseTakenBackNoLongerCount() {
        answer(one);
        assertEquals("u1", id(peek(good(one))));
        pass(RemoteKeys.OLD);
        assertEquals("u1", id(peek(good(one))));
        assertEquals(2, fetches);
        answer(two);
        // Verified before, by a key that its issuer has taken back since.
        assertInstanceOf(Known.Nobody.class, peek(good(one)));
        assertEquals("u1", id(peek(good(two))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "{\"keys\":[]}", "{}", "away"})
    void theLastGoodKeysAreKeptWhileFetchingFails(String text) {
        answer(one);
        pass(RemoteKeys.OLD);
        assertEquals("u1", id(peek(good(one))));
        if (text.equals("away")) {
            fail();
        } else {
            answer(text);
        }
        assertEquals("u1", id(peek(good(one))));
        assertEquals(2, fetches);
        pass(RemoteKeys.PAUSE);
        assertEquals("u1", id(peek(good(one))));
        assertEquals(3, fetches);
    }

    @Test
    void withoutAnyKeysNobodyIsKnownAndItIsTriedAgainSoon() {
        fail();
        assertEquals(
                "keys-unavailable",
                assertInstanceOf(Known.Unknown.class, peek(good(one))).detail());
        pass(RemoteKeys.PAUSE_WITHOUT_KEYS);
        CompletableFuture<Known> asking = ask(good(one));
        fail();
        assertInstanceOf(Known.Unknown.class, asking.getNow(null));
        assertEquals(2, fetches);
    }

    // ---- over the wire -----------------------------------------------------------------------------------------

    private static byte[] get(ScriptedOrigin.Script script) throws Exception {
        try (ScriptedOrigin issuer = ScriptedOrigin.start(script)) {
            return new HttpKeyFetch(Duration.ofSeconds(2))
                    .get(URI.create("http://127.0.0.1:" + issuer.port() + "/keys"))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void keysAreFetchedOverHttp() throws Exception {
        byte[] answer = get((request, exchange) -> {
            assertEquals("/keys", request.target());
            assertNull(request.fields().get("cookie"));
            exchange.respond(200, "{\"keys\":[]}");
            return true;
        });
        assertNotNull(answer);
        assertArrayEquals("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"404", "302", "long", "cut"})
    void whatIsNoWholeAnswerOfStatus200IsAFailure(String how) {
        assertThrows(
                ExecutionException.class,
                () -> get((request, exchange) -> {
                    switch (how) {
                        case "404" -> exchange.respond(404, "{}");
                        case "302" -> exchange.respond(302, "", "Location: http://127.0.0.1:1/");
                        case "long" -> exchange.respond(200, " ".repeat(2 << 20));
                        default -> exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
                    }
                    return false;
                }));
    }
}
