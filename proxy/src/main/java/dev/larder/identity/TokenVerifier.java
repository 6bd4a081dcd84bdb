package dev.larder.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.ImmutableSecret;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.proc.SimpleSecurityContext;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.larder.identity.JsonDocument.Digits;
import dev.larder.identity.JsonDocument.Pointer;
import dev.larder.key.Identity;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies JWTs of one identity (RFC 7519) by keys read once, or by those of a URL. Thread-safe; does not block. Only the algorithms that the
 * rules file names are accepted, and {@code none} never is. What is cheap to check is checked before the signature.
 */
final class TokenVerifier {

    private static final String ENVIRONMENT = "env:";
    private static final Pointer EXPIRES = Pointer.compile("/exp");
    private static final Pointer NOT_BEFORE = Pointer.compile("/nbf");
    private static final Pointer ISSUER = Pointer.compile("/iss");
    private static final Pointer AUDIENCE = Pointer.compile("/aud");

    /** A token without an expiry is verified anew after this long. */
    private static final Duration LONGEST_KEPT = Duration.ofHours(1);

    /** Ten thousand years of seconds: a date beyond this is no date. */
    private static final long GREATEST_TIME = 315_360_000_000L;

    /** A token that holds. */
    record Token(Identity identity, Instant until) {}

    /** What making a verifier came to. */
    sealed interface Made {
        record Ok(TokenVerifier verifier) implements Made {}

        record Refused(Problem problem) implements Made {}
    }

    private final Rules.Proof.Jwt rule;
    private final Set<JWSAlgorithm> algorithms;
    private final DefaultJWTProcessor<SecurityContext> processor;
    private final ClaimReader claims;
    private final @Nullable RemoteKeys remote;

    private TokenVerifier(
            String identity, Rules.Proof.Jwt rule, Set<JWSAlgorithm> algorithms, JWKSource<SecurityContext> keys) {
        this(identity, rule, algorithms, keys, null);
    }

    private TokenVerifier(
            String identity,
            Rules.Proof.Jwt rule,
            Set<JWSAlgorithm> algorithms,
            JWKSource<SecurityContext> keys,
            @Nullable RemoteKeys remote) {
        this.remote = remote;
        this.rule = rule;
        this.algorithms = algorithms;
        this.claims = new ClaimReader(identity, rule.claims());
        this.processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, keys));
        // RFC 9068 section 2.1 names access tokens at+jwt.
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        // Times, issuer and audience are checked here, by the clock that is passed in.
        processor.setJWTClaimsSetVerifier((payload, context) -> {});
    }

    /**
     * Reads the keys.
     *
     * @param folder where a relative {@code jwks} file lies
     * @param environment values of environment variables, for {@code env:NAME}
     * @param fetch fetches a key set by URL
     * @param nanoTime monotonic time in nanoseconds
     */
    static Made make(
            String file,
            Rules.IdentityRule identity,
            Rules.Proof.Jwt rule,
            Path folder,
            Function<String, Optional<String>> environment,
            KeyFetch fetch,
            LongSupplier nanoTime) {
        String name = identity.name().value();
        Position at = identity.name().at();
        Set<JWSAlgorithm> algorithms = new HashSet<>();
        for (String algorithm : rule.algorithms()) {
            JWSAlgorithm parsed = JWSAlgorithm.parse(algorithm);
            if (!JWSAlgorithm.Family.SIGNATURE.contains(parsed) && !JWSAlgorithm.Family.HMAC_SHA.contains(parsed)) {
                return refused(
                        file,
                        at,
                        "identity " + name + " accepts the algorithm \"" + algorithm + "\"",
                        "signature algorithms such as RS256, ES256 or HS256, and never none");
            }
            algorithms.add(parsed);
        }
        if (rule.secret().isPresent()) {
            return bySecret(file, identity, rule, algorithms, rule.secret().get(), environment);
        }
        if (rule.jwksUrl().isPresent()) {
            RemoteKeys keys = new RemoteKeys(URI.create(rule.jwksUrl().get().value()), fetch, nanoTime);
            keys.renewIfOld();
            return new Made.Ok(new TokenVerifier(name, rule, algorithms, keys, keys));
        }
        if (rule.jwksFile().isPresent()) {
            return byKeySet(file, identity, rule, algorithms, rule.jwksFile().get(), folder);
        }
        return refused(
                file,
                at,
                "identity " + name + " has no key to verify tokens by",
                "jwks: FILE or URL, or secret: env:NAME");
    }

    private static Made bySecret(
            String file,
            Rules.IdentityRule identity,
            Rules.Proof.Jwt rule,
            Set<JWSAlgorithm> algorithms,
            Located<String> said,
            Function<String, Optional<String>> environment) {
        String secret = said.value();
        if (secret.startsWith(ENVIRONMENT)) {
            String variable = secret.substring(ENVIRONMENT.length());
            Optional<String> value = environment.apply(variable);
            if (value.isEmpty()) {
                return refused(
                        file,
                        said.at(),
                        "the environment variable " + variable + " is not set",
                        "the secret that signs the tokens of identity "
                                + identity.name().value());
            }
            secret = value.get();
        }
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        for (JWSAlgorithm algorithm : algorithms) {
            if (!isLongEnough(key, algorithm)) {
                return refused(
                        file,
                        said.at(),
                        "a secret of " + key.length + " bytes with the algorithm " + algorithm.getName(),
                        "HS256 with at least 32 bytes, HS384 with 48 or HS512 with 64; other algorithms with jwks: FILE");
            }
        }
        return new Made.Ok(new TokenVerifier(
                identity.name().value(), rule, algorithms, new ImmutableSecret<SecurityContext>(key)));
    }

    private static boolean isLongEnough(byte[] key, JWSAlgorithm algorithm) {
        try {
            return new MACVerifier(key).supportedJWSAlgorithms().contains(algorithm)
                    && key.length * 8 >= bits(algorithm);
        } catch (JOSEException tooShort) {
            return false;
        }
    }

    private static int bits(JWSAlgorithm algorithm) {
        if (algorithm.equals(JWSAlgorithm.HS512)) {
            return 512;
        }
        return algorithm.equals(JWSAlgorithm.HS384) ? 384 : 256;
    }

    private static Made byKeySet(
            String file,
            Rules.IdentityRule identity,
            Rules.Proof.Jwt rule,
            Set<JWSAlgorithm> algorithms,
            Located<String> said,
            Path folder) {
        try {
            JWKSet keys = JWKSet.load(folder.resolve(said.value()).toFile());
            if (!keys.getKeys().isEmpty()) {
                return new Made.Ok(new TokenVerifier(
                        identity.name().value(), rule, algorithms, new ImmutableJWKSet<SecurityContext>(keys)));
            }
            return refused(file, said.at(), "the key set " + said.value() + " is empty", "a JWK set with public keys");
        } catch (IOException unreadable) {
            return refused(
                    file,
                    said.at(),
                    "the key set " + said.value() + " cannot be read",
                    "a file that is there, its path relative to the rules file");
        } catch (ParseException malformed) {
            return refused(
                    file, said.at(), "the file " + said.value() + " is no JWK set", "a JWK set (RFC 7517 section 5)");
        }
    }

    private static Made refused(String file, Position at, String wrong, String expected) {
        return new Made.Refused(new Problem(file, at, wrong, expected, Optional.empty()));
    }

    /** Keys that are fetched by URL; null where all that there will be are here. */
    @Nullable
    RemoteKeys remote() {
        return remote;
    }

    /**
     * The key that a token needs which holds but for its signature, empty text where it names none. Empty for a token
     * that no key could help: nobody's keys are fetched for that.
     */
    Optional<String> neededKey(String text, Instant now) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!algorithms.contains(token.getHeader().getAlgorithm())
                    || token.getHeader().getCriticalParams() != null) {
                return Optional.empty();
            }
            String keyId = token.getHeader().getKeyID();
            return JsonDocument.parse(token.getPayload().toBytes())
                    .filter(JsonDocument::isObject)
                    .flatMap(payload -> heldUntil(payload, now))
                    .map(until -> keyId == null ? "" : keyId);
        } catch (ParseException | RuntimeException refused) {
            return Optional.empty();
        }
    }

    /** Who the token says its bearer is, and until when; empty where it does not hold. */
    Optional<Token> verify(String text, Instant now) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (!isCanonical(token)) {
                return Optional.empty();
            }
            // No critical extension is known here; b64 above all is not for JWTs (RFC 7797 section 7).
            if (!algorithms.contains(token.getHeader().getAlgorithm())
                    || token.getHeader().getCriticalParams() != null) {
                return Optional.empty();
            }
            Optional<JsonDocument> payload =
                    JsonDocument.parse(token.getPayload().toBytes()).filter(JsonDocument::isObject);
            if (payload.isEmpty()) {
                return Optional.empty();
            }
            Optional<Instant> until = heldUntil(payload.get(), now);
            if (until.isEmpty()) {
                return Optional.empty();
            }
            processor.process(token, new SimpleSecurityContext());
            return Optional.of(new Token(claims.read(payload.get()), until.get()));
        } catch (ParseException | BadJOSEException | JOSEException | RuntimeException refused) {
            // Whatever a visitor sends, and whatever the library makes of it, is no token, never an error here.
            return Optional.empty();
        }
    }

    /**
     * Whether each part is spelt as its octets are encoded (RFC 7515 section 2). The library's decoder passes over padding,
     * foreign characters and bits that mean nothing, so that one signature would have many spellings: strict backends
     * refuse them, and a token that was ended would be a new one in the next spelling.
     */
    private static boolean isCanonical(SignedJWT token) {
        for (Base64URL part : token.getParsedParts()) {
            if (!Base64URL.encode(part.decode()).equals(part)) {
                return false;
            }
        }
        return true;
    }

    /** Until when a token with this payload may be used from now on, or empty where it may not be used now. */
    private Optional<Instant> heldUntil(JsonDocument payload, Instant now) {
        Object expires = payload.at(EXPIRES);
        Object notBefore = payload.at(NOT_BEFORE);
        Instant until = now.plus(LONGEST_KEPT);
        if (expires != null) {
            OptionalLong seconds = seconds(expires);
            if (seconds.isEmpty()) {
                return Optional.empty();
            }
            until = Instant.ofEpochSecond(seconds.getAsLong()).plus(rule.clockSkew());
        }
        if (notBefore != null) {
            OptionalLong seconds = seconds(notBefore);
            if (seconds.isEmpty()
                    || now.isBefore(Instant.ofEpochSecond(seconds.getAsLong()).minus(rule.clockSkew()))) {
                return Optional.empty();
            }
        }
        return now.isBefore(until) && isIssuedByAndFor(payload) ? Optional.of(until) : Optional.empty();
    }

    private boolean isIssuedByAndFor(JsonDocument payload) {
        if (rule.issuer().isPresent() && !rule.issuer().get().equals(payload.at(ISSUER))) {
            return false;
        }
        if (rule.audience().isEmpty()) {
            return true;
        }
        Object audience = payload.at(AUDIENCE);
        String expected = rule.audience().get();
        return audience instanceof List<?> several ? several.contains(expected) : expected.equals(audience);
    }

    /** A NumericDate (RFC 7519 section 2), parts of a second cut off; empty for what is no number of sensible size. */
    private static OptionalLong seconds(Object value) {
        if (!(value instanceof Digits digits)) {
            return OptionalLong.empty();
        }
        int end = digits.text().indexOf('.');
        String whole = end < 0 ? digits.text() : digits.text().substring(0, end);
        if (whole.length() > 12
                || digits.text().indexOf('e') >= 0
                || digits.text().indexOf('E') >= 0) {
            return OptionalLong.empty();
        }
        long seconds = Long.parseLong(whole);
        return Math.abs(seconds) > GREATEST_TIME ? OptionalLong.empty() : OptionalLong.of(seconds);
    }
}
