package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code larder bypass on|off}. */
class BypassCommandTest {

    private static final String RULES = """
            version: 1
            routes:
              - { name: item, get: "/item/{id}", ttl: 5m }
            """;

    private static String larder(int exit, String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        assertEquals(exit, line.execute(arguments), said::toString);
        return said.toString();
    }

    @Test
    void theCacheOfARunningSidecarIsSwitchedOffAndOn() throws Exception {
        try (ProxyRig rig = ProxyRig.with(RULES, (request, exchange) -> {
                    exchange.respond(200, "x");
                    return true;
                });
                RawClient client = rig.client()) {
            String admin = "http://127.0.0.1:" + rig.sidecar().adminAddress().getPort();
            assertTrue(larder(0, "bypass", "on", "--admin", admin).startsWith("the cache is off since "));
            client.get("/item/1");
            assertEquals(
                    "larder; fwd=bypass; detail=switched-off",
                    client.get("/item/1").cacheStatus());
            assertTrue(larder(0, "bypass", "off", "--admin", admin).startsWith("the cache is on since "));
            client.get("/item/1");
            assertTrue(client.get("/item/1").cacheStatus().startsWith("larder; hit"));
        }
    }

    @Test
    void whatIsNeitherOnNorOffIsRefused() {
        assertTrue(larder(2, "bypass", "maybe").contains("maybe"));
        assertTrue(larder(1, "bypass", "on", "--admin", "http://127.0.0.1:1").contains("no sidecar answers at"));
    }

    @Test
    void aSettingThatIsAFlagNeedsNoValue() {
        CommandLine.ParseResult run = Main.commandLine()
                .parseArgs("run", "--observe", "--bypass=false")
                .subcommand();
        assertEquals("true", run.matchedOptionValue("--observe", ""));
        assertEquals("false", run.matchedOptionValue("--bypass", ""));
    }
}
