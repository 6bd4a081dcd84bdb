package dev.larder.exchange;

import dev.larder.exchange.Disposition.Miss;
import dev.larder.http.Fields;
import dev.larder.key.BypassReason;
import dev.larder.policy.Reuse;
import dev.larder.store.Leadership;
import dev.larder.store.Lookup;
import dev.larder.store.StoredResponse;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * JOIN and AWAIT: makes what must be fetched a flight, or follows the one under way. Who follows in vain is sent round
 * once; who comes back empty-handed again goes alone, so that nobody queues up behind the others. Who leads here asks the
 * store whether another sidecar does already, and waits for that one in AWAIT. Confined to the loop of the exchange.
 */
final class Joining implements Journey {

    private final RouteRead read;
    private final Exchange exchange;
    private final Services services;
    private final Fetch.Wanted wanted;

    private @Nullable ScheduledFuture<?> patience;
    private boolean sentRound;

    /** Waiting for another's fetch, as part of a trace. */
    private Trace.Part waiting = () -> {};

    /** What is led here while it is not known whether another sidecar fetches it. */
    private @Nullable Lead undecided;

    Joining(RouteRead read, Fetch.Wanted wanted) {
        this.read = read;
        this.exchange = read.exchange();
        this.services = exchange.services();
        this.wanted = wanted;
    }

    @Override
    public void clientGone() {
        stopWaiting();
        if (undecided != null) {
            undecided.end(new Flight.End.LeaderRefused());
        }
        exchange.cutShort();
    }

    // ---- JOIN --------------------------------------------------------------------------------------------------

    void start() {
        exchange.continueWith(this);
        join("");
    }

    /** Joins the flight of the key, or of this variant of it. */
    private void join(String variant) {
        BypassReason withheld = read.withheld();
        if (withheld != null) {
            exchange.advance(ExchangeState.JOIN);
            exchange.bypass(withheld, Optional.empty());
        } else if (!exchange.request().method().equals("GET")) {
            // The answer to a HEAD is no use to others, and what is stored may still stand in for it.
            exchange.advance(ExchangeState.JOIN);
            lead(Lead.alone(services.collapser()));
        } else if (services.collapser().isNotStorable(wanted.target().sought())) {
            exchange.advance(ExchangeState.JOIN);
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else {
            RequestCollapser.Joined joined = services.collapser()
                    .join(wanted.flightKey(variant), wanted.target().cacheable().groups());
            if (!joined.leads()) {
                exchange.advance(ExchangeState.JOIN);
                follow(joined.flight());
            } else {
                Lead lead = Lead.of(joined.flight(), exchange);
                if (!landedMeanwhile(lead)) {
                    exchange.advance(ExchangeState.JOIN);
                    leadAmongOthers(lead, variant);
                }
            }
        }
    }

    /** Another flight may have landed after this request had looked and before it joined: then its response is there. */
    private boolean landedMeanwhile(Lead lead) {
        CacheTarget target = wanted.target();
        Lookup now = services.store().peek(target.key(), target.cacheable().groups());
        return answeredFrom(now, lead, sentRound);
    }

    private boolean answeredFrom(@Nullable Lookup now, Lead lead, boolean collapsed) {
        CacheTarget target = wanted.target();
        if (!(now instanceof Lookup.Found found)
                || read.withheld() != null
                || !target.stored(found.response())
                || !read.isReadable(found.response())
                || !(read.judge(found.response().head()) instanceof Reuse.Fresh fresh)) {
            return false;
        }
        lead.stored(found.response());
        lead.landed(true);
        read.hit(
                found.response(),
                fresh.age(),
                collapsed
                        ? new Miss(wanted.why(), false, true, Optional.empty())
                        : new Disposition.Hit(fresh.timeToLive()));
        return true;
    }

    // ---- other sidecars ----------------------------------------------------------------------------------------

    private @Nullable CompletionStage<Leadership> askOthers(String variant, Duration patience) {
        return services.store().lead(() -> flightAmongOthers(variant), patience);
    }

    private String flightAmongOthers(String variant) {
        String flight = wanted.flightKey(variant).shared();
        StoredResponse renewed = wanted.candidate();
        // What came of a flight is remembered for a moment, and is no answer to one that renews just that.
        return renewed == null ? flight : flight + " " + renewed.head().requestTime();
    }

    /** Leads, unless another sidecar does. */
    private void leadAmongOthers(Lead lead, String variant) {
        CompletionStage<Leadership> asked =
                askOthers(variant, services.settings().timeouts().patience());
        if (asked == null) {
            lead(lead);
            return;
        }
        exchange.advance(ExchangeState.AWAIT);
        undecided = lead;
        waiting = exchange.trace().begin(Trace.Step.COLLAPSED);
        exchange.<Leadership>await(asked, decided -> {
            waiting.over();
            if (exchange.state() == ExchangeState.AWAIT) {
                decided(lead, decided);
            } else if (decided instanceof Leadership.Leads leads) {
                // The visitor has gone, and others go on by themselves.
                leads.flight().letGo(false);
            }
        });
    }

    private void decided(Lead lead, @Nullable Leadership decided) {
        if (decided instanceof Leadership.Landed) {
            CacheTarget target = wanted.target();
            exchange.<Lookup>await(
                    services.store().lookup(target.key(), target.cacheable().groups()), found -> {
                        if (exchange.state() == ExchangeState.AWAIT) {
                            landedElsewhere(lead, found);
                        }
                    });
            return;
        }
        undecided = null;
        if (decided instanceof Leadership.NotStorable) {
            lead.notStorable(wanted.target().sought(), true);
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else if (decided instanceof Leadership.TookTooLong) {
            lead.end(new Flight.End.LeaderRefused());
            outOfPatience();
        } else {
            if (decided instanceof Leadership.Leads leads) {
                lead.shares(leads.flight());
            }
            exchange.advance(ExchangeState.JOIN);
            lead(lead);
        }
    }

    /** Another sidecar's fetch is in the store, unless it has been purged again or is none for this visitor. */
    private void landedElsewhere(Lead lead, @Nullable Lookup found) {
        undecided = null;
        if (!read.visitor().isStillKnown(wanted.target()) || !answeredFrom(found, lead, true)) {
            exchange.advance(ExchangeState.JOIN);
            lead(lead);
        }
    }

    private void lead(Lead lead) {
        exchange.advance(ExchangeState.FETCH);
        Fetch fetch = fetch();
        fetch.on(wanted, lead);
        FetchJourney fetching = new FetchJourney(read, fetch);
        exchange.continueWith(fetching);
        fetch.start();
    }

    private Fetch fetch() {
        Visitor visitor = read.visitor();
        return new Fetch(exchange, wanted.target().route(), visitor.fetchRequest(), visitor::isStill);
    }

    /** Leads in the foreground where nobody fetches it here yet; says whether it does. No visitor waits for another. */
    boolean leadsAtOnce() {
        if (services.collapser().isNotStorable(wanted.target().sought())) {
            return false;
        }
        RequestCollapser.Joined joined = services.collapser()
                .join(wanted.flightKey(""), wanted.target().cacheable().groups());
        if (!joined.leads()) {
            return false;
        }
        exchange.advance(ExchangeState.JOIN);
        lead(Lead.of(joined.flight(), exchange));
        return true;
    }

    /** Fetches for the visitor who is answered from what is stored, with their credential, this once. */
    void inBackground() {
        if (!exchange.request().method().equals("GET")
                || services.collapser().isNotStorable(wanted.target().sought())) {
            return;
        }
        RequestCollapser.Joined joined = services.collapser()
                .join(wanted.flightKey(""), wanted.target().cacheable().groups());
        if (!joined.leads()) {
            return;
        }
        Lead lead = Lead.of(joined.flight(), exchange);
        // If another sidecar fetches it, that will do.
        CompletionStage<Leadership> asked = askOthers("", Duration.ZERO);
        if (asked == null) {
            inBackground(lead);
            return;
        }
        exchange.<Leadership>await(asked, decided -> {
            if (decided instanceof Leadership.Leads leads) {
                lead.shares(leads.flight());
            }
            if (decided == null || decided instanceof Leadership.Leads || decided instanceof Leadership.Alone) {
                inBackground(lead);
            } else {
                lead.end(new Flight.End.LeaderRefused());
            }
        });
    }

    private void inBackground(Lead lead) {
        Visitor visitor = read.visitor();
        Fetch fetch = new Fetch(exchange, wanted.target().route(), visitor.fetchRequest(), visitor::isKnownStill);
        fetch.on(wanted, lead);
        fetch.start();
    }

    // ---- AWAIT -------------------------------------------------------------------------------------------------

    private void follow(Flight flight) {
        exchange.advance(ExchangeState.AWAIT);
        waiting = exchange.trace().begin(Trace.Step.COLLAPSED);
        patience = exchange.after(services.settings().timeouts().patience(), () -> {
            if (exchange.state() == ExchangeState.AWAIT) {
                outOfPatience();
            }
        });
        flight.follow(exchange.loop(), end -> {
            stopWaiting();
            if (exchange.state() == ExchangeState.AWAIT) {
                exchange.guarded(() -> ended(end));
            }
        });
    }

    private void stopWaiting() {
        waiting.over();
        if (patience != null) {
            patience.cancel(false);
        }
    }

    private void ended(Flight.End end) {
        BypassReason withheld = read.withheld();
        if (withheld != null) {
            exchange.bypass(withheld, Optional.empty());
        } else if (end instanceof Flight.End.Stored stored) {
            share(stored.response());
        } else if (end instanceof Flight.End.NotStorable) {
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else if (end instanceof Flight.End.LeaderRefused) {
            again("");
        } else if (end instanceof Flight.End.TookTooLong) {
            outOfPatience();
        } else if (!read.staleInstead(wanted)) {
            if (sentRound && end instanceof Flight.End.Failed failed) {
                exchange.refuse(Answers.of(failed.failure()));
            } else {
                again("");
            }
        }
    }

    /** The flight's response, where it answers this request as well; where its Vary says that it does not, once more. */
    private void share(StoredResponse response) {
        Reuse reuse = read.judge(response.head());
        if (!read.isReadable(response)) {
            // Its leader, who takes it as it is kept, has had it confirmed by the origin.
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else if (reuse instanceof Reuse.Fresh fresh) {
            read.hit(response, fresh.age(), new Miss(wanted.why(), false, true, Optional.empty()));
        } else if (reuse instanceof Reuse.Mismatch) {
            again(variant(response));
        } else {
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        }
    }

    /** Those who send the same in the fields that choose it share a flight of their own. */
    private String variant(StoredResponse response) {
        Fields fields = exchange.request().fields();
        StringBuilder variant = new StringBuilder();
        // No field's value holds a line feed.
        response.head()
                .selecting()
                .forEach(name -> variant.append('\n').append(name).append(' ').append(fields.combined(name)));
        return variant.toString();
    }

    private void again(String variant) {
        if (sentRound) {
            exchange.bypass(BypassReason.NOT_STORABLE, Optional.empty());
        } else {
            sentRound = true;
            join(variant);
        }
    }

    private void outOfPatience() {
        if (!read.staleInstead(wanted)) {
            exchange.bypass(BypassReason.COLLAPSE_TIMEOUT, Optional.empty());
        }
    }
}
