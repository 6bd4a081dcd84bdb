package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.rules.Rules.CredentialSource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialFinderTest {

    private static final CredentialHash HASH = new CredentialHash("secret".getBytes(StandardCharsets.UTF_8));
    private static final CredentialFinder SESSION =
            cookies("__Secure-next-auth.session-token", "next-auth.session-token");

    private static CredentialFinder cookies(String... names) {
        return new CredentialFinder("session", new CredentialSource.Cookies(List.of(names)), HASH);
    }

    private static CredentialFinder header(String name) {
        return new CredentialFinder("api", new CredentialSource.Header(name), HASH);
    }

    private static String found(CredentialFinder finder, String fields) {
        Carried carried = finder.find(Visitors.get(fields).fields());
        if (carried instanceof Carried.One one) {
            return one.line().getKey() + ": " + one.line().getValue();
        }
        return carried instanceof Carried.None ? "none" : "ambiguous";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "Cookie: next-auth.session-token=abc ! Cookie: next-auth.session-token=abc",
                "cookie: next-auth.session-token=abc ! Cookie: next-auth.session-token=abc",
                "Cookie: a=1; next-auth.session-token=abc; b=2 ! Cookie: next-auth.session-token=abc",
                "Cookie: a=1;next-auth.session-token=abc;b=2 ! Cookie: next-auth.session-token=abc",
                "Cookie: a=1; next-auth.session-token=abc; ! Cookie: next-auth.session-token=abc",
                "Cookie: __Secure-next-auth.session-token=abc ! Cookie: __Secure-next-auth.session-token=abc",
                "Cookie: next-auth.session-token=aZ09-._~+/== ! Cookie: next-auth.session-token=aZ09-._~+/==",
                "Cookie: next-auth.csrf-token=x%7Cy; next-auth.callback-url=http%3A%2F%2Fh; next-auth.session-token=abc"
                        + " ! Cookie: next-auth.session-token=abc",
                // what other cookies hold does not matter as long as it stays theirs
                "Cookie: prefs={\"a\":1}; next-auth.session-token=abc ! Cookie: next-auth.session-token=abc",
                "Cookie: q=\"x\"; next-auth.session-token=abc ! Cookie: next-auth.session-token=abc",
                "Cookie: bare; next-auth.session-token=abc ! Cookie: next-auth.session-token=abc",
                "Cookie: x-next-auth.session-token=1; next-auth.session-token=abc ! Cookie: next-auth.session-token=abc"
            })
    void exactlyOnePlainCookieIsFound(String fields, String expected) {
        assertEquals(expected, found(SESSION, fields));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "",
                "Cookie: ",
                "Cookie: a=1",
                "Cookie: next-auth=abc",
                "Cookie: a=next-auth.session-token",
                "Cookie: my-next-auth.session-token=abc",
                "Cookie: a=1 | Cookie: b=2",
                "X-Cookie: next-auth.session-token=abc",
                "Authorization: Bearer x"
            })
    void withoutAListedCookieThereIsNone(String fields) {
        assertEquals("none", found(SESSION, fields));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                // twice: one reader takes the first, another the last
                "Cookie: next-auth.session-token=a; next-auth.session-token=b",
                "Cookie: next-auth.session-token=a; next-auth.session-token=a",
                "Cookie: next-auth.session-token=a; b=1 | Cookie: next-auth.session-token=b",
                // two of the listed
                "Cookie: next-auth.session-token=a; __Secure-next-auth.session-token=b",
                // names that begin with it are joined to it
                "Cookie: next-auth.session-token=a; next-auth.session-token.0=b",
                "Cookie: next-auth.session-token.1=a; next-auth.session-token=b",
                "Cookie: next-auth.session-token.0=a",
                "Cookie: next-auth.session-tokenXYZ=a; next-auth.session-token=b",
                "Cookie: next-auth.session-token=a; __Secure-next-auth.session-token.0=b",
                // another letter case
                "Cookie: Next-Auth.Session-Token=a",
                "Cookie: next-auth.session-token=a; NEXT-AUTH.SESSION-TOKEN=b",
                "Cookie: next-auth.session-token=a; NEXT-AUTH.SESSION-TOKEN.0=b",
                // a value in an unusual form
                "Cookie: next-auth.session-token=",
                "Cookie: next-auth.session-token",
                "Cookie: next-auth.session-token=\"a\"",
                "Cookie: next-auth.session-token=a%2Db",
                "Cookie: next-auth.session-token=a b",
                "Cookie: next-auth.session-token=a ; b=1",
                "Cookie: next-auth.session-token= a",
                "Cookie: next-auth.session-token =a",
                "Cookie: next-auth.session-token=a,b",
                "Cookie: next-auth.session-token=a\u00e4",
                "Cookie: next-auth.session-token=a\\b",
                "Cookie: next-auth.session-token=a\t",
                // padding that some trim drops
                "Cookie: \u00a0next-auth.session-token=a",
                "Cookie: a=1; \u0001next-auth.session-token=a",
                "Cookie: a=1; \"next-auth.session-token\"=a",
                // what others read as the same name
                "Cookie: next-auth_session-token=a; next-auth.session-token=b",
                "Cookie: next%2Dauth.session-token=a; next-auth.session-token=b",
                "Cookie: %6eext-auth.session-token=a",
                // separators of old and of lenient parsers
                "Cookie: a=1,next-auth.session-token=b",
                "Cookie: a=1, next-auth.session-token=b; next-auth.session-token=c",
                "Cookie: a=1 next-auth.session-token=b; next-auth.session-token=c",
                "Cookie: a=\"1; next-auth.session-token=b; c=2\"",
                "Cookie: next-auth.session-token=b; a=\"1",
                // more than one Cookie line
                "Cookie: a=1 | Cookie: next-auth.session-token=b",
                // only the backend knows which of the two it believes
                "Cookie: next-auth.session-token=a | Authorization: Bearer x"
            })
    void whatServersReadInTheirOwnWaysIsAmbiguous(String fields) {
        assertEquals("ambiguous", found(SESSION, fields));
        assertTrue(SESSION.carries(Visitors.get(fields).fields()));
    }

    @Test
    void listedNameThatBeginsWithAnotherIsFineAlone() {
        CredentialFinder finder = cookies("sid", "sid-2");
        assertEquals("Cookie: sid-2=a", found(finder, "Cookie: sid-2=a"));
        assertEquals("ambiguous", found(finder, "Cookie: sid=a; sid-2=b"));
        assertEquals("ambiguous", found(finder, "Cookie: sid-3=a"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '!',
            quoteCharacter = '`',
            value = {
                "Authorization: Bearer abc.def-_ ! Authorization: Bearer abc.def-_",
                "authorization: Basic dXNlcjpwYXNz== ! Authorization: Basic dXNlcjpwYXNz==",
                "Authorization: abc ! Authorization: abc",
                "Authorization: Bearer abc | Cookie: a=b ! Authorization: Bearer abc",
                "X: 1 ! none",
                "Authorization: ! ambiguous",
                "Authorization: Bearer ! Authorization: Bearer",
                "Authorization: Bearer  abc ! ambiguous",
                "Authorization: Bearer abc def ! ambiguous",
                "Authorization: Bearer a,b ! ambiguous",
                "Authorization: Digest username=\"x\" ! ambiguous",
                "Authorization: Bearer\tabc ! ambiguous",
                "Authorization: Bearer a | Authorization: Bearer a ! ambiguous"
            })
    void credentialInAField(String fields, String expected) {
        assertEquals(expected, found(header("Authorization"), fields));
    }

    @Test
    void hashDependsOnIdentityNameValueAndSecret() {
        String hash = hash(SESSION, "Cookie: next-auth.session-token=a");
        assertEquals(64, hash.length());
        assertEquals(hash, hash(SESSION, "Cookie: b=1; next-auth.session-token=a"));
        assertNotEquals(hash, hash(SESSION, "Cookie: next-auth.session-token=b"));
        assertNotEquals(hash, hash(SESSION, "Cookie: __Secure-next-auth.session-token=a"));
        assertNotEquals(hash, HASH.of("other", "next-auth.session-token=a"));
        assertNotEquals(
                hash,
                new CredentialHash("another".getBytes(StandardCharsets.UTF_8))
                        .of("session", "next-auth.session-token=a"));
    }

    private static String hash(CredentialFinder finder, String fields) {
        return ((Carried.One) finder.find(Visitors.get(fields).fields()))
                .credential()
                .hash();
    }

    @Test
    void hashIsHmacSha256() {
        // RFC 4231 section 4.3 gives HMAC-SHA-256 of this text under "Jefe"; the name and a zero byte go before it.
        CredentialHash hash = new CredentialHash("Jefe".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                javaHmac("Jefe", "session\0what do ya want for nothing?"),
                hash.of("session", "what do ya want for nothing?"));
    }

    private static String javaHmac(String key, String text) {
        try {
            var mac = javax.crypto.Mac.getInstance("HmacSHA256");
            mac.init(new javax.crypto.spec.SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return java.util.HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void credentialIsInNoText() {
        Carried carried = SESSION.find(
                Visitors.get("Cookie: next-auth.session-token=tell-nobody").fields());
        assertFalse(carried.toString().contains("tell-nobody"));
    }
}
