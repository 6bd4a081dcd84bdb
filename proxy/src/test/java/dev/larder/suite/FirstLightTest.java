package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import org.junit.jupiter.api.Test;

class FirstLightTest {

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
    void aMissIsFollowedByAHitAndAWriteMakesTheNextReadAMiss() throws Exception {
        try (ProxyRig rig = ProxyRig.with(RULES, (request, exchange) -> {
                    exchange.respond(200, request.method() + " " + request.target(), "Content-Type: text/plain");
                    return true;
                });
                RawClient client = rig.client()) {
            RawClient.Answer miss = client.get("/items/1");
            assertEquals("larder; fwd=uri-miss; stored", miss.cacheStatus());
            RawClient.Answer hit = client.get("/items/1");
            assertTrue(hit.cacheStatus().startsWith("larder; hit"), hit.cacheStatus());
            assertEquals(miss.text(), hit.text());
            client.get("/items/2");
            RawClient.Answer write = client.request("PUT", "/items/1", "x");
            assertEquals("PUT /items/1", write.text());
            assertEquals("larder; fwd=uri-miss; stored", client.get("/items/1").cacheStatus());
            assertTrue(client.get("/items/2").cacheStatus().startsWith("larder; hit"));
            assertEquals(
                    "larder; fwd=bypass; detail=no-route", client.get("/other").cacheStatus());
        }
    }
}
