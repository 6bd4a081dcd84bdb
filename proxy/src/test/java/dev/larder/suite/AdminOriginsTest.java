package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.Adjusted;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The admin address behind a proxy that ends TLS, and one of which nobody said that it is. */
class AdminOriginsTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m }
            """;

    private static final String ORDER = "{\"key\":\"item:id:x\"}";

    private static ProxyRig named;
    private static ProxyRig unnamed;

    @BeforeAll
    static void start() {
        unnamed = ProxyRig.with(RULES, (request, exchange) -> {
            exchange.respond(200, "well");
            return true;
        });
        named = ProxyRig.before(
                unnamed.origin(),
                unnamed.clock(),
                RULES,
                settings -> Adjusted.of(settings)
                        .adminOrigins("https://admin.example", "https://other.example:8443")
                        .done());
    }

    @AfterAll
    static void stop() {
        named.close();
        unnamed.close();
    }

    private static Answer post(ProxyRig rig, String host, String origin, String site) throws Exception {
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            return admin.send("POST /api/purge HTTP/1.1\r\nHost: " + host + "\r\n"
                            + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n")
                            + (site.isEmpty() ? "" : "Sec-Fetch-Site: " + site + "\r\n")
                            + "Content-Type: application/json\r\nContent-Length: " + ORDER.length() + "\r\n\r\n"
                            + ORDER)
                    .answer(false);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // The proxy passes the host on, or puts its own in; with a browser, and without.
        "admin.example, https://admin.example, same-origin, 200",
        "127.0.0.1:9090, https://admin.example, same-origin, 200",
        "admin.example, '', '', 200",
        "ADMIN.example, https://admin.example, '', 200",
        "other.example:8443, https://other.example:8443, same-origin, 200",
        "127.0.0.1:9090, http://127.0.0.1:9090, same-origin, 200",
        // Other names, other schemes and ports, and pages of other sites that ask as they may not.
        "elsewhere.example, '', '', 403",
        "admin.example, https://elsewhere.example, '', 403",
        "admin.example, https://admin.example.elsewhere.example, '', 403",
        "admin.example, https://admin.example:8443, '', 403",
        "other.example, '', '', 403",
        "admin.example, https://admin.example, cross-site, 403",
        "127.0.0.1:9090, null, '', 403"
    })
    void whoeverComesByAnOriginThatWasNamedIsAnswered(String host, String origin, String site, int status)
            throws Exception {
        assertEquals(status, post(named, host, origin, site).status());
    }

    @Test
    void whatIsRefusedSaysWhatToSet() throws Exception {
        Answer host = post(unnamed, "admin.example", "", "");
        assertEquals(403, host.status());
        assertTrue(host.text().contains("set admin-origins to where people reach it"), host.text());
        Answer origin = post(unnamed, "127.0.0.1:9090", "https://admin.example", "same-origin");
        assertEquals(403, origin.status());
        assertTrue(origin.text().contains("set admin-origins: [https://admin.example]"), origin.text());
    }

    @Test
    void anOddOriginIsNotRepeated() throws Exception {
        Answer odd = post(unnamed, "127.0.0.1:9090", "https://<script>", "");
        assertEquals(403, odd.status());
        assertTrue(odd.text().contains("pages of other sites are not answered\""), odd.text());
    }
}
