package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WrkTest {
    @Test
    void resultIsFoundAmongWhatWrkPrints() throws IOException {
        Wrk.Result result = Wrk.parse("""
                Running 1s test @ http://127.0.0.1:8080
                  1 threads and 64 connections
                  Thread Stats   Avg      Stdev     Max   +/- Stdev
                    Latency     1.02ms  300.00us   9.00ms   90.00%
                  66000 requests in 1.10s, 80.00MB read
                Requests/sec:  60000.00
                @@result {"requests":66000,"micros":1100000,"notConnected":1,"notRead":2,"notWritten":4,"status":8,"timedOut":16,"medianMicros":71}
                """);
        assertEquals(60_000, result.perSecond(), 1e-6);
        assertEquals(31, result.errors());
        assertEquals(71, result.medianMicros());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unable to connect to 127.0.0.1:1 Connection refused", "@@result nothing", "@@result"})
    void otherOutputIsAnErrorThatShowsIt(String said) {
        IOException failure = assertThrows(IOException.class, () -> Wrk.parse(said));
        assertTrue(String.valueOf(failure.getMessage()).contains(said.strip()), failure.getMessage());
    }

    @Test
    void scriptSendsTheHeadOfABrowser() {
        String script = WrkScript.text("127.0.0.1:9", Target.one("/a?b="), 5);
        assertTrue(script.contains("local prefix = \"GET /a?b=\""), script);
        assertTrue(script.contains("Host: 127.0.0.1:9\\r\\n"), script);
        assertTrue(script.contains("Sec-Ch-Ua: \\\"Chromium\\\""), script);
        assertTrue(script.contains("n % many + 1"), script);
    }
}
