package dev.larder.suite;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import dev.larder.cli.Wiring;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.TestClock;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Before a server that somebody else wrote: what it frames, larder stores and serves. */
@NullUnmarked
class WireMockTest {

    private static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 60s
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}"]
            """;

    @Test
    void anUnchangedServerIsAskedOnceUntilItIsWrittenTo() throws Exception {
        WireMockServer backend =
                new WireMockServer(WireMockConfiguration.options().dynamicPort());
        backend.start();
        try {
            backend.stubFor(get(urlEqualTo("/items/1"))
                    .willReturn(
                            aResponse().withHeader("Content-Type", "text/plain").withBody("first")));
            backend.stubFor(put(urlEqualTo("/items/1")).willReturn(aResponse().withStatus(204)));
            Wiring.Started started = Wiring.start(
                    ProxyRig.settings(backend.port()),
                    ProxyRig.rulebook(RULES),
                    name -> Optional.empty(),
                    new TestClock().clocks());
            try (Wiring sidecar = ((Wiring.Started.Running) started).sidecar();
                    RawClient client = RawClient.connect(sidecar.address())) {
                assertEquals("first", client.get("/items/1").text());
                RawClient.Answer hit = client.get("/items/1");
                assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
                assertEquals("first", hit.text());
                backend.verify(1, getRequestedFor(urlEqualTo("/items/1")));

                backend.stubFor(
                        get(urlEqualTo("/items/1")).willReturn(aResponse().withBody("second")));
                assertEquals(204, client.request("PUT", "/items/1", "x").status());
                assertEquals("second", client.get("/items/1").text());
                backend.verify(2, getRequestedFor(urlEqualTo("/items/1")));
            }
        } finally {
            backend.stop();
        }
    }
}
