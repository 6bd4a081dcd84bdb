package dev.larder.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fixed part of what {@link Fuzz} does: what larder understands is what a strict reader understands. */
class FuzzTest {

    private static final long SEED = 9112;

    private static final int INPUTS = 2000;

    private static void run(Target target) {
        try (LogWatch log = new LogWatch()) {
            Campaign campaign = new Campaign(target, log, SEED);
            for (int i = 0; i < INPUTS; i++) {
                campaign.step();
            }
            assertEquals(List.of(), campaign.findings());
            assertTrue(campaign.signatures() > INPUTS / 20, "most inputs are not refused alike");
        }
    }

    @Test
    @Timeout(300)
    void whatTheOriginSeesIsWhatTheClientSent() {
        run(new RequestTarget());
    }

    @Test
    @Timeout(300)
    void whatTheClientSeesIsWhatTheOriginAnswered() {
        run(new ResponseTarget());
    }
}
