package dev.larder.exchange;

import dev.larder.plan.WritePlan;
import dev.larder.purge.PurgeGroup;
import dev.larder.settings.Settings.WritesWhenStoreUnreachable;
import dev.larder.store.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * INTEND: what one write may make invalid stands in the store, or on disk, before the backend can see the write, so that its purge
 * outlives this process. A write that neither can be told of is refused. Confined to the loop of the exchange.
 */
final class WriteAnnouncement {

    private final Exchange exchange;
    private final Services services;
    private final WritePlan plan;
    private final Consumer<WritePurge> announced;

    /**
     * Announces nothing yet.
     *
     * @param announced goes on with what the write owes from then on; not called where the write has been refused
     */
    WriteAnnouncement(Exchange exchange, WritePlan plan, Consumer<WritePurge> announced) {
        this.exchange = exchange;
        this.services = exchange.services();
        this.plan = plan;
        this.announced = announced;
    }

    void intend() {
        List<PurgeGroup> groups = new ArrayList<>(plan.intents());
        if (!groups.isEmpty()) {
            groups.addAll(WritePurge.laterRules(exchange));
        }
        exchange.<Intent>await(services.purger().intend(groups), this::intended);
    }

    private void intended(@Nullable Intent intent) {
        if (intent == null) {
            refuse();
            return;
        }
        if (intent.mayHaveLapsed()) {
            // This process stood still meanwhile: if it died now, nothing would be left that purges.
            new WritePurge(exchange, intent).lift();
            intend();
            return;
        }
        if (intent.standing()) {
            announced.accept(new WritePurge(exchange, intent));
        } else if (services.settings().writesWhenStoreUnreachable() == WritesWhenStoreUnreachable.REFUSE) {
            new WritePurge(exchange, intent).lift();
            refuse();
        } else {
            exchange.<Boolean>await(intent.keep(), kept -> kept(intent, kept));
        }
    }

    /** The store does not know of the write: is it known on disk what to purge if this process dies? */
    private void kept(Intent intent, @Nullable Boolean kept) {
        if (kept != null && kept) {
            announced.accept(new WritePurge(exchange, intent));
        } else {
            new WritePurge(exchange, intent).lift();
            refuse();
        }
    }

    private void refuse() {
        if (!exchange.isOver()) {
            exchange.refuse(new Disposition.Refused(
                    503, "proxy_internal_response", "the store cannot be told of this write; try again later"));
        }
    }
}
