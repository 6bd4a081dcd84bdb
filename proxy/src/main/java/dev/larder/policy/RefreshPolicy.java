package dev.larder.policy;

import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Duration;

/**
 * Spreads what would otherwise happen to all at once: jitter for many responses stored in one moment, early refresh for
 * many visitors of one response when it expires. Pure; randomness is a parameter.
 */
public final class RefreshPolicy {

    private RefreshPolicy() {}

    /**
     * A head as it is stored, its lifetime shortened by a random part of the jitter. Shorter only: a rule's or an
     * origin's lifetime is a promise.
     *
     * @param random from 0 inclusive to 1 exclusive
     */
    public static StoredHead spread(StoredHead head, Rules.Jitter jitter, double random) {
        Duration most = most(jitter, head.lifetime());
        if (most.isZero()) {
            return head;
        }
        Duration lifetime = head.lifetime().minusMillis((long) (most.toMillis() * random));
        return new StoredHead(
                head.response(),
                head.requestTime(),
                head.responseTime(),
                head.varied(),
                lifetime,
                head.staleWhileRevalidate(),
                head.staleIfError(),
                head.selecting());
    }

    private static Duration most(Rules.Jitter jitter, Duration lifetime) {
        if (jitter instanceof Rules.Jitter.Share share) {
            return Duration.ofMillis((long) (lifetime.toMillis() * (share.percent() / 100.0)));
        }
        Duration most = jitter instanceof Rules.Jitter.UpTo upTo ? upTo.most() : Duration.ZERO;
        return most.compareTo(lifetime) < 0 ? most : lifetime;
    }

    /**
     * Whether a fresh response is fetched anew already, in the background of a hit: the likelier the sooner it expires and
     * the longer its fetch took, so that of many hits about one in time leads to a fetch, and none has to wait for it.
     * By "Optimal Probabilistic Cache Stampede Prevention" (Vattani, Chierichetti, Lowenstein, VLDB 2015).
     *
     * @param timeToLive how long it stays fresh
     * @param eagerness 1 as in the paper, more is earlier, 0 is never
     * @param random from 0 inclusive to 1 exclusive
     */
    public static boolean isDueEarly(StoredHead head, Duration timeToLive, double eagerness, double random) {
        if (eagerness <= 0) {
            return false;
        }
        double fetchMillis = Math.max(
                0, Duration.between(head.requestTime(), head.responseTime()).toMillis());
        // 1 - random is above zero, so that its logarithm is a number.
        return -fetchMillis * eagerness * Math.log(1 - random) > timeToLive.toMillis();
    }
}
