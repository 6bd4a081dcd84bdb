package dev.larder.exchange;

import dev.larder.exchange.Observation.Finding;
import dev.larder.http.Cookies;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.policy.Comparison;
import dev.larder.policy.Validation;
import dev.larder.rules.Rules;
import dev.larder.store.Epochs;
import dev.larder.store.Lookup;
import dev.larder.store.StoredResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges how a stored response and the origin's answer to the same request differ, after the visitor has been answered.
 * A difference is no finding while a purge may be on its way that ends the stored response: it waits a moment, and as long
 * as writes are under way here, and then asks the store whether the epochs are still those. On the loop of the exchange.
 *
 * <p>On a public route, a visitor with a credential whose answer differs is told from one who came after a change by asking
 * once more without the credential: where that is still what is stored, the difference is the visitor's own.
 */
final class Judging {

    private static final Logger LOG = LoggerFactory.getLogger(Judging.class);

    /** How long another sidecar's write may take from the backend's commit to its purge. */
    private static final long SETTLING_MILLIS = 1_000;

    /** How often writes that are under way are waited for as long again. */
    private static final int MOST_ROUNDS = 10;

    private final Exchange exchange;
    private final Services services;
    private final Visitor visitor;
    private final CacheTarget target;
    private final StoredResponse stored;
    private final byte[] plainBody;
    private final Duration age;
    private final Observation.Source source;
    private final Hearing hearing;
    private final int lifts;

    /** @param plainBody of {@code stored}, as it came */
    Judging(
            Exchange exchange,
            Visitor visitor,
            CacheTarget target,
            StoredResponse stored,
            byte[] plainBody,
            Duration age,
            Observation.Source source) {
        this.exchange = exchange;
        this.services = exchange.services();
        this.visitor = visitor;
        this.target = target;
        this.stored = stored;
        this.plainBody = plainBody;
        this.age = age;
        this.source = source;
        this.lifts = services.trial().lifts();
        this.hearing =
                new Hearing(stored, plainBody, exchange.request().method().equals("GET"));
    }

    /** What takes the origin's answer to the visitor's own request. */
    Hearing hearing() {
        return hearing;
    }

    /** Asks the origin the same in the background: all of it, whatever part or condition the visitor asked with. */
    void ask() {
        TruthCall.ask(
                exchange.origin(),
                plain(Validation.unconditional(exchange.request())),
                hearing,
                target.route().rule().maxBodyBytes(),
                this::judge);
    }

    /** Where larder compresses, what is stored was fetched without a coding. */
    private RequestHead plain(RequestHead request) {
        return target.route().isCompressed()
                ? request.withFields(request.fields().toBuilder()
                        .set("Accept-Encoding", "identity")
                        .build())
                : request;
    }

    /** The origin's answer has come, whole. */
    void heard() {
        judge(
                target.route().isCompressed() && hearing.isEncoded()
                        ? new Comparison.Incomparable("content-encoding")
                        : hearing.comparison());
    }

    private void judge(Comparison came) {
        if (came instanceof Comparison.Different different) {
            if (source == Observation.Source.SAMPLE && different.originStatus() >= 500) {
                tell(new Finding.NotCompared("origin-error"));
            } else if (!services.trial().mayWait()) {
                tell(new Finding.NotCompared("too-many-differences"));
            } else if (different.isVisible()
                    && isSomebodyOnAPublicRoute()
                    && services.trial().mayProbe()) {
                askWithoutCredential(different);
            } else {
                settleLater(different, false, 1);
            }
        } else if (came instanceof Comparison.Incomparable incomparable) {
            tell(new Finding.NotCompared(incomparable.why()));
        } else {
            tell(new Finding.Same());
        }
    }

    private void tell(Finding finding) {
        services.trial()
                .tell(new Observation(target.route().name(), target.key().key(), source, age, finding));
    }

    // ---- one visitor's own answer --------------------------------------------------------------------------------

    private boolean isSomebodyOnAPublicRoute() {
        return target.route().identity().isEmpty()
                && exchange.identities().carriesAny(exchange.request())
                && !Cookies.parse(exchange.request().fields()).malformed()
                && !exchange.origin().isBusy();
    }

    private void askWithoutCredential(Comparison.Different different) {
        Hearing nobody = new Hearing(stored, plainBody, true);
        TruthCall.ask(
                exchange.origin(),
                plain(withoutCredential()),
                nobody,
                target.route().rule().maxBodyBytes(),
                came -> {
                    boolean isStored = came instanceof Comparison.Same
                            || (came instanceof Comparison.Different other && !other.isVisible());
                    settleLater(different, isStored, 1);
                });
    }

    /** All that the visitor sent, without what says who they are. */
    private RequestHead withoutCredential() {
        RequestHead request = Validation.unconditional(exchange.request());
        List<String> named = new ArrayList<>();
        for (Rules.IdentityRule identity :
                exchange.rules().rulebook().rules().identities().values()) {
            if (identity.credential() instanceof Rules.CredentialSource.Cookies cookies) {
                named.addAll(cookies.names());
            }
        }
        List<String> kept = new ArrayList<>();
        for (Cookies.Cookie cookie : Cookies.parse(request.fields()).list()) {
            if (named.stream().noneMatch(cookie.name()::startsWith)) {
                kept.add(cookie.name() + "=" + cookie.value());
            }
        }
        Fields.Builder fields = request.fields().without((name, value) -> isCredential(name)).toBuilder();
        if (!kept.isEmpty()) {
            fields.add("Cookie", String.join("; ", kept));
        }
        return new RequestHead("GET", request.target(), request.scheme(), request.authority(), fields.build());
    }

    private boolean isCredential(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("authorization")
                || lower.equals("cookie")
                || target.route().isCredentialField(lower);
    }

    // ---- whether a write explains it -----------------------------------------------------------------------------

    private void settleLater(Comparison.Different different, boolean isVisitorsOwn, int round) {
        var unused = exchange.loop()
                .schedule(() -> settle(different, isVisitorsOwn, round), SETTLING_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void settle(Comparison.Different different, boolean isVisitorsOwn, int round) {
        if (services.trial().isWriting() && round < MOST_ROUNDS) {
            settleLater(different, isVisitorsOwn, round + 1);
            return;
        }
        LoopHop.<Lookup>on(
                exchange.loop(),
                services.store().lookup(target.key(), target.cacheable().groups()),
                now -> {
                    services.trial().settled();
                    try {
                        settled(different, isVisitorsOwn, now == null ? new Lookup.Unavailable("store-error") : now);
                    } catch (RuntimeException bug) {
                        LOG.error(
                                "what was compared on route {} is lost",
                                target.route().name(),
                                bug);
                    }
                });
    }

    private void settled(Comparison.Different different, boolean isVisitorsOwn, Lookup now) {
        if (now instanceof Lookup.Unavailable) {
            tell(new Finding.NotCompared("store-unavailable"));
        } else if (!isCurrent(now) || !visitor.isStillKnown(target)) {
            tell(new Finding.ChangedMeanwhile());
        } else {
            tell(new Finding.Different(different));
            if (isVisitorsOwn) {
                services.trial().quarantine(target.route(), target.key().key(), lifts);
            }
        }
    }

    /** Whether the groups have the tokens that they had when the stored response was fetched. */
    private boolean isCurrent(Lookup now) {
        Epochs then = stored.epochs();
        Epochs current = now instanceof Lookup.Found found ? found.response().epochs() : ((Lookup.Absent) now).epochs();
        Map<String, String> tokens = current.tokens();
        return current.incarnation().equals(then.incarnation()) && tokens.equals(then.tokens());
    }
}
