package dev.larder.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.larder.cli.Launch;
import dev.larder.rig.Gate;
import dev.larder.rig.RawClient;
import dev.larder.rig.RawClient.Answer;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A changed rules file takes effect between two requests, as a whole or not at all. */
class ReloadTest {

    private static final String TWO = """
            version: 1
            routes:
              - { name: a, get: "/a/{id}", ttl: 5m }
              - { name: b, get: "/b/{id}", ttl: 5m }
            """;

    /** What a write changes is found by {@code b} here, and by {@code c} in the other one. */
    private static final String BY_B = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m, key: { id: path.id, b: query.b }, query: { other: ignore } }
            purges:
              - { name: written, when: "POST /write/{b}", purge: [{ route: item, where: { b: "{b}" } }] }
            """;

    private static final String BY_C =
            BY_B.replace("b: query.b", "c: query.c").replace("{b}", "{c}").replace("{ b: \"{c}\" }", "{ c: \"{c}\" }");

    private static final String VISITORS = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, resolve: { get: /me, claims: { id: /id }, ttl: 5m } }
            routes:
              - { name: mine, get: "/mine", access: { id: "7" }, key: { id: identity.id }, ttl: 5m }
            """;

    private static final String BEARERS = """
            version: 1
            identity:
              api: { credential: { header: Authorization }, jwt: { algorithms: [ES256], jwks: keys.json } }
            routes:
              - { name: mine, get: "/mine", access: { id: "7" }, key: { id: identity.id }, ttl: 5m }
            """;

    private static final String NOBODY = "larder; fwd=bypass; detail=no-identity";

    @TempDir
    private Path folder;

    private final AtomicReference<String> value = new AtomicReference<>("old");
    private final Gate gate = new Gate();
    private ScriptedOrigin origin;
    private Launch sidecar;
    private final HttpClient admin = HttpClient.newHttpClient();

    @BeforeEach
    void startOrigin() {
        origin = ScriptedOrigin.start((request, exchange) -> {
            if (request.target().equals("/me")) {
                exchange.respond(200, "{\"id\":7}");
                return true;
            }
            String now = value.get();
            if (request.target().contains("slow") || request.method().equals("POST")) {
                gate.pass();
            }
            exchange.respond(200, now);
            return true;
        });
    }

    @AfterEach
    void stop() {
        gate.open();
        sidecar.close();
        origin.close();
    }

    private Path file() {
        return folder.resolve("rules.yaml");
    }

    private void start(String rules) throws Exception {
        Files.writeString(file(), rules);
        sidecar = Launch.start(
                Map.of(
                        "listen", "127.0.0.1:0",
                        "admin", "127.0.0.1:0",
                        "backend", "http://127.0.0.1:" + origin.port(),
                        "threads", "2",
                        "truth-sampling", "0",
                        "rules", file().toString()),
                Map.of());
    }

    private String status() throws Exception {
        return admin.send(
                        HttpRequest.newBuilder(URI.create("http://" + sidecar.adminAddress() + "/status"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** As an editor does that leaves no half file behind; returns when the sidecar has come to an end with it. */
    private String change(String rules) throws Exception {
        String before = lastReload();
        Path next = folder.resolve("next");
        Files.writeString(next, rules);
        Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        Until.holds("the file is looked at", () -> !lastReload().equals(before));
        return lastReload();
    }

    private String lastReload() throws Exception {
        String status = status();
        return status.substring(status.indexOf("\"lastReload\""), status.indexOf("\"connections\""));
    }

    private RawClient client() {
        int colon = sidecar.address().lastIndexOf(':');
        return RawClient.connect(new InetSocketAddress(
                sidecar.address().substring(0, colon),
                Integer.parseInt(sidecar.address().substring(colon + 1))));
    }

    private static boolean isHit(Answer answer) {
        return answer.cacheStatus().startsWith("larder; hit");
    }

    @Test
    void aShortenedLifetimeTakesEffectOnWhatIsStoredAndLeavesOtherRoutesAlone() throws Exception {
        start(TWO);
        try (RawClient client = client()) {
            client.get("/a/1");
            client.get("/b/1");
            assertTrue(isHit(client.get("/a/1")));
            String told = change(TWO.replaceFirst("ttl: 5m", "ttl: 1m"));
            assertTrue(told.contains("\"applied\":true"), told);
            assertTrue(told.contains("{\"route\":\"a\",\"what\":[\"ttl 5m to 1m\"],\"keepsStored\":false}"), told);
            assertTrue(isHit(client.get("/b/1")));
            assertEquals(
                    "larder; fwd=uri-miss; stored",
                    client.get("/a/1").cacheStatus().replace("vary", "uri"));
            String left = client.get("/a/1").cacheStatus();
            assertTrue(left.matches("larder; hit; ttl=[1-6]?[0-9]"), left);
        }
    }

    @Test
    void routesComeAndGoOnAnOpenConnection() throws Exception {
        start(TWO);
        try (RawClient client = client()) {
            client.get("/b/1");
            String told = change(TWO.replace("name: b, get: \"/b/", "name: c, get: \"/c/"));
            assertTrue(told.contains("\"added\":[\"c\"],\"removed\":[\"b\"]"), told);
            assertEquals(
                    "larder; fwd=bypass; detail=no-route", client.get("/b/1").cacheStatus());
            client.get("/c/1");
            assertTrue(isHit(client.get("/c/1")));
        }
    }

    @Test
    void aBrokenFileIsRefusedWithAllItsProblemsAndTheOldOneStays() throws Exception {
        start(TWO);
        try (RawClient client = client()) {
            client.get("/a/1");
            String told = change(TWO.replace("ttl: 5m }", "ttl: 5 minuts }"));
            assertTrue(told.contains("\"applied\":false"), told);
            assertTrue(told.contains(":3:") && told.contains(":4:"), told);
            assertTrue(isHit(client.get("/a/1")));
            told = change(TWO.replaceFirst("ttl: 5m", "ttl: 1m"));
            assertTrue(told.contains("\"applied\":true"), told);
        }
    }

    @Test
    void aFileThatIsGoneIsRefusedAndTheOldRulesStay() throws Exception {
        start(TWO);
        String before = lastReload();
        Files.delete(file());
        Until.holds("it is missed", () -> !lastReload().equals(before));
        assertTrue(lastReload().contains("there is no such file"), lastReload());
        try (RawClient client = client()) {
            client.get("/a/1");
            assertTrue(isHit(client.get("/a/1")));
        }
    }

    @Test
    void aRequestInFlightEndsByTheRulesItBeganWith() throws Exception {
        start(TWO);
        try (RawClient early = client();
                RawClient late = client()) {
            early.send("GET /a/slow HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            gate.awaitArrivals(1);
            change(TWO.replace("name: a, get: \"/a/", "name: c, get: \"/c/"));
            gate.open();
            assertEquals("larder; fwd=uri-miss; stored", early.answer(false).cacheStatus());
            assertEquals(
                    "larder; fwd=bypass; detail=no-route", late.get("/a/slow").cacheStatus());
        }
    }

    @Test
    void aFetchByOlderRulesIsNotSharedWithThoseWhoGoByLaterOnes() throws Exception {
        start(TWO);
        try (RawClient early = client();
                RawClient late = client()) {
            early.send("GET /a/slow HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            gate.awaitArrivals(1);
            change(TWO.replaceFirst("ttl: 5m", "ttl: 1m"));
            late.send("GET /a/slow HTTP/1.1\r\nHost: courses.test\r\n\r\n");
            gate.awaitArrivals(1);
            gate.open();
            assertEquals(200, early.answer(false).status());
            assertEquals(200, late.answer(false).status());
            assertEquals(2, origin.count("/a/slow"));
        }
    }

    @Test
    void aWriteThatBeganByOlderRulesPurgesWhatIsStoredByLaterOnes() throws Exception {
        start(BY_B);
        try (RawClient writer = client();
                RawClient reader = client()) {
            writer.send("POST /write/1 HTTP/1.1\r\nHost: courses.test\r\nContent-Length: 0\r\n\r\n");
            gate.awaitArrivals(1);
            change(BY_C);
            reader.get("/item/1?c=1");
            assertTrue(isHit(reader.get("/item/1?c=1")));
            value.set("new");
            gate.open();
            assertEquals(200, writer.answer(false).status());
            assertEquals("new", reader.get("/item/1?c=1").text());
        }
    }

    @Test
    void goingBackToEarlierRulesBringsNothingBackThatWasWrittenInBetween() throws Exception {
        start(BY_B);
        gate.open();
        try (RawClient client = client()) {
            client.get("/item/1?b=1");
            assertTrue(isHit(client.get("/item/1?b=1")));
            change(BY_C);
            value.set("new");
            assertEquals(200, client.request("POST", "/write/1", "").status());
            change(BY_B);
            assertEquals("new", client.get("/item/1?b=1").text());
        }
    }

    @Test
    void whoVisitorsAreIsKeptUnlessTheirIdentityIsAnother() throws Exception {
        start(VISITORS);
        try (RawClient client = client()) {
            client.get("/mine", "Cookie: sid=s1");
            Until.holds("it is stored", () -> isHit(client.get("/mine", "Cookie: sid=s1")));
            assertEquals(1, origin.count("/me"));
            change(VISITORS.replace("key: { id: identity.id }, ttl: 5m", "key: { id: identity.id }, ttl: 1m"));
            Until.holds("it is stored again", () -> isHit(client.get("/mine", "Cookie: sid=s1")));
            assertEquals(1, origin.count("/me"));
            String told = change(VISITORS.replace("claims: { id: /id }", "claims: { id: /id, name: /name }"));
            assertTrue(told.contains("identity session changed"), told);
            Until.holds("it is stored once more", () -> isHit(client.get("/mine", "Cookie: sid=s1")));
            assertEquals(2, origin.count("/me"));
        }
    }

    // ---- keys that a rules file names ----------------------------------------------------------------------------

    private static ECKey key() throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    }

    private static String bearer(ECKey key) throws JOSEException {
        JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.ES256), new Payload("{\"sub\":\"7\"}"));
        token.sign(new ECDSASigner(key));
        return "Authorization: Bearer " + token.serialize();
    }

    private void writeKeys(String keys) throws Exception {
        Path next = Files.writeString(folder.resolve("next-keys"), keys);
        Files.move(next, folder.resolve("keys.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void aChangedKeyFileTakesEffectAndEndsWhatItsOldKeysSigned() throws Exception {
        ECKey first = key();
        ECKey second = key();
        writeKeys(new JWKSet(first.toPublicJWK()).toString());
        start(BEARERS);
        try (RawClient client = client()) {
            client.get("/mine", bearer(first));
            Until.holds("it is stored", () -> isHit(client.get("/mine", bearer(first))));
            assertEquals(NOBODY, client.get("/mine", bearer(second)).cacheStatus());
            String before = lastReload();
            writeKeys(new JWKSet(second.toPublicJWK()).toString());
            Until.holds("the keys are looked at", () -> !lastReload().equals(before));
            assertTrue(lastReload().contains("\"applied\":true"), lastReload());
            assertEquals(NOBODY, client.get("/mine", bearer(first)).cacheStatus());
            client.get("/mine", bearer(second));
            Until.holds("it is stored for the new key", () -> isHit(client.get("/mine", bearer(second))));
            String good = lastReload();
            writeKeys("<html>");
            Until.holds("the broken file is looked at", () -> !lastReload().equals(good));
            assertTrue(lastReload().contains("\"applied\":false"), lastReload());
            assertTrue(isHit(client.get("/mine", bearer(second))));
            assertEquals(NOBODY, client.get("/mine", bearer(first)).cacheStatus());
        }
    }
}
