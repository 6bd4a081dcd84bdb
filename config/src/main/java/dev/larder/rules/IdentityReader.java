package dev.larder.rules;

import dev.larder.rules.Rules.CredentialSource;
import dev.larder.rules.Rules.IdentityRule;
import dev.larder.rules.Rules.Proof;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The section {@code identity}. */
final class IdentityReader {

    private static final Duration RESOLVE_TTL = Duration.ofSeconds(10);
    /** A token that the backend refuses already must not get hits; one that it accepts already costs a miss. */
    private static final Duration CLOCK_SKEW = Duration.ZERO;

    private static final Map<String, String> JWT_CLAIMS = Map.of("id", "/sub");

    private static final Pattern URL = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://.*");

    private final Path directory;
    private final Ttls ttls;
    private final Problems problems;

    IdentityReader(Path directory, Ttls ttls, Problems problems) {
        this.directory = directory;
        this.ttls = ttls;
        this.problems = problems;
    }

    Identities read(List<YamlNode.Entry> entries) {
        Identities identities = new Identities();
        for (YamlNode.Entry entry : entries) {
            if (!Names.isParameter(entry.key())) {
                problems.add(
                        entry.at(),
                        "the identity's name is " + Quoted.text(entry.key()),
                        "letters, digits and . _ ~ -, e.g. session");
            }
            int before = problems.count();
            Optional<IdentityRule> rule = rule(entry);
            identities.add(entry.key(), rule.filter(read -> problems.count() == before));
        }
        return identities;
    }

    private Optional<IdentityRule> rule(YamlNode.Entry entry) {
        Optional<SectionReader> section =
                SectionReader.of(Grammar.IDENTITY, entry.value(), entry.key() + ".", problems);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        SectionReader identity = section.get();
        Optional<CredentialSource> credential =
                identity.section("credential", Grammar.CREDENTIAL).flatMap(this::credential);
        Optional<Proof> proof = proof(identity);
        List<Rules.When> end = new WhenReader(problems).read(identity.items("end"), "end");
        if (credential.isEmpty() || proof.isEmpty()) {
            return Optional.empty();
        }
        Located<String> name = new Located<>(entry.key(), entry.at());
        return Optional.of(new IdentityRule(name, credential.get(), proof.get(), end));
    }

    private Optional<CredentialSource> credential(SectionReader credential) {
        if (credential.has("cookie") == credential.has("header")) {
            problems.add(
                    credential.at(),
                    credential.has("cookie")
                            ? "a credential with both cookie and header"
                            : "a credential without a place",
                    "either { cookie: NAME } or { header: NAME }");
            return Optional.empty();
        }
        String field = credential.has("cookie") ? "cookie" : "header";
        List<Located<String>> names = credential.texts(field);
        for (Located<String> name : names) {
            if (!Sources.isToken(name.value())) {
                credential.problem(field, name, credential.meaning(field), Optional.empty());
            }
        }
        if (names.isEmpty() || (field.equals("header") && names.size() > 1)) {
            problems.add(
                    credential.at(field),
                    field + (names.isEmpty() ? " names nothing" : " is a list"),
                    credential.meaning(field));
            return Optional.empty();
        }
        return Optional.of(
                field.equals("cookie")
                        ? new CredentialSource.Cookies(
                                names.stream().map(Located::value).toList())
                        : new CredentialSource.Header(names.get(0).value()));
    }

    private Optional<Proof> proof(SectionReader identity) {
        List<String> given =
                Stream.of("opaque", "jwt", "resolve").filter(identity::has).toList();
        if (given.size() != 1) {
            problems.add(
                    identity.at(),
                    given.isEmpty()
                            ? "an identity that nothing makes known"
                            : "an identity with " + String.join(" and ", given),
                    "exactly one of opaque, jwt, resolve");
            return Optional.empty();
        }
        return switch (given.get(0)) {
            case "opaque" -> opaque(identity);
            case "jwt" -> identity.section("jwt", Grammar.JWT).flatMap(this::jwt);
            default -> identity.section("resolve", Grammar.RESOLVE).flatMap(this::resolve);
        };
    }

    private static Optional<Proof> opaque(SectionReader identity) {
        boolean braces = identity.node("opaque")
                .filter(node -> node instanceof YamlNode.Mapping mapping
                        && mapping.entries().isEmpty())
                .isPresent();
        if (braces || identity.word("opaque", List.of("true")).isPresent()) {
            return Optional.of(new Proof.Opaque());
        }
        return Optional.empty();
    }

    private Optional<Proof> resolve(SectionReader resolve) {
        Optional<Located<String>> get = resolve.text("get");
        if (get.isPresent() && !get.get().value().matches("/[!-~]*")) {
            resolve.problem("get", get.get(), resolve.meaning("get"), Optional.empty());
        }
        Map<String, String> claims = claims(resolve);
        Duration ttl = resolve.lifetime("ttl", ttls).orElse(RESOLVE_TTL);
        Duration ifError = resolve.lifetime("if-error", ttls).orElse(Duration.ZERO);
        return get.map(path -> new Proof.Resolve(path.value(), claims, ttl, ifError));
    }

    private Optional<Proof> jwt(SectionReader jwt) {
        List<String> algorithms = algorithms(jwt);
        Optional<Located<String>> jwks =
                jwt.text("jwks").filter(located -> isUrl(located) ? isFetchable(jwt, located) : jwksFile(jwt, located));
        Optional<Located<String>> secret = jwt.text("secret");
        boolean shared = algorithms.stream().anyMatch(algorithm -> algorithm.startsWith("HS"));
        boolean keys = algorithms.stream().anyMatch(algorithm -> !algorithm.startsWith("HS"));
        if (shared && keys) {
            // One key must never be taken for the other kind: a public key as a shared secret is known to everybody.
            problems.add(jwt.at("algorithms"), "algorithms of both kinds, with a secret and with keys", "one kind");
        } else if (shared && (!jwt.has("secret") || jwt.has("jwks"))) {
            problems.add(jwt.at(), "the HS algorithms " + missing(jwt, "secret", "jwks"), "secret, and no jwks");
        } else if (keys && (!jwt.has("jwks") || jwt.has("secret"))) {
            problems.add(
                    jwt.at(),
                    "the algorithms " + String.join(", ", algorithms) + " " + missing(jwt, "jwks", "secret"),
                    "jwks, and no secret");
        }
        secret.ifPresent(located -> secret(jwt, algorithms, located));
        Map<String, String> claims = jwt.has("claims") ? claims(jwt) : JWT_CLAIMS;
        Duration skew = jwt.lifetime("clock-skew", ttls).orElse(CLOCK_SKEW);
        return Optional.of(new Proof.Jwt(
                algorithms,
                jwks.filter(located -> !isUrl(located)),
                jwks.filter(IdentityReader::isUrl),
                secret,
                jwt.text("issuer").map(Located::value),
                jwt.text("audience").map(Located::value),
                claims,
                skew));
    }

    private static String missing(SectionReader jwt, String needed, String wrong) {
        return jwt.has(needed) ? "with " + wrong : "without " + needed;
    }

    private List<String> algorithms(SectionReader jwt) {
        for (Located<String> algorithm : jwt.texts("algorithms")) {
            if (algorithm.value().equalsIgnoreCase("none")) {
                jwt.problem(
                        "algorithms",
                        algorithm,
                        "an algorithm that signs: anybody can write a token without",
                        Optional.empty());
                return List.of();
            }
        }
        List<String> algorithms = jwt.words("algorithms", Grammar.ALGORITHMS);
        if (jwt.has("algorithms") && jwt.items("algorithms").isEmpty()) {
            problems.add(jwt.at("algorithms"), "algorithms is empty", jwt.meaning("algorithms"));
        }
        return algorithms;
    }

    private static boolean isUrl(Located<String> jwks) {
        return URL.matcher(jwks.value()).matches();
    }

    private boolean isFetchable(SectionReader jwt, Located<String> url) {
        try {
            URI uri = new URI(url.value());
            boolean good = ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null;
            if (good) {
                return true;
            }
        } catch (URISyntaxException malformed) {
            // Said below, as for any other that cannot be fetched.
        }
        String expected = "a URL such as https://issuer.example/.well-known/jwks.json, without user and fragment";
        if (url.value().indexOf('@') >= 0) {
            // It may hold a password, which is not for logs.
            problems.add(url.at(), jwt.what("jwks") + " is a URL with a user", expected);
        } else {
            jwt.problem("jwks", url, expected, Optional.empty());
        }
        return false;
    }

    private boolean jwksFile(SectionReader jwt, Located<String> file) {
        try {
            if (Files.isReadable(directory.resolve(file.value()))) {
                return true;
            }
        } catch (InvalidPathException broken) {
            // No such name can exist on this system; the same answer as for one that does not.
        }
        jwt.problem("jwks", file, "a file that can be read, relative to the rules file", Optional.empty());
        return false;
    }

    /** RFC 7518 section 3.2: a key at least as long as the hash. The message never shows it. */
    private void secret(SectionReader jwt, List<String> algorithms, Located<String> secret) {
        if (secret.value().startsWith("env:")) {
            if (!secret.value().matches("env:[A-Za-z_][A-Za-z0-9_]*")) {
                jwt.problem("secret", secret, "env:NAME, with the name of an environment variable", Optional.empty());
            }
            return;
        }
        int needed = algorithms.stream()
                .filter(algorithm -> algorithm.startsWith("HS"))
                .mapToInt(algorithm -> Integer.parseInt(algorithm.substring(2)) / 8)
                .max()
                .orElse(0);
        int length = secret.value().getBytes(StandardCharsets.UTF_8).length;
        if (length < needed) {
            problems.add(
                    secret.at(), "the secret has " + length + " bytes", "at least " + needed + " for these algorithms");
        }
    }

    private Map<String, String> claims(SectionReader proof) {
        Map<String, String> claims = new LinkedHashMap<>();
        for (YamlNode.Entry entry : proof.entries("claims")) {
            String what = proof.what("claims") + "." + entry.key();
            Scalars.text(entry.value(), what, "a JSON pointer such as /user/id", problems)
                    .flatMap(text -> Sources.pointer(text.value(), "for the claim " + entry.key(), text.at(), problems))
                    .ifPresent(pointer -> claims.put(entry.key(), pointer));
        }
        if (proof.node("claims").isPresent() && proof.entries("claims").isEmpty()) {
            problems.add(proof.at("claims"), "claims is empty", proof.meaning("claims"));
        }
        return Collections.unmodifiableMap(claims);
    }
}
