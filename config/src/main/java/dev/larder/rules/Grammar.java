package dev.larder.rules;

import static dev.larder.rules.Section.optional;
import static dev.larder.rules.Section.required;

import java.util.List;

/**
 * Every field and every word of the rules language, once: the loader reads by these tables, its messages quote them,
 * and a test holds {@code config/rules.schema.json} equal to them.
 */
final class Grammar {

    private Grammar() {}

    // ---- words -------------------------------------------------------------------------------------------------

    static final String VERSION = "1";
    static final List<String> BOOLEANS = List.of("true", "false");
    static final List<String> TYPES = List.of("string", "int", "bool", "enum");
    static final List<String> FOLDS = List.of("trim", "lower");
    static final List<String> MANY = List.of("sorted", "ordered");
    static final List<String> OTHER_QUERY = List.of("bypass", "key", "ignore");
    static final List<String> COMPRESSIONS = List.of("none", "gzip", "zstd");
    static final List<String> OVERRIDES = List.of("no-store", "private", "no-cache", "set-cookie", "targeted");
    static final List<String> ALGORITHMS = List.of(
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512");

    // ---- the file ----------------------------------------------------------------------------------------------

    static final Section FILE = new Section(
            "file",
            "the file",
            List.of(
                    required("version", "version: 1"),
                    optional("ttls", "a map of names to durations, e.g. { LISTS: 5m }"),
                    optional("identity", "a map of names to how a visitor is recognised"),
                    optional("defaults", "a map of route fields that hold for all routes"),
                    required("routes", "a list of routes: what is cached"),
                    optional("purge-sets", "a map of names to lists of what to purge"),
                    optional("purges", "a list of purges: which writes make what invalid"),
                    optional("tests", "a list of sample requests and what must come of them")));

    // ---- identity ----------------------------------------------------------------------------------------------

    static final Section IDENTITY = new Section(
            "identity",
            "an identity",
            List.of(
                    required("credential", "where the credential is: { cookie: NAME } or { header: NAME }"),
                    optional("opaque", "true: the credential's keyed hash is the identity, as claim id"),
                    optional("jwt", "a map that says how a token is verified"),
                    optional("resolve", "a map that says how the backend is asked who the visitor is"),
                    optional("end", "the requests that end a session, e.g. [POST /signout]")));

    static final Section CREDENTIAL = new Section(
            "credential",
            "a credential",
            List.of(
                    optional("cookie", "the name of a cookie, or a list of names"),
                    optional("header", "the name of a field, e.g. Authorization")));

    static final Section RESOLVE = new Section(
            "resolve",
            "resolve",
            List.of(
                    required("get", "the path of a GET that answers who the visitor is, e.g. /api/auth/session"),
                    required("claims", "a map of claims to JSON pointers into the answer, e.g. { id: /user/id }"),
                    optional("ttl", "a duration: how long an answer counts, e.g. 10s"),
                    optional(
                            "if-error",
                            "a duration: how long an answer outlives its ttl while the backend cannot say, e.g. 1m")));

    static final Section JWT = new Section(
            "jwt",
            "jwt",
            List.of(
                    required("algorithms", "the algorithms accepted, e.g. [RS256]"),
                    optional("jwks", "a JWK set: the name of a file, relative to the rules file, or a URL"),
                    optional("secret", "the shared secret of the HS algorithms, best as \"env:NAME\""),
                    optional("issuer", "the value that iss must have"),
                    optional("audience", "the value that aud must have or contain"),
                    optional("claims", "a map of claims to JSON pointers into the token, e.g. { id: /sub }"),
                    optional("clock-skew", "a duration: how far clocks may differ, e.g. 30s")));

    // ---- routes ------------------------------------------------------------------------------------------------

    static final Section ROUTE = new Section(
            "route",
            "a route",
            List.of(
                    required(
                            "name",
                            "a name such as admin:courses: letters, digits and . _ ~ - in parts joined by colons"),
                    required("get", "a route template such as /api/courses/{courseId}"),
                    optional("host", "the only host it holds for, e.g. courses.example"),
                    optional("identity", "the name of the identity that applies"),
                    optional("access", "public, or the claims that a visitor must have, e.g. { role: ADMIN }"),
                    optional("key", "a map of parameter names to sources, e.g. { courseId: path.courseId }"),
                    optional(
                            "query", "what happens to other query parameters, e.g. { other: bypass, ignore: [utm_*] }"),
                    optional("ttl", "a duration such as 30s, 5m or PT5M, a name of ttls, or origin"),
                    optional("stale", "windows after expiry, e.g. { while-revalidate: 10s, if-error: 1h }"),
                    optional(
                            "store-status",
                            "statuses, with a lifetime of their own if given, e.g. { 200: , 404: 10s }; or any, with ttl: origin"),
                    optional("store-if", "conditions on the answer, e.g. { \"response.body:/course/id\": present }"),
                    optional("max-body", "the largest body that is stored, e.g. 1MiB"),
                    optional("max-entries", "the greatest number of stored responses of the route"),
                    optional("origin-cache-control", "respect, or what is overridden, e.g. [no-store, private]"),
                    optional(
                            "vary",
                            "fields that choose a response beside its Vary, or do not, "
                                    + "e.g. { add: [X-Theme], ignore: [RSC] }"),
                    optional(
                            "forward",
                            "what the fetch carries besides the key, "
                                    + "e.g. [{ from: cookie.locale, unkeyed: true }]"),
                    optional(
                            "jitter",
                            "by how much lifetimes are shortened at random: a share such as 10%, or a duration"),
                    optional(
                            "early-refresh",
                            "true: what is used is fetched anew shortly before it expires; a number is how eagerly, "
                                    + "1 as for true"),
                    optional("compress", "none, gzip or zstd: how bodies of 1 KiB and more are kept"),
                    optional(
                            "tags",
                            "further names that a purge can aim at: texts and key parameters with colons between, "
                                    + "e.g. [\"course:{courseId}\"]")));

    static final Section DEFAULTS = ROUTE.without("defaults", "defaults", "name", "get");

    static final Section KEY_PARAMETER = new Section(
            "keyParameter",
            "a key parameter",
            List.of(
                    required("from", "a source: path.X, query.X, header.X, cookie.X or identity.CLAIM"),
                    optional("type", "string, int, bool or enum"),
                    optional("values", "what an enum allows, e.g. [asc, desc]"),
                    optional("default", "a value: what stands for an absent one"),
                    optional("min", "the least number, or the least length of a string"),
                    optional("max", "the greatest number, or the greatest length of a string"),
                    optional("fold", "what means nothing in it: trim (blanks at both ends), lower (case)"),
                    optional("many", "sorted or ordered, where it is a list")));

    static final Section QUERY = new Section(
            "query",
            "query",
            List.of(
                    optional("other", "bypass, key or ignore: what becomes of parameters that the key does not name"),
                    optional("ignore", "names of parameters without meaning, which may end in *, e.g. [utm_*]")));

    static final Section STALE = new Section(
            "stale",
            "stale",
            List.of(
                    optional(
                            "while-revalidate",
                            "a duration: how long a stale response serves while it is refreshed, e.g. 10s"),
                    optional(
                            "if-error",
                            "a duration: how long a stale response serves while the backend fails, e.g. 1h")));

    static final Section VARY = new Section(
            "vary",
            "vary",
            List.of(
                    optional("add", "names of request fields that choose a response, e.g. [X-Theme]"),
                    optional("ignore", "names of request fields that do not, whatever Vary says, e.g. [RSC]")));

    static final Section FORWARDED = new Section(
            "forwarded",
            "an item of forward",
            List.of(
                    required("from", "a source: cookie.X or query.X"),
                    optional("unkeyed", "true: the answer does not depend on it")));

    // ---- purges ------------------------------------------------------------------------------------------------

    static final Section PURGE = new Section(
            "purge",
            "a purge",
            List.of(
                    required("name", "a name such as course-deleted"),
                    optional("otherwise", "true: it applies only when no other purge did"),
                    required("when", "the requests it is about, e.g. [\"DELETE /api/courses/{courseId}\"]"),
                    optional("with", "a map of variables to sources, e.g. { courseId: \"request.body:/0/courseId\" }"),
                    optional("refused", "answers that mean nothing was written, e.g. [4xx, 307]"),
                    required("purge", "a list of what becomes invalid: globs, routes, tags, sets, identities"),
                    optional("again-after", "a duration: how long after the answer it is purged once more, e.g. 5s")));

    static final Section WHEN = new Section(
            "when",
            "a request",
            List.of(
                    required("method", "a method such as POST, or a list of methods"),
                    required("path", "a path template such as /api/courses/{courseId}"),
                    optional("query", "a map of parameters to present, absent, a value or a glob"),
                    optional("header", "a map of fields to present, absent, a value or a glob"),
                    optional("body", "a map of JSON pointers to present, absent, a value or a glob")));

    static final Section GLOB_AIM = new Section(
            "globAim",
            "a glob",
            List.of(
                    required("glob", "a key glob such as \"admin:courses:*\""),
                    optional("optional", "true: it may match nothing")));

    static final Section ROUTE_AIM = new Section(
            "routeAim",
            "a route to purge",
            List.of(
                    required("route", "the name of a route"),
                    optional("where", "a map of key parameters to values, e.g. { courseId: \"{courseId}\" }"),
                    optional("optional", "true: it may match nothing")));

    static final Section TAG_AIM = new Section(
            "tagAim",
            "a tag to purge",
            List.of(
                    required("tag", "a tag that some route has, such as \"course:{courseId}\""),
                    optional("optional", "true: it may match nothing")));

    static final Section SET_AIM =
            new Section("setAim", "a set to purge", List.of(required("set", "the name of a purge set")));

    static final Section IDENTITY_AIM = new Section(
            "identityAim",
            "an identity to purge",
            List.of(
                    required("identity", "the name of an identity"),
                    optional("where", "a map of claims to values, e.g. { id: \"{userId}\" }"),
                    optional("optional", "true: it may match nothing")));

    static final List<Section> AIMS = List.of(GLOB_AIM, ROUTE_AIM, TAG_AIM, SET_AIM, IDENTITY_AIM);

    // ---- tests -------------------------------------------------------------------------------------------------

    static final Section TEST = new Section(
            "test",
            "a test",
            List.of(
                    required("request", "a request such as GET /api/courses?page=2"),
                    optional("as", "a map of the visitor's claims, e.g. { id: \"123\", role: ADMIN }"),
                    optional("header", "a map of request fields to values"),
                    optional("body", "the request's body, as text"),
                    optional("response", "the answer, e.g. { status: 200, body: '{\"success\":true}' }"),
                    required("expect", "what must come of it, e.g. { key: \"public:lessons:page:1\" }")));

    static final Section RESPONSE = new Section(
            "response",
            "an answer",
            List.of(
                    optional("status", "a status from 200 to 599"),
                    optional("header", "a map of response fields to values"),
                    optional("body", "the answer's body, as text")));

    static final Section EXPECT = new Section(
            "expect",
            "an expectation",
            List.of(
                    optional("key", "the key that is looked up"),
                    optional("route", "the name of the route"),
                    optional("ttl", "a duration or a name of ttls: the freshness lifetime"),
                    optional("bypass", "the reason why it is not answered from the cache"),
                    optional("purges", "keys or globs, all of which is purged"),
                    optional("keeps", "keys or globs, none of which is purged")));

    /** All tables, for the comparison with the schema. */
    static final List<Section> SECTIONS = List.of(
            FILE,
            IDENTITY,
            CREDENTIAL,
            RESOLVE,
            JWT,
            ROUTE,
            DEFAULTS,
            KEY_PARAMETER,
            QUERY,
            STALE,
            VARY,
            FORWARDED,
            PURGE,
            WHEN,
            GLOB_AIM,
            ROUTE_AIM,
            TAG_AIM,
            SET_AIM,
            IDENTITY_AIM,
            TEST,
            RESPONSE,
            EXPECT);
}
