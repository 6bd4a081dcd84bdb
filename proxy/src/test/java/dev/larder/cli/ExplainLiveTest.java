package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code larder explain --live}. */
class ExplainLiveTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m }
            """;

    private static String explain(int exit, String admin, String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        String[] all = new String[arguments.length + 4];
        all[0] = "explain";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--live";
        all[arguments.length + 2] = "--admin";
        all[arguments.length + 3] = admin;
        assertEquals(exit, line.execute(all), said::toString);
        return said.toString();
    }

    @Test
    void whatIsStoredNowIsSaidBesideWhatTheRulesSay() throws Exception {
        try (ProxyRig rig = ProxyRig.with(RULES, (request, exchange) -> {
                    exchange.respond(200, "twelve bytes");
                    return true;
                });
                RawClient client = rig.client()) {
            String admin = "http://127.0.0.1:" + rig.sidecar().adminAddress().getPort();
            String before = explain(0, admin, "GET", "/item/1", "-H", "Host: courses.test");
            assertTrue(before.contains("key         item:id:1"), before);
            assertTrue(before.contains("stored now  no (absent)"), before);
            client.get("/item/1");
            client.get("/item/1");
            String after = explain(0, admin, "GET", "/item/1", "-H", "Host: courses.test");
            assertTrue(
                    after.matches(
                            "(?s).*stored now {2}fresh, status 200, [0-9]+ s old, [0-9]+ s left, 12 bytes, stored by \\S+\n"),
                    after);
            assertEquals(after, explain(0, admin, "GET", "/item/1"), "without the host it is looked for where all is");
            String elsewhere = explain(0, admin, "GET", "/item/1", "-H", "Host: other.test");
            assertTrue(elsewhere.contains("stored now  no (absent) of http://other.test"), elsewhere);
        }
    }

    @Test
    void thatThereIsNoSidecarIsSaidInOneLine() {
        String said = explain(1, "http://127.0.0.1:1", "GET", "/item/1");
        assertTrue(
                said.startsWith("larder: no sidecar answers at http://127.0.0.1:1 (java.net.ConnectException"), said);
    }
}
