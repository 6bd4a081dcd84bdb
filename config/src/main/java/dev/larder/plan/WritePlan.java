package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.ResponseHead;
import dev.larder.key.Identity;
import dev.larder.purge.Planned;
import dev.larder.purge.PurgeGroup;
import dev.larder.purge.PurgePlanner;
import dev.larder.purge.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one write may make invalid, and, once its outcome is known, what it did. Immutable; pure; any thread.
 *
 * <p>Every purge rule that matches applies, judged by its own {@code refused}. Beside the rules stands RFC 9111 section
 * 4.4: an unsafe request that was not refused makes invalid what is stored of its own target path, and of the Location
 * and Content-Location of its answer on the same host. Where something cannot be known the plan is wider, never
 * narrower.
 */
public final class WritePlan {

    /** A body as far as it could be read. */
    public sealed interface Body {

        /** There was none. */
        record None() implements Body {}

        /** All of it, still in its content coding; {@code fields} are those of its message. */
        record Whole(byte[] bytes, Fields fields) implements Body {}

        /** Longer than {@code max-inspect}, or cut short. */
        record Unreadable() implements Body {}
    }

    /** How the backend answered. */
    public sealed interface Answer {

        /** With this head and, where {@link #readsAnswerBody()} asks for it, this body. */
        record Answered(ResponseHead head, Body body) implements Answer {}

        /** Not, or not to the end: timeout, reset, cut short. What was written stays unknown. */
        record Unknown() implements Answer {}
    }

    /**
     * What a write came to.
     *
     * @param purge the groups to purge, without duplicates; empty where nothing was written
     * @param ended identities whose credential in this request is ended, by name
     * @param again when to purge {@link #purge()} once more
     * @param applied names of the purge rules that applied, for logs and {@code explain}
     * @param widened what could not be read and so purged more, one sentence each, without values
     */
    public record Settlement(
            List<PurgeGroup> purge,
            Set<String> ended,
            Optional<Duration> again,
            List<String> applied,
            List<String> widened) {

        /** All that is due by either. */
        public Settlement and(Settlement other) {
            Set<PurgeGroup> groups = new LinkedHashSet<>(purge);
            groups.addAll(other.purge);
            Set<String> sessions = new LinkedHashSet<>(ended);
            sessions.addAll(other.ended);
            return new Settlement(List.copyOf(groups), sessions, later(again, other.again), applied, widened);
        }
    }

    /** A purge rule whose {@code when} speaks of the request, in one way or in several. */
    private record Matched(PurgeRule rule, List<RequestPattern.HeadMatch> ways) {

        Certainty beforeBody() {
            return ways.stream().map(RequestPattern.HeadMatch::beforeBody).reduce(Certainty.NO, Certainty::or);
        }

        Certainty with(MessageBody body) {
            return ways.stream().map(way -> way.with(body)).reduce(Certainty.NO, Certainty::or);
        }

        Planned planned(PurgeRule.Facts facts) {
            List<Planned> parts = new ArrayList<>();
            for (RequestPattern.HeadMatch way : ways) {
                if (way.with(facts.requestBody()) != Certainty.NO) {
                    parts.add(rule.planned(way, facts));
                }
            }
            return Planned.all(parts);
        }
    }

    /** An identity that the request ends, as far as its head tells. */
    private record Ending(String identity, List<RequestPattern.HeadMatch> ways) {}

    /**
     * Why something is purged.
     *
     * @param rule empty where it is due to RFC 9111 section 4.4 and not to a rule
     */
    record Cause(Optional<PurgeRule> rule, Planned planned) {}

    /**
     * What a write came to, and why.
     *
     * @param refused rules by whose {@code refused} nothing was written
     */
    record Account(List<Cause> causes, List<PurgeRule> refused, Settlement settlement) {}

    private final RequestHead request;
    private final RoutePaths routes;
    private final PurgePlanner planner;
    private final List<Matched> matched;
    private final List<Ending> endings;
    private final Map<RouteRule, Variables> own;

    private WritePlan(
            RequestHead request,
            RoutePaths routes,
            PurgePlanner planner,
            List<Matched> matched,
            List<Ending> endings,
            Map<RouteRule, Variables> own) {
        this.request = request;
        this.routes = routes;
        this.planner = planner;
        this.matched = matched;
        this.endings = endings;
        this.own = own;
    }

    /** The plan for a request, or null where it can make nothing invalid and ends nothing. */
    static @Nullable WritePlan of(
            RequestHead request, RoutePaths routes, PurgePlanner planner, List<PurgeRule> rules, List<EndRule> ends) {
        List<Matched> matched = new ArrayList<>();
        for (PurgeRule rule : rules) {
            List<RequestPattern.HeadMatch> ways = ways(rule.patterns(), request);
            if (!ways.isEmpty()) {
                matched.add(new Matched(rule, ways));
            }
        }
        List<Ending> endings = new ArrayList<>();
        for (EndRule end : ends) {
            List<RequestPattern.HeadMatch> ways = ways(end.patterns(), request);
            if (!ways.isEmpty()) {
                endings.add(new Ending(end.identity(), ways));
            }
        }
        Map<RouteRule, Variables> own = request.isSafe() ? Map.of() : routes.of(request.authority(), request.target());
        return matched.isEmpty() && endings.isEmpty() && own.isEmpty()
                ? null
                : new WritePlan(request, routes, planner, withoutSilenced(matched), endings, own);
    }

    private static List<RequestPattern.HeadMatch> ways(List<RequestPattern> patterns, RequestHead request) {
        List<RequestPattern.HeadMatch> ways = new ArrayList<>();
        for (RequestPattern pattern : patterns) {
            RequestPattern.HeadMatch way = pattern.match(request);
            if (way != null) {
                ways.add(way);
            }
        }
        return ways;
    }

    /** An {@code otherwise} that another rule silences whatever the body holds need not be looked at again. */
    private static List<Matched> withoutSilenced(List<Matched> matched) {
        boolean certain =
                matched.stream().anyMatch(one -> !one.rule().rule().otherwise() && one.beforeBody() == Certainty.YES);
        return matched.stream()
                .filter(one -> !certain || !one.rule().rule().otherwise())
                .toList();
    }

    /** The groups that this write may purge as far as its head tells, widened where only a body would. */
    public List<PurgeGroup> intents() {
        PurgeRule.Facts facts = new PurgeRule.Facts(
                request,
                new MessageBody(new Body.Unreadable(), "the request's body"),
                Optional.empty(),
                new MessageBody(new Body.Unreadable(), "the answer's body"),
                Map.of());
        List<Planned> parts = new ArrayList<>();
        for (Matched one : matched) {
            parts.add(one.planned(facts));
        }
        own.forEach((route, variables) -> parts.add(planner.path(route.name(), variables)));
        return Planned.all(parts).groups();
    }

    /** Whether a rule reads the request's body. */
    public boolean readsRequestBody() {
        return matched.stream().anyMatch(one -> one.rule().readsRequestBody())
                || endings.stream()
                        .flatMap(ending -> ending.ways().stream())
                        .anyMatch(way -> way.pattern().readsBody());
    }

    /** Whether a rule reads the answer's body. */
    public boolean readsAnswerBody() {
        return matched.stream().anyMatch(one -> one.rule().readsAnswerBody());
    }

    /** Identities of which a rule reads claims, by name. */
    public Set<String> readsIdentities() {
        Set<String> names = new LinkedHashSet<>();
        for (Matched one : matched) {
            names.addAll(one.rule().readsIdentities());
        }
        return names;
    }

    /** The rules that may apply, as far as the head tells, for {@code explain}. */
    List<PurgeRule> rules() {
        return matched.stream().map(Matched::rule).toList();
    }

    /** The routes that the target path itself is one of, for {@code explain}. */
    Set<RouteRule> ownRoutes() {
        return own.keySet();
    }

    /**
     * What the write came to.
     *
     * @param requestBody as far as read
     * @param answer how the backend answered
     * @param identities who asked, by identity name, as far as known
     */
    public Settlement settle(Body requestBody, Answer answer, Map<String, Identity> identities) {
        return account(requestBody, answer, identities).settlement();
    }

    /** The same with what is due to each rule. */
    Account account(Body requestBody, Answer answer, Map<String, Identity> identities) {
        Optional<ResponseHead> head =
                answer instanceof Answer.Answered answered ? Optional.of(answered.head()) : Optional.empty();
        PurgeRule.Facts facts = new PurgeRule.Facts(
                request,
                new MessageBody(requestBody, "the request's body"),
                head,
                new MessageBody(
                        answer instanceof Answer.Answered answered ? answered.body() : new Body.Unreadable(),
                        "the answer's body"),
                identities);
        List<Cause> causes = new ArrayList<>();
        List<String> applied = new ArrayList<>();
        Optional<Duration> again = Optional.empty();
        List<PurgeRule> refused = new ArrayList<>();
        for (Matched one : applying(facts.requestBody())) {
            if (head.isPresent() && one.rule().refuses(head.get(), facts.responseBody())) {
                refused.add(one.rule());
                continue;
            }
            applied.add(one.rule().name().value());
            causes.add(new Cause(Optional.of(one.rule()), one.planned(facts)));
            again = later(again, one.rule().rule().againAfter());
        }
        if (refused.isEmpty() && isWritten(head, !applied.isEmpty())) {
            causes.add(new Cause(Optional.empty(), Planned.all(paths(head))));
        }
        Planned purge = Planned.all(causes.stream().map(Cause::planned).toList());
        return new Account(
                causes,
                refused,
                new Settlement(
                        purge.groups(),
                        ended(head, facts.requestBody()),
                        again,
                        List.copyOf(applied),
                        purge.widened()));
    }

    /** What the target path and those that the answer names come to. */
    private List<Planned> paths(Optional<ResponseHead> head) {
        List<Planned> parts = new ArrayList<>();
        own.forEach((route, variables) -> parts.add(planner.path(route.name(), variables)));
        head.ifPresent(response -> parts.addAll(locations(response)));
        return parts;
    }

    private List<Matched> applying(MessageBody body) {
        List<Matched> named = matched.stream()
                .filter(one -> !one.rule().rule().otherwise() && one.with(body) != Certainty.NO)
                .toList();
        if (named.stream().anyMatch(one -> one.with(body) == Certainty.YES)) {
            return named;
        }
        List<Matched> all = new ArrayList<>(named);
        for (Matched one : matched) {
            if (one.rule().rule().otherwise() && one.with(body) != Certainty.NO) {
                all.add(one);
            }
        }
        return all;
    }

    /**
     * Whether the target path itself is made invalid: by a successful answer (RFC 9111 section 4.4), an unknown outcome,
     * and, beyond the RFC, an answer of 5xx to what a rule knows for a write.
     */
    private static boolean isWritten(Optional<ResponseHead> head, boolean aRuleApplies) {
        if (head.isEmpty()) {
            return true;
        }
        int status = head.get().status();
        return (status >= 200 && status < 400) || (status >= 500 && aRuleApplies);
    }

    private List<Planned> locations(ResponseHead response) {
        if (request.isSafe()) {
            return List.of();
        }
        List<Planned> parts = new ArrayList<>();
        for (String name : List.of("location", "content-location")) {
            for (String reference : response.fields().all(name)) {
                SameHost.target(request, reference)
                        .ifPresent(target -> routes.of(request.authority(), target)
                                .forEach((route, variables) -> parts.add(planner.path(route.name(), variables))));
            }
        }
        return parts;
    }

    /** An end is believed unless the backend says that it did not happen. */
    private Set<String> ended(Optional<ResponseHead> head, MessageBody body) {
        if (head.isPresent() && head.get().status() >= 400 && head.get().status() < 500) {
            return Set.of();
        }
        Set<String> ended = new LinkedHashSet<>();
        for (Ending ending : endings) {
            if (ending.ways().stream().anyMatch(way -> way.with(body) != Certainty.NO)) {
                ended.add(ending.identity());
            }
        }
        return ended;
    }

    /** The later of two: by then whatever the other rule waits for has happened, too. */
    private static Optional<Duration> later(Optional<Duration> one, Optional<Duration> other) {
        return one.isEmpty() || (other.isPresent() && other.get().compareTo(one.get()) > 0) ? other : one;
    }
}
