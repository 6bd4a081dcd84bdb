package dev.larder.cli;

import dev.larder.admin.Observed;
import dev.larder.admin.Traffic;
import dev.larder.exchange.ExchangeListener;
import dev.larder.observe.AccessLog;
import dev.larder.observe.ExchangeMetrics;
import dev.larder.settings.Settings;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who is told how each exchange ended. Fixed at start, so that who has nothing to say costs a request nothing. Called on event
 * loops.
 */
final class OutcomeListeners {

    private OutcomeListeners() {}

    static ExchangeListener of(
            Settings settings,
            ExchangeMetrics metrics,
            Traffic traffic,
            Observed observed,
            TrialMeters trialMeters,
            Clocks clocks) {
        ExchangeListener listener = counted(settings.accessLog(), metrics, traffic, clocks);
        return settings.trial().observe() ? observing(observed, trialMeters, listener) : listener;
    }

    private static ExchangeListener counted(
            Settings.AccessLog accessLog, ExchangeMetrics metrics, Traffic traffic, Clocks clocks) {
        Settings.AccessLog.Format format = accessLog.format();
        if (format == Settings.AccessLog.Format.OFF) {
            return outcome -> {
                metrics.ended(outcome);
                traffic.ended(outcome);
            };
        }
        AccessLog log = new AccessLog(
                format == Settings.AccessLog.Format.JSON,
                accessLog.share(),
                () -> ThreadLocalRandom.current().nextDouble(),
                clocks.wall());
        return outcome -> {
            metrics.ended(outcome);
            traffic.ended(outcome);
            log.ended(outcome);
        };
    }

    /** While everything is forwarded, what would have been hits is counted as well. */
    private static ExchangeListener observing(Observed observed, TrialMeters meters, ExchangeListener listener) {
        return outcome -> {
            listener.ended(outcome);
            meters.ended(outcome);
            observed.ended(outcome);
        };
    }
}
