package dev.larder.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReusePolicyTest {

    private static String verdict(String response, String request, boolean originLifetime, int secondsLater) {
        Reuse reuse = ReusePolicy.judge(
                Heads.stored(response), Heads.get(request), originLifetime, Heads.ARRIVED.plusSeconds(secondsLater));
        if (reuse instanceof Reuse.Fresh fresh) {
            return "fresh " + fresh.timeToLive().toSeconds();
        }
        if (reuse instanceof Reuse.Stale stale) {
            return "stale" + (stale.whileRevalidate() ? " while-revalidate" : "")
                    + (stale.ifError() ? " if-error " : " ")
                    + stale.staleness().toSeconds();
        }
        if (reuse instanceof Reuse.Validate validate) {
            return validate.ifError() ? "validate if-error" : "validate";
        }
        return "mismatch " + ((Reuse.Mismatch) reuse).why();
    }

    @ParameterizedTest(name = "{0} s later, {1}, {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                // Lifetime 60 s, windows 10 s and 30 s; one second of age on arrival.
                // RFC 9111 section 4.2: fresh while the lifetime is greater than the age
                "0; ''; ''; fresh 59",
                "58; ''; ''; fresh 1",
                "59; ''; ''; stale while-revalidate if-error 0",
                "68; ''; ''; stale while-revalidate if-error 9",
                "69; ''; ''; stale if-error 10",
                "88; ''; ''; stale if-error 29",
                "89; ''; ''; validate",
                "0; Date: Sun, 22 Nov 2026 11:59:30 GMT; ''; fresh 30",
                // RFC 9111 section 4.2.4, RFC 5861: what forbids serving stale
                "59; Cache-Control: must-revalidate; ''; validate",
                "59; Cache-Control: proxy-revalidate; ''; validate",
                "59; Cache-Control: s-maxage=60; ''; validate",
                "59; Cache-Control: no-cache; ''; validate",
                "0; Cache-Control: must-revalidate; ''; fresh 59",
                // RFC 9213 section 2.2
                "59; CDN-Cache-Control: must-revalidate | Cache-Control: max-age=60; ''; validate",
                "59; CDN-Cache-Control: max-age=60 | Cache-Control: must-revalidate; '';"
                        + " stale while-revalidate if-error 0",
                // RFC 9111 section 5.2.1.4, 5.4
                "0; ''; Cache-Control: no-cache; validate",
                "0; ''; Pragma: no-cache; validate",
                "59; ''; Cache-Control: no-cache; validate",
                // RFC 9111 section 5.2.1.1
                "0; ''; Cache-Control: max-age=0; validate if-error",
                "9; ''; Cache-Control: max-age=10; fresh 50",
                "10; ''; Cache-Control: max-age=10; validate if-error",
                "59; ''; Cache-Control: max-age=100; validate if-error",
                "89; ''; Cache-Control: max-age=100; validate",
                "0; Cache-Control: must-revalidate; Cache-Control: max-age=0; validate",
                // RFC 9111 section 5.2.1.3
                "0; ''; Cache-Control: min-fresh=59; fresh 59",
                "0; ''; Cache-Control: min-fresh=60; validate if-error",
                "59; ''; Cache-Control: min-fresh=1; validate if-error",
                // RFC 9111 section 5.2.1.2
                "100; ''; Cache-Control: max-stale; stale while-revalidate 41",
                "100; ''; Cache-Control: max-stale=41; stale while-revalidate 41",
                "100; ''; Cache-Control: max-stale=40; validate",
                "100; Cache-Control: must-revalidate; Cache-Control: max-stale; validate",
                "100; ''; 'Cache-Control: max-stale, max-age=1000'; stale while-revalidate 41",
                "100; ''; 'Cache-Control: max-stale, max-age=10'; validate",
                "0; ''; Cache-Control: nothing-to-see-here | Pragma: foo; fresh 59"
            })
    void originLifetime(int later, String response, String request, String expected) {
        assertEquals(expected, verdict(response, request, true, later));
    }

    @ParameterizedTest(name = "{0} s later, {1}, {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                "0; ''; ''; fresh 59",
                "59; ''; ''; stale while-revalidate if-error 0",
                "89; ''; ''; validate",
                // a browser's reload must not empty the cache
                "0; ''; Cache-Control: no-cache; fresh 59",
                "0; ''; Pragma: no-cache; fresh 59",
                "0; ''; Cache-Control: max-age=0; fresh 59",
                "0; ''; Cache-Control: min-fresh=1000; fresh 59",
                "100; ''; Cache-Control: max-stale; validate",
                "59; Cache-Control: must-revalidate; ''; stale while-revalidate if-error 0",
                // the origin's clock is not trusted, its Age is
                "0; Date: Sun, 22 Nov 2026 11:00:00 GMT; ''; fresh 59",
                "0; Age: 20; ''; fresh 39"
            })
    void lifetimeOfTheRule(int later, String response, String request, String expected) {
        assertEquals(expected, verdict(response, request, false, later));
    }

    @Test
    void ageIsTheCurrentAge() {
        Reuse reuse = ReusePolicy.judge(
                Heads.stored("Date: Sun, 22 Nov 2026 11:00:00 GMT"),
                Heads.get(""),
                false,
                Heads.ARRIVED.plusSeconds(5));
        assertEquals(new Reuse.Fresh(Duration.ofSeconds(3605), Duration.ofSeconds(54)), reuse);
    }

    @ParameterizedTest(name = "Vary: {0}; {1} | {2}")
    @CsvSource(
            delimiter = ';',
            value = {
                // RFC 9111 section 4.1
                "RSC; ''; ''; fresh 59",
                "RSC; RSC: 1; rsc: 1; fresh 59",
                "RSC; RSC: 1; ''; mismatch rsc",
                "RSC; ''; RSC: 1; mismatch rsc",
                "RSC; ''; 'RSC:'; mismatch rsc",
                "'RSC, Accept'; Accept: a; Accept: b; mismatch accept",
                "Accept; 'Accept: a,b'; 'Accept: a , b'; fresh 59",
                "Accept; 'Accept: a, b'; 'Accept: a | Accept: b'; fresh 59",
                "Accept; 'Accept: a, b'; 'Accept: b, a'; mismatch accept",
                "Accept; 'Accept: \"a,b\"'; 'Accept: \"a, b\"'; mismatch accept",
                "*; ''; ''; mismatch *"
            })
    void varyChooses(String vary, String stored, String request, String expected) {
        Reuse reuse = ReusePolicy.judge(Heads.stored("Vary: " + vary, stored), Heads.get(request), true, Heads.ARRIVED);
        String verdict = reuse instanceof Reuse.Mismatch mismatch
                ? "mismatch " + mismatch.why()
                : "fresh " + ((Reuse.Fresh) reuse).timeToLive().toSeconds();
        assertEquals(expected, verdict);
    }
}
