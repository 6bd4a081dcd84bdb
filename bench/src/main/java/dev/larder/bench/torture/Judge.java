package dev.larder.bench.torture;

import dev.larder.bench.torture.TortureClient.Script;
import dev.larder.bench.torture.Violation.Kind;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hands out requests and judges what comes for them: counts, tells the world which writes have been answered, and reports
 * every answer that is not right. Confined to the clients' loop, but for the tally.
 */
final class Judge implements Script {
    /** From when on a write counts whose answer never came. */
    private static final long WITHOUT_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Of each kind. */
    private static final int MOST_REPORTS = 20;

    private static final Pattern USER = Pattern.compile("\"user\":\"([^\"]*)\"");

    private final TortureOrigin origin;
    private final Requests requests;
    private final Visitors visitors;
    private final Checker checker;
    private final Consumer<String> reports;
    private final Tally tally = new Tally();
    private long left;

    /**
     * A judge of so many requests.
     *
     * @param reports takes each of the first wrong answers as text
     */
    Judge(TortureOrigin origin, Requests requests, Visitors visitors, long count, Consumer<String> reports) {
        this.origin = origin;
        this.requests = requests;
        this.visitors = visitors;
        this.checker = new Checker(origin.world());
        this.left = count;
        this.reports = reports;
    }

    Tally tally() {
        return tally;
    }

    @Override
    public @Nullable Asked next() {
        return left-- > 0 ? requests.next() : null;
    }

    @Override
    public void answered(Asked asked, Got got, long sentNanos, long gotNanos) {
        tally.count(asked, got);
        if (asked.isWrite()) {
            origin.world().answered(asked.trace(), got.whole() ? gotNanos : gotNanos + WITHOUT_ANSWER_NANOS);
            sessions(asked, got);
        }
        requests.saw(asked, got);
        Optional<Violation> wrong = judge(asked, got, sentNanos, gotNanos);
        wrong.ifPresent(violation -> report(violation, asked, got));
    }

    private Optional<Violation> judge(Asked asked, Got got, long sentNanos, long gotNanos) {
        Optional<String> mishap = got.field("X-Mishap");
        if (mishap.isPresent()) {
            tally.countMishap();
            return mishap.get().equals(asked.trace())
                    ? Optional.empty()
                    : Optional.of(new Violation(Kind.FOREIGN, "the error of request " + mishap.get()));
        }
        boolean larders = got.field("Proxy-Status").isPresent();
        if (got.status() == 504
                && asked.field("cache-control").filter("only-if-cached"::equals).isPresent()) {
            return Optional.empty();
        }
        if (got.behindLast()) {
            tally.countUnanswered();
            return Optional.empty();
        }
        if (!got.whole() || larders) {
            if (origin.mishapSince(sentNanos)) {
                tally.countMishap();
                return Optional.empty();
            }
            return Optional.of(new Violation(Kind.UNEXPLAINED, "no whole answer of the backend"));
        }
        return checker.check(asked, got, sentNanos, gotNanos);
    }

    /** What visitors learn about their sessions. */
    private void sessions(Asked asked, Got got) {
        if (!got.whole() || !asked.target().startsWith("/session/")) {
            return;
        }
        Matcher user = USER.matcher(asked.body());
        Credential credential = Seen.of(asked).credential();
        switch (asked.target()) {
            case "/session/sign-in" ->
                got.field("Set-Cookie")
                        .filter(cookie -> user.find())
                        .ifPresent(cookie -> visitors.opened(user.group(1), cookie.substring(cookie.indexOf('=') + 1)));
            case "/session/sign-out" -> {
                if (got.status() != 409 && credential instanceof Credential.Session session) {
                    visitors.ended(session.text());
                }
            }
            default -> {
                if (got.status() == 200 && credential instanceof Credential.Session session && user.find()) {
                    visitors.opened(user.group(1), session.text());
                }
            }
        }
    }

    private void report(Violation violation, Asked asked, Got got) {
        tally.count(violation.kind());
        if (tally.violations(violation.kind()) <= MOST_REPORTS) {
            reports.accept("%s: %s%n    request: %s%n    answer:  %s"
                    .formatted(violation.kind(), violation.what(), asked, got));
        }
    }
}
