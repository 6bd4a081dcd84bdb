package dev.larder.suite;

import static dev.larder.rig.Attack.get;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.larder.rig.Attack;
import dev.larder.rig.Reading;
import dev.larder.rig.TruthRig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token that the backend refuses gets nobody anything: the backend here accepts two, to the letter, and no other. */
class PrivateTokensTest {

    private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    private static TruthRig rig;
    private static Instant now;
    private static String victims;
    private static String others;

    @BeforeAll
    static void start() {
        rig = Truth.rig();
        now = rig.rig().clock().clocks().wall().instant();
        victims = signed(HS256, claims("1", "USER", 3600), Truth.SECRET);
        others = signed(HS256, claims("2", "USER", 3600), Truth.SECRET);
        rig.mirror().token(victims, "1", "USER").token(others, "2", "USER");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static String claims(String id, String role, long seconds) {
        return "{\"sub\":\"" + id + "\",\"role\":\"" + role + "\",\"iss\":\"us\",\"aud\":\"them\",\"exp\":"
                + (now.getEpochSecond() + seconds) + "}";
    }

    /** A good token of this user, for an hour by the clock of this rig. */
    static String valid(TruthRig rig, String id) {
        long until = rig.rig().clock().clocks().wall().instant().getEpochSecond() + 3600;
        return signed(
                HS256,
                "{\"sub\":\"" + id + "\",\"role\":\"USER\",\"iss\":\"us\",\"aud\":\"them\",\"exp\":" + until + "}",
                Truth.SECRET);
    }

    /** A good token that never expires. */
    static String signedFor(String id) {
        return signed(HS256, "{\"sub\":\"" + id + "\"}", Truth.SECRET);
    }

    private static String base64(byte[] octets) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static String base64(String text) {
        return base64(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String signed(String header, String payload, String secret) {
        return signed(header, payload, secret, "HmacSHA256");
    }

    private static String signed(String header, String payload, String secret, String algorithm) {
        try {
            String input = base64(header) + "." + base64(payload);
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
            return input + "." + base64(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @ParameterizedTest
    @MethodSource("forged")
    void aTokenThatTheBackendRefusesGetsNobodysPage(String name, List<String> lines) throws Exception {
        rig.withstands(
                Attack.of(
                        name,
                        get("/token/{u}/item", "Authorization: Bearer " + victims),
                        get("/token/{u}/item", lines.toArray(new String[0])),
                        get("/token/{u}/item", "Authorization: Bearer " + others)),
                Reading.STRICT);
    }

    static Stream<Arguments> forged() {
        String[] parts = victims.split("\\.", -1);
        String head = parts[0];
        String body = parts[1];
        String signature = parts[2];
        String good = claims("1", "USER", 3600);
        String signed = head + "." + body + ".";
        return Stream.of(
                row("no token"),
                row("empty", "Authorization:"),
                row("scheme alone", "Authorization: Bearer"),
                row("scheme in lower case", "Authorization: bearer " + victims),
                row("scheme in capitals", "Authorization: BEARER " + victims),
                row("no scheme", "Authorization: " + victims),
                row("another scheme", "Authorization: Basic " + victims),
                row("scheme of DPoP", "Authorization: DPoP " + victims),
                row("two blanks", "Authorization: Bearer  " + victims),
                row("a tab", "Authorization: Bearer\t" + victims),
                row("quoted", "Authorization: Bearer \"" + victims + "\""),
                row("with a comma", "Authorization: Bearer " + others + "," + victims),
                row("two fields", "Authorization: Bearer " + others, "Authorization: Bearer " + victims),
                row(
                        "two fields in the other order",
                        "Authorization: Bearer " + victims,
                        "Authorization: Bearer " + others),
                row("the same twice", "Authorization: Bearer " + victims, "Authorization: Bearer " + victims),
                row("as parameter", "Authorization: Bearer token=" + victims),
                row("in a cookie", "Cookie: token=" + victims),
                row("in another field", "X-Authorization: Bearer " + victims),
                row("for a proxy", "Proxy-Authorization: Bearer " + victims),
                bearer("none", base64("{\"alg\":\"none\"}") + "." + body + "."),
                bearer("None", base64("{\"alg\":\"None\"}") + "." + body + "."),
                bearer("NONE", base64("{\"alg\":\"NONE\"}") + "." + body + "."),
                bearer("nOnE with a signature", base64("{\"alg\":\"nOnE\"}") + "." + body + "." + signature),
                bearer("none without a dot", base64("{\"alg\":\"none\"}") + "." + body),
                bearer("empty algorithm", base64("{\"alg\":\"\"}") + "." + body + "." + signature),
                bearer("no algorithm", base64("{\"typ\":\"JWT\"}") + "." + body + "." + signature),
                bearer("algorithm null", base64("{\"alg\":null}") + "." + body + "." + signature),
                bearer("algorithm a list", base64("{\"alg\":[\"HS256\"]}") + "." + body + "." + signature),
                bearer("algorithm in lower case", signed("{\"alg\":\"hs256\"}", good, Truth.SECRET)),
                bearer("HS384 with the secret", signed("{\"alg\":\"HS384\"}", good, Truth.SECRET, "HmacSHA384")),
                bearer("HS512 with the secret", signed("{\"alg\":\"HS512\"}", good, Truth.SECRET, "HmacSHA512")),
                bearer("RS256 said", signed("{\"alg\":\"RS256\"}", good, Truth.SECRET)),
                bearer("two algorithms", signed("{\"alg\":\"none\",\"alg\":\"HS256\"}", good, "x".repeat(32))),
                bearer("wrong key", signed(HS256, good, "x".repeat(32))),
                bearer("empty key", signed(HS256, good, " ")),
                bearer("key with a blank", signed(HS256, good, Truth.SECRET + " ")),
                bearer(
                        "a kid that is a path",
                        signed("{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}", good, "x".repeat(32))),
                bearer(
                        "a kid that is a URL",
                        signed("{\"alg\":\"HS256\",\"kid\":\"http://evil.test/k\"}", good, "x".repeat(32))),
                bearer(
                        "a kid that is a query",
                        signed("{\"alg\":\"HS256\",\"kid\":\"' or 1=1\"}", good, "x".repeat(32))),
                bearer(
                        "a key of its own",
                        signed("{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"eA\"}}", good, "x")),
                bearer(
                        "a URL of keys",
                        signed("{\"alg\":\"HS256\",\"jku\":\"http://evil.test/k\"}", good, "x".repeat(32))),
                bearer(
                        "a chain of certificates",
                        signed("{\"alg\":\"HS256\",\"x5c\":[\"eA==\"]}", good, "x".repeat(32))),
                bearer(
                        "a critical extension",
                        signed("{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", good, "x".repeat(32))),
                bearer("b64 false", signed("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}", good, Truth.SECRET)),
                bearer("deflated", signed("{\"alg\":\"HS256\",\"zip\":\"DEF\"}", good, "x".repeat(32))),
                bearer("expired", signed(HS256, claims("1", "USER", -3600), Truth.SECRET)),
                bearer("expired a second ago", signed(HS256, claims("1", "USER", -1), Truth.SECRET)),
                bearer("expires now", signed(HS256, claims("1", "USER", 0), Truth.SECRET)),
                bearer("not yet valid", changed("\"exp\"", "\"nbf\":" + (now.getEpochSecond() + 1800) + ",\"exp\"")),
                bearer("expiry a text", changed("\"exp\":", "\"exp\":\"soon\",\"x\":")),
                bearer("expiry a list", changed("\"exp\":", "\"exp\":[9999999999],\"x\":")),
                bearer("expiry negative", changed("\"exp\":", "\"exp\":-1,\"x\":")),
                bearer("expiry far too great", changed("\"exp\":", "\"exp\":1e400,\"x\":")),
                bearer("expiry twice", changed("\"exp\":", "\"exp\":1,\"exp\":")),
                bearer("issuer of others", changed("\"us\"", "\"others\"")),
                bearer("no issuer", changed("\"iss\":\"us\",", "")),
                bearer("issuer a list", changed("\"us\"", "[\"us\"]")),
                bearer("issuer with a slash", changed("\"us\"", "\"us/\"")),
                bearer("audience of others", changed("\"them\"", "\"others\"")),
                bearer("no audience", changed("\"aud\":\"them\",", "")),
                bearer("audience a list of others", changed("\"them\"", "[\"others\"]")),
                bearer("audience an object", changed("\"them\"", "{\"them\":1}")),
                bearer("no subject", changed("\"sub\":\"1\",", "")),
                bearer("subject null", changed("\"sub\":\"1\"", "\"sub\":null")),
                bearer("subject a list", changed("\"sub\":\"1\"", "\"sub\":[\"1\"]")),
                bearer("subject an object", changed("\"sub\":\"1\"", "\"sub\":{\"id\":\"1\"}")),
                bearer("subject empty", changed("\"sub\":\"1\"", "\"sub\":\"\"")),
                bearer("subject with the key's marks", changed("\"sub\":\"1\"", "\"sub\":\"1:u:x\"")),
                bearer("subject twice", changed("\"sub\":\"1\"", "\"sub\":\"2\",\"sub\":\"1\"")),
                bearer("no role", changed("\"role\":\"USER\",", "")),
                bearer("a role of others", changed("USER", "GUEST")),
                bearer("role in lower case", changed("USER", "user")),
                bearer("role an object", changed("\"USER\"", "{\"USER\":true}")),
                bearer("no JSON", signed(HS256, "id=1", Truth.SECRET)),
                bearer("a JSON list", signed(HS256, "[" + good + "]", Truth.SECRET)),
                bearer("JSON and more", signed(HS256, good + good, Truth.SECRET)),
                bearer("JSON with a comment", signed(HS256, good.replace("{", "{/**/"), Truth.SECRET)),
                bearer("header changed", base64(HS256 + " ") + "." + body + "." + signature),
                bearer("payload of the other", head + "." + others.split("\\.", -1)[1] + "." + signature),
                bearer("no signature", signed),
                bearer("two parts", head + "." + body),
                bearer("one part", head),
                bearer("four parts", victims + "." + signature),
                bearer("five parts", victims + "..x"),
                bearer("a dot before", "." + victims),
                bearer("a dot behind", victims + "."),
                bearer("two dots", head + ".." + body + "." + signature),
                bearer("signature cut", victims.substring(0, victims.length() - 1)),
                bearer("signature longer", victims + "A"),
                bearer("signature padded", victims + "="),
                bearer("signature of other last bits", signed + otherLastBits(signature)),
                bearer("signature with a plus", signed + "+" + signature),
                bearer(
                        "signature with a blank in between",
                        signed + signature.substring(0, 9) + " " + signature.substring(9)),
                bearer(
                        "signature with a slash in between",
                        signed + signature.substring(0, 9) + "/" + signature.substring(9)),
                bearer(
                        "signature with a tilde in between",
                        signed + signature.substring(0, 9) + "~" + signature.substring(9)),
                bearer("standard base64", signed + signature.replace('-', '+').replace('_', '/') + "="),
                bearer("header padded", head + "==." + body + "." + signature),
                bearer("percent-encoded", victims.replace(".", "%2E")),
                bearer("encrypted in form", head + ".." + body + "." + signature + ".x"));
    }

    /** The victim's token with something else in it, signed as it should be: the backend refuses it all the same. */
    private static String changed(String of, String by) {
        String payload = claims("1", "USER", 3600).replace(of, by);
        assertFalse(payload.equals(claims("1", "USER", 3600)), of);
        return signed(HS256, payload, Truth.SECRET);
    }

    /** 32 octets are 43 characters, of whose last one two bits mean nothing. */
    private static String otherLastBits(String signature) {
        char last = signature.charAt(signature.length() - 1);
        return signature.substring(0, signature.length() - 1)
                + (char) (last + (last == 'z' || last == 'Z' || last == '9' ? -1 : 1));
    }

    private static Arguments bearer(String name, String token) {
        return row(name, "Authorization: Bearer " + token);
    }

    private static Arguments row(String name, String... lines) {
        return Arguments.of(name, List.of(lines));
    }
}
