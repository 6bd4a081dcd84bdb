package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.http.Fields;
import dev.larder.http.StoredHead;
import dev.larder.rules.Rules;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshPolicyTest {

    @ParameterizedTest
    @CsvSource({
        // The sample is fresh for 60 s.
        "10%, 0, 60000",
        "10%, 0.5, 57000",
        "10%, 0.999999, 54000",
        "100%, 0.5, 30000",
        "0%, 0.5, 60000",
        "20s, 0.5, 50000",
        "0s, 0.9, 60000",
        "1h, 0.5, 30000"
    })
    void jitterShortensALifetimeByARandomPart(String written, double random, long lifetimeMillis) {
        Rules.Jitter jitter = written.endsWith("%")
                ? new Rules.Jitter.Share(Integer.parseInt(written.replace("%", "")))
                : new Rules.Jitter.UpTo(Duration.parse("PT" + written));
        StoredHead spread = RefreshPolicy.spread(Heads.stored("Vary: Accept", "Accept: a"), jitter, random);
        assertEquals(lifetimeMillis, spread.lifetime().toMillis(), 1);
        assertEquals(Duration.ofSeconds(30), spread.staleIfError());
        assertEquals("a", spread.varied().get("accept"));
    }

    @ParameterizedTest
    @CsvSource({
        // A fetch of 200 ms: the chance with so much time to live is exp(-time / (200 ms * eagerness)).
        "1, 0, 1, false",
        "1, 0.99, 900, true",
        "1, 0.99, 950, false",
        "1, 0.5, 138, true",
        "1, 0.5, 139, false",
        "2, 0.5, 277, true",
        "2, 0.5, 278, false",
        "0, 0.999999, 1, false"
    })
    void theChanceOfAnEarlyRefreshGrowsTowardsExpiry(double eagerness, double random, long leftMillis, boolean due) {
        StoredHead sample = Heads.stored("");
        StoredHead head = new StoredHead(
                sample.response(),
                sample.responseTime().minusMillis(200),
                sample.responseTime(),
                Fields.EMPTY,
                sample.lifetime(),
                Duration.ZERO,
                Duration.ZERO);
        assertEquals(due, RefreshPolicy.isDueEarly(head, Duration.ofMillis(leftMillis), eagerness, random));
    }
}
