package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.Identity;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class TokenIdentitiesTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final long NOW = 1_800_000_000L;
    private static final Map<String, String> CLAIMS = Map.of("id", "/sub", "roles", "/roles");

    @TempDir
    static Path folder;

    private static RSAKey rsa;
    private static RSAKey otherRsa;

    private Instant now = Instant.ofEpochSecond(NOW);

    @BeforeAll
    static void makeKeys() throws JOSEException, IOException {
        rsa = new RSAKeyGenerator(2048).keyID("one").generate();
        otherRsa = new RSAKeyGenerator(2048).keyID("one").generate();
        Files.writeString(folder.resolve("keys.json"), new JWKSet(rsa.toPublicJWK()).toString());
        Files.writeString(folder.resolve("empty.json"), "{\"keys\":[]}");
        Files.writeString(folder.resolve("odd.json"), "<html>");
    }

    private static Rules.Proof.Jwt hs256(Optional<String> issuer, Optional<String> audience) {
        return jwt(List.of("HS256"), null, SECRET, issuer, audience);
    }

    private static Rules.Proof.Jwt rs256() {
        return jwt(List.of("RS256"), "keys.json", null, Optional.empty(), Optional.empty());
    }

    private static Rules.Proof.Jwt jwt(
            List<String> algorithms, String jwks, String secret, Optional<String> issuer, Optional<String> audience) {
        return new Rules.Proof.Jwt(
                algorithms,
                Optional.ofNullable(jwks)
                        .filter(file -> !file.contains("://"))
                        .map(file -> new Located<>(file, new Position(9, 5))),
                Optional.ofNullable(jwks)
                        .filter(url -> url.contains("://"))
                        .map(url -> new Located<>(url, new Position(9, 5))),
                Optional.ofNullable(secret).map(text -> new Located<>(text, new Position(8, 5))),
                issuer,
                audience,
                CLAIMS,
                Duration.ofSeconds(30));
    }

    private RuleIdentities.Built build(Rules.Proof.Jwt proof, Map<String, String> environment) {
        Rules rules =
                Visitors.rules(Visitors.identity("api", new Rules.CredentialSource.Header("Authorization"), proof));
        return RuleIdentities.build(
                rules,
                new RuleIdentities.Surroundings(
                        folder,
                        name -> Optional.ofNullable(environment.get(name)),
                        new byte[] {1},
                        (path, line, host) -> CompletableFuture.failedFuture(new IllegalStateException("not asked")),
                        () -> 0,
                        () -> now,
                        Visitors.NO_KEYS),
                new RuleIdentities.Limits(10, 10, Duration.ofSeconds(1)));
    }

    private RuleIdentities identities(Rules.Proof.Jwt proof) {
        return assertInstanceOf(RuleIdentities.Built.Ok.class, build(proof, Map.of()))
                .identities();
    }

    private static Known peek(RuleIdentities identities, String authorization) {
        RequestHead request = Visitors.get("Authorization: " + authorization);
        Carried.One one = assertInstanceOf(Carried.One.class, identities.find("api", request));
        return identities.peek(one, request);
    }

    private static String sign(JWSHeader header, JWSSigner signer, String payload) {
        try {
            JWSObject token = new JWSObject(header, new Payload(payload));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String hs256(String secret, String payload) {
        try {
            return sign(new JWSHeader(JWSAlgorithm.HS256), new MACSigner(secret), payload);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static String rs256(RSAKey key, String payload) {
        try {
            return sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), new RSASSASigner(key), payload);
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static Known somebody(String id) {
        return new Known.Somebody(new Identity("api", Map.of("id", id), Map.of()));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                // RFC 7519 section 4.1; now is 1800000000, clocks may differ by 30 s
                "{\"sub\":\"7\"} ! true",
                "{\"sub\":\"7\",\"exp\":1800000001} ! true",
                "{\"sub\":\"7\",\"exp\":1799999971} ! true",
                "{\"sub\":\"7\",\"exp\":1799999970} ! false",
                "{\"sub\":\"7\",\"exp\":1800000001.5} ! true",
                "{\"sub\":\"7\",\"exp\":\"1800000001\"} ! false",
                "{\"sub\":\"7\",\"exp\":1e999999999} ! false",
                "{\"sub\":\"7\",\"exp\":999999999999999999999} ! false",
                "{\"sub\":\"7\",\"exp\":null} ! false",
                "{\"sub\":\"7\",\"exp\":-5} ! false",
                "{\"sub\":\"7\",\"nbf\":1800000030} ! true",
                "{\"sub\":\"7\",\"nbf\":1800000031} ! false",
                "{\"sub\":\"7\",\"sub\":\"8\"} ! false",
                "[\"7\"] ! false",
                "7 ! false"
            })
    void timesAndFormOfAnHs256Token(String payload, boolean holds) {
        Known known = peek(identities(hs256(Optional.empty(), Optional.empty())), "Bearer " + hs256(SECRET, payload));
        assertEquals(holds ? somebody("7") : new Known.Nobody(), known);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "{\"sub\":\"7\",\"iss\":\"me\",\"aud\":\"you\"} ! true",
                "{\"sub\":\"7\",\"iss\":\"me\",\"aud\":[\"them\",\"you\"]} ! true",
                "{\"sub\":\"7\",\"iss\":\"you\",\"aud\":\"you\"} ! false",
                "{\"sub\":\"7\",\"aud\":\"you\"} ! false",
                "{\"sub\":\"7\",\"iss\":\"me\"} ! false",
                "{\"sub\":\"7\",\"iss\":\"me\",\"aud\":\"them\"} ! false",
                "{\"sub\":\"7\",\"iss\":\"me\",\"aud\":[]} ! false",
                "{\"sub\":\"7\",\"iss\":\"me\",\"aud\":{\"you\":1}} ! false"
            })
    void issuerAndAudienceMustBeThoseOfTheRule(String payload, boolean holds) {
        RuleIdentities identities = identities(hs256(Optional.of("me"), Optional.of("you")));
        Known known = peek(identities, "Bearer " + hs256(SECRET, payload));
        assertEquals(holds ? somebody("7") : new Known.Nobody(), known);
    }

    @Test
    void rs256IsVerifiedByTheKeySet() {
        RuleIdentities identities = identities(rs256());
        String payload = "{\"sub\":12345678901234567891,\"roles\":[\"A\",\"B\"]}";
        assertEquals(
                new Known.Somebody(
                        new Identity("api", Map.of("id", "12345678901234567891"), Map.of("roles", List.of("A", "B")))),
                peek(identities, "Bearer " + rs256(rsa, payload)));
        assertEquals(new Known.Nobody(), peek(identities, "Bearer " + rs256(otherRsa, payload)));
    }

    @Test
    void schemeIsBearerInTheOneSpellingThatEveryBackendTakes() {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        String token = hs256(SECRET, "{\"sub\":\"7\"}");
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
        for (String other : List.of(token, "bearer " + token, "BEARER " + token, "Basic " + token)) {
            assertEquals(new Known.Nobody(), peek(identities, other), other);
        }
    }

    @Test
    void forgedTokensBelongToNobody() throws JOSEException {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        String good = hs256(SECRET, "{\"sub\":\"7\"}");
        String[] parts = good.split("\\.", -1);
        String none = Base64URL.encode("{\"alg\":\"none\"}").toString();
        String another = Base64URL.encode("{\"sub\":\"8\"}").toString();
        for (String forged : List.of(
                none + "." + parts[1] + ".",
                none + "." + parts[1] + "." + parts[2],
                Base64URL.encode("{\"alg\":\"None\"}") + "." + parts[1] + ".",
                parts[0] + "." + another + "." + parts[2],
                parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1] + "." + parts[2].substring(2),
                hs256("another-secret-another-secret-another", "{\"sub\":\"7\"}"),
                "abc",
                "a.b.c",
                "..",
                "e30.e30.e30",
                good + ".x")) {
            assertEquals(new Known.Nobody(), peek(identities, "Bearer " + forged), forged);
        }
        String hs512 = sign(new JWSHeader(JWSAlgorithm.HS512), new MACSigner(SECRET + SECRET), "{\"sub\":\"7\"}");
        assertEquals(new Known.Nobody(), peek(identities, "Bearer " + hs512));
        String critical = sign(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .criticalParams(Set.of("x"))
                        .customParam("x", 1)
                        .build(),
                new MACSigner(SECRET),
                "{\"sub\":\"7\"}");
        assertEquals(new Known.Nobody(), peek(identities, "Bearer " + critical));
    }

    @Test
    void publicKeyIsNoSharedSecret() throws JOSEException {
        // The classic confusion: HS256 keyed by the bytes of the RSA key that everybody knows.
        RuleIdentities both =
                identities(jwt(List.of("RS256", "HS256"), "keys.json", null, Optional.empty(), Optional.empty()));
        String forged = sign(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
                new MACSigner(rsa.toRSAPublicKey().getEncoded()),
                "{\"sub\":\"7\"}");
        assertEquals(new Known.Nobody(), peek(both, "Bearer " + forged));
    }

    @Test
    void typeMayBeThatOfAnAccessToken() throws JOSEException {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        for (Map.Entry<String, Boolean> row :
                Map.of("JWT", true, "at+jwt", true, "logout+jwt", false).entrySet()) {
            String token = sign(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .type(new JOSEObjectType(row.getKey()))
                            .build(),
                    new MACSigner(SECRET),
                    "{\"sub\":\"7\"}");
            assertEquals(row.getValue(), peek(identities, "Bearer " + token).equals(somebody("7")), row.getKey());
        }
    }

    @Test
    void verifiedTokenIsKeptUntilItExpiresAndNoLonger() {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        String token = hs256(SECRET, "{\"sub\":\"7\",\"exp\":" + (NOW + 10) + "}");
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
        now = now.plusMillis(39_999);
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
        now = now.plusMillis(1);
        assertEquals(new Known.Nobody(), peek(identities, "Bearer " + token));
    }

    @Test
    void tokenWithoutAnExpiryStaysGood() {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        String token = hs256(SECRET, "{\"sub\":\"7\"}");
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
        now = now.plus(Duration.ofDays(1));
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
    }

    @Test
    void endedTokenBelongsToNobody() {
        RuleIdentities identities = identities(hs256(Optional.empty(), Optional.empty()));
        String token = hs256(SECRET, "{\"sub\":\"7\"}");
        assertEquals(somebody("7"), peek(identities, "Bearer " + token));
        RequestHead request = Visitors.get("Authorization: Bearer " + token);
        identities.end(((Carried.One) identities.find("api", request)).credential());
        assertEquals(new Known.Nobody(), peek(identities, "Bearer " + token));
    }

    @Test
    void secretMayComeFromTheEnvironment() {
        Rules.Proof.Jwt proof = jwt(List.of("HS256"), null, "env:JWT_SECRET", Optional.empty(), Optional.empty());
        RuleIdentities identities = assertInstanceOf(
                        RuleIdentities.Built.Ok.class, build(proof, Map.of("JWT_SECRET", SECRET)))
                .identities();
        assertEquals(somebody("7"), peek(identities, "Bearer " + hs256(SECRET, "{\"sub\":\"7\"}")));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "HS256 ! - ! env:JWT_SECRET ! rules.yaml:8:5: the environment variable JWT_SECRET is not set;",
                "HS256 ! - ! too-short-to-print ! rules.yaml:8:5: a secret of 18 bytes with the algorithm HS256;",
                "HS512 ! - ! 0123456789abcdef0123456789abcdef ! rules.yaml:8:5: a secret of 32 bytes with the algorithm HS512;",
                "RS256 ! - ! 0123456789abcdef0123456789abcdef ! rules.yaml:8:5: a secret of 32 bytes with the algorithm RS256;",
                "RS256 ! missing.json ! - ! rules.yaml:9:5: the key set missing.json cannot be read;",
                "RS256 ! odd.json ! - ! rules.yaml:9:5: the file odd.json is no JWK set;",
                "RS256 ! empty.json ! - ! rules.yaml:9:5: the key set empty.json is empty;",
                "none ! keys.json ! - ! rules.yaml:7:3: identity api accepts the algorithm \"none\";",
                "RS256 ! - ! - ! rules.yaml:7:3: identity api has no key to verify tokens by;"
            })
    void unusableKeysAreProblemsOfTheFile(String algorithm, String jwks, String secret, String expected) {
        RuleIdentities.Built built =
                build(jwt(List.of(algorithm), jwks, secret, Optional.empty(), Optional.empty()), Map.of());
        String problem = assertInstanceOf(RuleIdentities.Built.Refused.class, built)
                .problems()
                .get(0)
                .toString();
        assertTrue(problem.startsWith(expected), problem);
        if (secret != null) {
            assertTrue(secret.startsWith("env:") || !problem.contains(secret), "the secret must not be told");
        }
    }

    @Test
    void opaqueCredentialIsItsOwnIdentityUntilItIsEnded() {
        Rules rules = Visitors.rules(Visitors.identity(
                "visit", new Rules.CredentialSource.Cookies(List.of("sid")), new Rules.Proof.Opaque()));
        RuleIdentities identities = ((RuleIdentities.Built.Ok) RuleIdentities.build(
                        rules,
                        new RuleIdentities.Surroundings(
                                folder,
                                name -> Optional.empty(),
                                SECRET.getBytes(StandardCharsets.UTF_8),
                                (path, line, host) -> CompletableFuture.failedFuture(new IllegalStateException()),
                                () -> 0,
                                () -> now,
                                Visitors.NO_KEYS),
                        new RuleIdentities.Limits(10, 10, Duration.ofSeconds(1))))
                .identities();
        RequestHead request = Visitors.get("Cookie: sid=abc");
        Carried.One one = assertInstanceOf(Carried.One.class, identities.find("visit", request));
        assertEquals(
                new Known.Somebody(
                        new Identity("visit", Map.of("id", one.credential().hash()), Map.of())),
                identities.peek(one, request));
        identities.end(one.credential());
        assertEquals(new Known.Nobody(), identities.peek(one, request));
    }
}
