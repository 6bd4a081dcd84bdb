package dev.larder.observe;

import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request, of all or of some: when, method, route, key, status, what the cache made of it and why, and times. No
 * path, no query and no field but the trace that a request is part of: those may hold what visitors prove themselves by,
 * while in a key credentials are hashes. Any thread.
 */
public final class AccessLog implements ExchangeListener {

    private static final Logger LOG = LoggerFactory.getLogger("larder.access");

    /** Version, trace, parent, flags (W3C Trace Context); whatever else somebody sends is none. */
    private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*");

    private final boolean json;
    private final double share;
    private final DoubleSupplier random;
    private final InstantSource clock;

    /**
     * A log.
     *
     * @param json whether lines are JSON objects
     * @param share of requests that have a line, from 0 to 1
     * @param random a number from 0 inclusive to 1 exclusive, another one each time
     */
    public AccessLog(boolean json, double share, DoubleSupplier random, InstantSource clock) {
        this.json = json;
        this.share = share;
        this.random = random;
        this.clock = clock;
    }

    @Override
    public void ended(Outcome outcome) {
        if (LOG.isInfoEnabled() && (share >= 1 || random.getAsDouble() < share)) {
            LOG.info("{}", json ? object(outcome) : text(outcome));
        }
    }

    private String text(Outcome outcome) {
        StringBuilder line = new StringBuilder(160)
                .append(clock.instant())
                .append(' ')
                .append(outcome.request().method())
                .append(' ')
                .append(outcome.route().orElse("-"))
                .append(' ')
                .append(outcome.status())
                .append(' ')
                .append(outcome.disposition().token())
                .append(' ')
                .append(outcome.disposition().detail().orElse("-"))
                .append(' ')
                .append(millis(outcome.duration()))
                .append("ms ")
                .append(outcome.bodyBytes())
                .append('B');
        outcome.originTime()
                .ifPresent(took -> line.append(" backend=").append(millis(took)).append("ms"));
        outcome.keyText().ifPresent(key -> line.append(" key=").append(key));
        if (outcome.purge() != null) {
            line.append(" purged=").append(outcome.purge().groups());
        }
        trace(outcome).ifPresent(trace -> line.append(" trace=").append(trace));
        return line.append(outcome.aborted() ? " aborted" : "").toString();
    }

    private String object(Outcome outcome) {
        StringBuilder line = new StringBuilder(240)
                .append("{\"time\":\"")
                .append(clock.instant())
                .append('"');
        member(line, "method", outcome.request().method());
        outcome.route().ifPresent(route -> member(line, "route", route));
        outcome.keyText().ifPresent(key -> member(line, "key", key));
        line.append(",\"status\":").append(outcome.status());
        member(line, "result", outcome.disposition().token());
        outcome.disposition().detail().ifPresent(detail -> member(line, "reason", detail));
        line.append(",\"ms\":").append(millis(outcome.duration()));
        outcome.originTime().ifPresent(took -> line.append(",\"backendMs\":").append(millis(took)));
        line.append(",\"bytes\":").append(outcome.bodyBytes());
        if (outcome.purge() != null) {
            line.append(",\"purgedGroups\":").append(outcome.purge().groups());
        }
        trace(outcome).ifPresent(trace -> member(line, "trace", trace));
        if (outcome.aborted()) {
            line.append(",\"aborted\":true");
        }
        return line.append('}').toString();
    }

    private static Optional<String> trace(Outcome outcome) {
        return Optional.ofNullable(outcome.request().fields().get("traceparent"))
                .map(TRACE::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1));
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e6);
    }

    /** A member of a JSON object; what is no plain text is written as a question mark. */
    private static void member(StringBuilder line, String name, String text) {
        line.append(",\"").append(name).append("\":\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(c < 0x20 || c > 0x7e || c == '"' || c == '\\' ? '?' : c);
        }
        line.append('"');
    }
}
