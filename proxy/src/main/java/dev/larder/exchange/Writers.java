package dev.larder.exchange;

import dev.larder.identity.Credential;
import dev.larder.identity.IdentityResolver;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.key.Identity;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who sends one write, by each identity that its purges read. It is asked beside the write, which does not wait for it: who is not
 * known when the write is over is a variable that cannot be read. Confined to the loop of the exchange.
 */
final class Writers {

    private final Exchange exchange;
    private final Map<String, Writer> known = new HashMap<>();

    /** Who writes, by what is known of one identity. */
    private record Writer(Credential credential, Identity identity) {}

    Writers(Exchange exchange) {
        this.exchange = exchange;
    }

    void ask(Collection<String> identities) {
        IdentityResolver resolver = exchange.identities();
        for (String name : identities) {
            if (resolver.find(name, exchange.request()) instanceof Carried.One one) {
                Known peeked = resolver.peek(one, exchange.request());
                if (peeked != null) {
                    learn(name, one, peeked);
                } else {
                    exchange.<Known>await(
                            resolver.ask(one, exchange.request()), answered -> learn(name, one, answered));
                }
            }
        }
    }

    private void learn(String name, Carried.One carried, @Nullable Known answered) {
        if (answered instanceof Known.Somebody somebody) {
            known.put(name, new Writer(carried.credential(), somebody.identity()));
        }
    }

    /** Those of whom it is certain who they are, by the names of the identities. */
    Map<String, Identity> certain(BiPredicate<Credential, Identity> isStill) {
        Map<String, Identity> certain = new HashMap<>();
        known.forEach((name, writer) -> {
            if (isStill.test(writer.credential(), writer.identity())) {
                certain.put(name, writer.identity());
            }
        });
        return certain;
    }
}
