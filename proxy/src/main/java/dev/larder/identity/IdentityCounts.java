package dev.larder.identity;

/**
 * How identities are doing, for gauges and counters.
 *
 * @param known visitors that are known now
 * @param underWay questions to the backend under way now
 * @param asked questions that were sent, since the start
 * @param failed of these, how many got no answer that says yes or no
 * @param refused questions that were not sent because too many were under way
 */
public record IdentityCounts(int known, int underWay, long asked, long failed, long refused) {

    static final IdentityCounts NONE = new IdentityCounts(0, 0, 0, 0, 0);

    /** Of both together. */
    IdentityCounts and(IdentityCounts other) {
        return new IdentityCounts(
                known + other.known,
                underWay + other.underWay,
                asked + other.asked,
                failed + other.failed,
                refused + other.refused);
    }
}
