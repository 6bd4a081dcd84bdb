package dev.larder.plan;

import dev.larder.http.Cookies;
import dev.larder.http.Fields;
import dev.larder.key.BypassReason;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rulebook says of a sample, with the visitor and the answer taken into account. */
sealed interface Verdict {

    /** It is looked up and stored. */
    record Cached(RouteRule route, Plan.Derived.Cacheable cacheable) implements Verdict {}

    /** It is not. */
    record Passed(BypassReason reason, Optional<String> detail, Optional<RouteRule> route) implements Verdict {}

    /** It purges. */
    record Written(WritePlan plan, WritePlan.Account account) implements Verdict {

        WritePlan.Settlement settlement() {
            return account.settlement();
        }
    }

    /** Asks the rulebook, as the proxy does. */
    static Verdict of(Rulebook rulebook, Sample sample) {
        Plan plan = rulebook.plan(sample.request());
        if (plan instanceof Plan.Bypass bypass) {
            return new Passed(bypass.reason(), bypass.detail(), bypass.route());
        }
        if (plan instanceof Plan.Read read) {
            return read(rulebook, read.route(), sample);
        }
        WritePlan write = ((Plan.Write) plan).plan();
        return new Written(
                write,
                write.account(
                        sample.body(),
                        new WritePlan.Answer.Answered(sample.response(), sample.responseBody()),
                        identities(rulebook.rules().identities().keySet(), sample)));
    }

    private static Verdict read(Rulebook rulebook, RouteRule route, Sample sample) {
        Identity identity = route.identity().map(sample::identity).orElse(null);
        if (route.identity().isPresent() && identity == null) {
            BypassReason reason = carriesCredential(
                            rulebook.rules().identities().get(route.identity().get()),
                            sample.request().fields())
                    ? BypassReason.IDENTITY_UNKNOWN
                    : BypassReason.NO_CREDENTIAL;
            return new Passed(reason, route.identity(), Optional.of(route));
        }
        if (!route.allows(identity)) {
            return new Passed(BypassReason.ACCESS, Optional.empty(), Optional.of(route));
        }
        Plan.Derived derived = route.derive(sample.request(), identity);
        return derived instanceof Plan.Derived.Cacheable cacheable
                ? new Cached(route, cacheable)
                : passed((Plan.Derived.Not) derived, route);
    }

    /** Whether there is one in any form. Whose it is the rules alone cannot tell. */
    private static boolean carriesCredential(Rules.@Nullable IdentityRule identity, Fields fields) {
        if (identity == null) {
            return false;
        }
        return identity.credential() instanceof Rules.CredentialSource.Header header
                ? fields.contains(header.name())
                : Cookies.parse(fields).list().stream()
                        .map(Cookies.Cookie::name)
                        .anyMatch(((Rules.CredentialSource.Cookies) identity.credential()).names()::contains);
    }

    private static Verdict passed(Plan.Derived.Not not, RouteRule route) {
        return new Passed(not.reason(), not.detail(), Optional.of(route));
    }

    private static Map<String, Identity> identities(Set<String> names, Sample sample) {
        Map<String, Identity> identities = new LinkedHashMap<>();
        for (String name : List.copyOf(names)) {
            Identity identity = sample.identity(name);
            if (identity != null) {
                identities.put(name, identity);
            }
        }
        return identities;
    }
}
