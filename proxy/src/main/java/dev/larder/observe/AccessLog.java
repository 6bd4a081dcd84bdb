package dev.larder.observe;

import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line a request: method, route or path without its query, status, what the cache made of it, and times. No query,
 * no field, no key: those may be personal. Any thread.
 */
public final class AccessLog implements ExchangeListener {

    private static final Logger LOG = LoggerFactory.getLogger("larder.access");

    @Override
    public void ended(Outcome outcome) {
        LOG.info(
                "{} {} {} {} {} {}us {}B{}",
                outcome.request().method(),
                outcome.route().orElse("-"),
                outcome.status(),
                outcome.disposition().token(),
                outcome.disposition().detail().orElse("-"),
                outcome.duration().toNanos() / 1000,
                outcome.bodyBytes(),
                outcome.aborted() ? " aborted" : "");
    }
}
