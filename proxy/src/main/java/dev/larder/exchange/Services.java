package dev.larder.exchange;

import dev.larder.relay.CaptureBudget;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What every exchange of the process shares. Immutable; each member may be used from any thread.
 *
 * @param rules those in force; an exchange keeps the ones it began with
 * @param store stored responses, guarded
 * @param collapser fetches under way
 * @param purger carries purges
 * @param sites which authorities share stored responses
 * @param bodies brings bodies into the form in which they are kept
 * @param captures memory for bodies on their way to the store
 * @param settings timeouts and bounds
 * @param clock the wall clock
 * @param nanoTime the monotonic clock
 * @param random a number from 0 inclusive to 1 exclusive, another one each time
 * @param trial how far the cache is trusted at this moment
 * @param tracing says which exchanges are followed as parts of traces
 * @param listener is told of every exchange
 */
public record Services(
        Supplier<RulesInForce> rules,
        CacheStore store,
        RequestCollapser collapser,
        Purger purger,
        Sites sites,
        BodyKeeper bodies,
        CaptureBudget captures,
        Settings settings,
        InstantSource clock,
        LongSupplier nanoTime,
        DoubleSupplier random,
        Trial trial,
        Tracing tracing,
        ExchangeListener listener) {}
