package dev.larder.rules;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A rules file as data, {@code defaults} merged into every route, names of {@code ttls} and of {@code purge-sets}
 * resolved. What it means for a request is the business of {@code plan}. Everything is immutable; maps keep the file's
 * order.
 *
 * @param file the file's name as the user gave it, for messages
 * @param identities by name
 * @param routes in file order
 * @param purges in file order, sets expanded in place
 * @param tests in file order
 */
public record Rules(
        String file,
        Map<String, IdentityRule> identities,
        List<Route> routes,
        List<Purge> purges,
        List<RuleTest> tests) {

    /** What {@code store-status: any} stands for: every status that is the whole of an answer. */
    public static final Map<Integer, Optional<Duration>> ANY_STATUS = IntStream.rangeClosed(200, 599)
            .filter(status -> status != 206 && status != 304)
            .boxed()
            .collect(Collectors.toUnmodifiableMap(status -> status, status -> Optional.empty()));

    // ---- identity ----------------------------------------------------------------------------------------------

    /** How a visitor is recognised. {@code at} is where its name stands. */
    public record IdentityRule(Located<String> name, CredentialSource credential, Proof proof, List<When> end) {}

    /** Where the credential of a visitor is found. */
    public sealed interface CredentialSource {

        /** One of these cookies; names are case-sensitive (RFC 6265). */
        record Cookies(List<String> names) implements CredentialSource {}

        /** A field, e.g. Authorization; the whole value is the credential. */
        record Header(String name) implements CredentialSource {}
    }

    /** How a credential becomes an identity. */
    public sealed interface Proof {

        /** The keyed hash of the credential is the identity, as claim {@code id}. */
        record Opaque() implements Proof {}

        /**
         * Verified here.
         *
         * @param algorithms the only ones accepted, e.g. RS256; never empty, never none
         * @param jwksFile a JWK set on disk, relative to the rules file
         * @param jwksUrl where a JWK set is fetched, an absolute http or https URL
         * @param secret a shared secret for HS256 and its like, or {@code env:NAME} for an environment variable that holds it
         * @param issuer required value of iss
         * @param audience required value of aud
         * @param claims claim name to JSON pointer into the token's payload
         * @param clockSkew how far clocks may differ
         */
        record Jwt(
                List<String> algorithms,
                Optional<Located<String>> jwksFile,
                Optional<Located<String>> jwksUrl,
                Optional<Located<String>> secret,
                Optional<String> issuer,
                Optional<String> audience,
                Map<String, String> claims,
                Duration clockSkew)
                implements Proof {
            /** Without the secret. */
            @Override
            public String toString() {
                return "Jwt[algorithms=" + algorithms + ", claims=" + claims + "]";
            }
        }

        /**
         * Asked of the backend with the visitor's own credential.
         *
         * @param path the target of the GET
         * @param claims claim name to JSON pointer into the answer
         * @param ttl how long an answer counts
         * @param ifError how long it outlives its ttl while the backend cannot say
         */
        record Resolve(String path, Map<String, String> claims, Duration ttl, Duration ifError) implements Proof {}
    }

    // ---- routes ------------------------------------------------------------------------------------------------

    /**
     * What is cached.
     *
     * @param name the key's prefix, e.g. {@code admin:courses}
     * @param template e.g. {@code /api/admin/courses/{courseId}}
     * @param host only for this host, lower case
     * @param identity the identity that applies: named, or the only one configured; empty where there is none
     * @param access who may see it
     * @param key parameter name to source, in file order; the path parameters where the file says nothing
     * @param query what happens to parameters that the key does not name
     * @param ttl freshness lifetime
     * @param staleWhileRevalidate window after expiry (RFC 5861)
     * @param staleIfError window after expiry (RFC 5861)
     * @param storeStatus statuses that are stored, with a lifetime of their own where one is given; {@link
     *     #ANY_STATUS} for {@code any}
     * @param storeIf conditions on the answer, all of which must hold
     * @param maxBodyBytes a larger body streams through unstored
     * @param maxEntries bound on the route's stored responses
     * @param overrides what of the origin's Cache-Control is overridden: no-store, private, no-cache, set-cookie, or
     *     targeted: all of it, where CDN-Cache-Control or Surrogate-Control says something else
     * @param tags further names that a purge can aim at: parts with colons between, each a text or a key parameter in
     *     braces, e.g. {@code course:{courseId}}
     * @param vary which request fields choose between the stored responses of a key
     * @param forward what a fetch to be stored carries although it would be left out
     * @param jitter by how much a lifetime is shortened at most, at random
     * @param earlyRefresh how eagerly a response that is used is fetched anew before it expires: 1 is usual, 0 is never
     * @param compress how bodies are kept
     */
    public record Route(
            Located<String> name,
            Located<String> template,
            Optional<String> host,
            Optional<Located<String>> identity,
            Access access,
            Map<String, KeySource> key,
            QueryRule query,
            Ttl ttl,
            Duration staleWhileRevalidate,
            Duration staleIfError,
            Map<Integer, Optional<Duration>> storeStatus,
            List<Condition> storeIf,
            long maxBodyBytes,
            OptionalLong maxEntries,
            Set<String> overrides,
            List<Located<String>> tags,
            VaryRule vary,
            List<Forwarded> forward,
            Jitter jitter,
            double earlyRefresh,
            Compression compress) {}

    /** How bodies are kept; clients get what they accept. */
    public enum Compression {
        /** As they come. */
        NONE,
        /** RFC 1952. */
        GZIP,
        /** RFC 8878. */
        ZSTD
    }

    /** By how much a lifetime is shortened at most. */
    public sealed interface Jitter {

        /** Not at all. */
        Jitter NONE = new UpTo(Duration.ZERO);

        /** By this, or to nothing. */
        record UpTo(Duration most) implements Jitter {}

        /** By this share of the lifetime, in percent. */
        record Share(int percent) implements Jitter {}
    }

    /**
     * How the fields that a response's Vary names are changed; names in lower case.
     *
     * @param add fields that choose as if Vary named them
     * @param ignore fields that do not choose although Vary names them
     */
    public record VaryRule(Set<String> add, Set<String> ignore) {

        /** The response's own Vary. */
        public static final VaryRule NONE = new VaryRule(Set.of(), Set.of());
    }

    /**
     * What a fetch to be stored carries. Only Cookie and Query occur.
     *
     * @param unkeyed whether the file says that the answer does not depend on it; otherwise it is in the key
     */
    public record Forwarded(Located<Source> from, boolean unkeyed) {}

    /** Who may see a route's responses. */
    public sealed interface Access {

        /**
         * Anybody.
         *
         * @param said whether the file says so in so many words; otherwise a request with a credential is not cached
         */
        record Public(boolean said) implements Access {}

        /** Whoever has, for each claim, one of the values; an array claim must contain one. Compared as text. */
        record Claims(Map<String, Set<String>> required) implements Access {}
    }

    /** Freshness lifetime of a route. */
    public sealed interface Ttl {

        /** This long, whatever the origin says; zero is never stored. */
        record Fixed(Duration lifetime) implements Ttl {}

        /** As the response says (RFC 9111 section 4.2). */
        record Origin() implements Ttl {}
    }

    /** Where a value of a request, a response or an identity is read. */
    public sealed interface Source {

        /** As a file has it, e.g. {@code query.page}. */
        String written();

        /** A variable of the path template. */
        record Path(String name) implements Source {
            @Override
            public String written() {
                return "path." + name;
            }
        }

        /** A query parameter, decoded. */
        record Query(String name) implements Source {
            @Override
            public String written() {
                return "query." + name;
            }
        }

        /** A request field. */
        record Header(String name) implements Source {
            @Override
            public String written() {
                return "header." + name;
            }
        }

        /** A cookie of the request. */
        record Cookie(String name) implements Source {
            @Override
            public String written() {
                return "cookie." + name;
            }
        }

        /** A claim. */
        record Claim(String name) implements Source {
            @Override
            public String written() {
                return "identity." + name;
            }
        }

        /** A pointer (RFC 6901) into the request's JSON or form body. */
        record RequestBody(String pointer) implements Source {
            @Override
            public String written() {
                return "request.body:" + pointer;
            }
        }

        /**
         * A pointer into the response's JSON body.
         *
         * @param line the line of a text/x-component answer, for {@code response.body@1:}
         */
        record ResponseBody(OptionalInt line, String pointer) implements Source {
            @Override
            public String written() {
                return "response.body" + (line.isPresent() ? "@" + line.getAsInt() : "") + ":" + pointer;
            }
        }

        /** A response field. */
        record ResponseHeader(String name) implements Source {
            @Override
            public String written() {
                return "response.header." + name;
            }
        }
    }

    /** Of which type a key parameter is. */
    public enum ValueType {
        STRING,
        INT,
        BOOL,
        ENUM
    }

    /** Whether a parameter is one value or a list. */
    public enum Many {
        /** One value; repeated is in doubt. */
        ONE,
        /** A list whose order means nothing. */
        SORTED,
        /** A list in the order it came. */
        ORDERED
    }

    /**
     * One parameter of a key. Only Path, Query, Header, Cookie and Claim occur as {@code from}.
     *
     * @param from where it is read
     * @param type its type
     * @param values what an enum allows
     * @param defaultValue what stands for an absent one
     * @param min least number, or least length of a string
     * @param max greatest number, or greatest length of a string in characters
     * @param trim blanks at both ends mean nothing
     * @param lower case means nothing
     * @param many one value or a list
     */
    public record KeySource(
            Located<Source> from,
            ValueType type,
            List<String> values,
            Optional<String> defaultValue,
            OptionalLong min,
            OptionalLong max,
            boolean trim,
            boolean lower,
            Many many) {}

    /** What happens to query parameters that the key does not name. */
    public record QueryRule(OtherQuery other, List<String> ignore) {}

    /** See {@link QueryRule}. */
    public enum OtherQuery {
        /** The request is not cached. */
        BYPASS,
        /** They are all in the key. */
        KEY,
        /** They are ignored, and not forwarded by a fetch made to be stored. */
        IGNORE
    }

    // ---- conditions and purges ---------------------------------------------------------------------------------

    /** What a value must be. */
    public sealed interface Expectation {

        /** There, whatever it is. */
        record Present() implements Expectation {}

        /** Not there. */
        record Absent() implements Expectation {}

        /** A scalar that this matches; {@code *} is the only glob character. */
        record Glob(String glob) implements Expectation {}
    }

    /** A condition on one value of an answer. Only ResponseBody and ResponseHeader occur as {@code source}. */
    public record Condition(Located<Source> source, Expectation expectation) {}

    /**
     * Which requests a purge or an identity's end is about.
     *
     * @param method e.g. POST
     * @param path a path template
     * @param query by parameter name
     * @param header by field name
     * @param body by JSON pointer
     */
    public record When(
            String method,
            Located<String> path,
            Map<String, Expectation> query,
            Map<String, Expectation> header,
            Map<String, Expectation> body) {}

    /** Which writes make what invalid. */
    public record Purge(
            Located<String> name,
            boolean otherwise,
            List<When> when,
            Map<String, Located<Source>> with,
            List<Refusal> refused,
            List<Located<Aim>> aims,
            Optional<Duration> againAfter) {}

    /** An answer that means that nothing was written. */
    public sealed interface Refusal {

        /** A status in this range, both ends included: 4xx is 400 to 499. */
        record Status(int from, int to) implements Refusal {}

        /** An answer that meets this. */
        record Answer(Condition condition) implements Refusal {}
    }

    /** What a purge is aimed at. Texts may hold {@code {variable}}s. */
    public sealed interface Aim {

        /** Whether matching nothing is an error. */
        boolean optional();

        /** All keys that this glob matches. */
        record Glob(String glob, boolean optional) implements Aim {}

        /** A route's stored responses, those only whose key parameters are these. */
        record OfRoute(String route, Map<String, String> where, boolean optional) implements Aim {}

        /** What this tag, or a glob over tags, names. */
        record OfTag(String tag, boolean optional) implements Aim {}

        /** What is known of visitors, those only whose claims are these. */
        record OfIdentity(String identity, Map<String, String> where, boolean optional) implements Aim {}
    }

    // ---- tests -------------------------------------------------------------------------------------------------

    /**
     * A sample request and what must come of it.
     *
     * @param method of the request
     * @param target path and query
     * @param as claims of the visitor, scalars as text, arrays as lists; empty Optional for an anonymous one
     * @param header request fields
     * @param body request body
     * @param response the answer, for writes
     */
    public record RuleTest(
            Located<String> request,
            String method,
            String target,
            Optional<Map<String, Object>> as,
            Map<String, String> header,
            Optional<String> body,
            SampleResponse response,
            Expect expect) {}

    /** The answer in a test; 200 without fields and body unless given. */
    public record SampleResponse(int status, Map<String, String> header, Optional<String> body) {}

    /** What a test expects; empty parts are not compared. */
    public record Expect(
            Optional<Located<String>> key,
            Optional<Located<String>> route,
            Optional<Located<Duration>> ttl,
            Optional<Located<String>> bypass,
            List<Located<String>> purges,
            List<Located<String>> keeps) {}
}
