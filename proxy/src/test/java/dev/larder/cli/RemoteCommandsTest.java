package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that ask a running sidecar, against one. */
@NullUnmarked
class RemoteCommandsTest {

    private static final String RULES = """
            version: 1
            identity:
              session: { credential: { cookie: sid }, opaque: true }
            routes:
              - name: item
                get: "/item/{id}"
                access: public
                key: { id: path.id, page: { from: query.page, type: int, default: 1, min: 1 } }
                ttl: 5m
                tags: ["item:{id}"]
              - { name: file, get: "/file/{rest*}", access: public, ttl: 5m }
              - { name: short, get: "/short/{id}", access: public, ttl: 1s }
              - { name: shown, get: "/shown", access: public, key: { as: header.X-As }, ttl: 5m }
              - { name: mine, get: "/mine/{id}", access: { id: "*" }, key: { id: path.id, who: identity.id }, ttl: 5m }
            purges:
              - { name: item-changed, when: ["PUT /item/{id}"], purge: ["item:id:{id}:*"] }
            """;

    private static final String TOKEN = "a-token-of-sixteen-and-more";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static ScriptedOrigin origin;
    private static Launch sidecar;

    @BeforeAll
    static void start() throws Exception {
        origin = ScriptedOrigin.start((request, exchange) -> {
            if (request.target().contains("broken")) {
                exchange.respond(503, "no");
            } else if (request.target().contains("private")) {
                exchange.respond(200, "yours", "Cache-Control: private");
            } else {
                exchange.respond(200, "body of " + request.target());
            }
            return true;
        });
        Files.writeString(rules(), RULES);
        sidecar = Launch.start(
                Map.of(
                        "listen",
                        "127.0.0.1:0",
                        "admin",
                        "127.0.0.1:0",
                        "admin-token",
                        TOKEN,
                        "backend",
                        "http://127.0.0.1:" + origin.port(),
                        "threads",
                        "2",
                        "rules",
                        rules().toString()),
                Map.of());
    }

    @AfterAll
    static void stop() {
        sidecar.close();
        origin.close();
    }

    private static Path rules() {
        return folder.resolve("rules.yaml");
    }

    // ---- how they are asked --------------------------------------------------------------------------------------

    private record Ran(int exit, String out, String err) {
        JsonNode json() throws Exception {
            return MAPPER.readTree(out);
        }

        List<String> lines() {
            return out.lines().toList();
        }
    }

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return new Ran(line.execute(arguments), out.toString(), err.toString());
    }

    /** A command that goes well. */
    private static Ran ask(String... arguments) {
        Ran ran = run(with("http://" + sidecar.adminAddress(), arguments));
        assertEquals(0, ran.exit(), () -> ran.err() + ran.out());
        return ran;
    }

    private static String[] with(String admin, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--admin");
        all.add(admin);
        return all.toArray(String[]::new);
    }

    private static void visit(String... targets) throws Exception {
        try (RawClient client = RawClient.connect(loopback(sidecar.address()))) {
            for (String target : targets) {
                client.get(target);
            }
        }
    }

    private static InetSocketAddress loopback(String address) {
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    private static boolean isListed(String key) {
        return ask("keys", key).out().contains(key + " ");
    }

    private static boolean isFresh(String target) {
        return ask("explain", "GET", target, "-H", "Host: shop.test", "--live")
                .out()
                .contains("stored now  fresh");
    }

    // ---- what they say -------------------------------------------------------------------------------------------

    @Test
    void statsShowsRoutesInAlignedColumnsAndWhyRequestsWereNoHits() throws Exception {
        visit("/item/stats", "/item/stats", "/item/stats?debug=1");
        Until.holds(
                "all are counted",
                () -> MAPPER.readTree(ask("stats", "--json").out())
                                .at("/routes/item/bypasses")
                                .asLong()
                        >= 1);
        Ran shown = ask("stats");
        String head = shown.lines().stream()
                .filter(line -> line.startsWith("ROUTE"))
                .findFirst()
                .orElseThrow();
        String item = shown.lines().stream()
                .filter(line -> line.startsWith("item "))
                .findFirst()
                .orElseThrow();
        int end = head.indexOf("REQUESTS") + "REQUESTS".length();
        assertTrue(item.substring(0, end).matches("item +[0-9]+"), shown.out());
        assertTrue(item.charAt(end) == ' ', shown.out());
        assertTrue(shown.out().contains("store memory, usable"), shown.out());
        assertTrue(shown.out().matches("(?s).*[0-9]+ +item +not looked up +unnamed-query-parameter.*"), shown.out());
        assertFalse(shown.out().contains("\u001b"), "no colours where nobody looks");
    }

    @Test
    void statsRanksRoutesByWhatALongerLifetimeCouldSave() throws Exception {
        Until.holds("something has expired", () -> {
            visit("/short/lived");
            return MAPPER.readTree(ask("stats", "--json").out())
                            .at("/routes/short/expired")
                            .asLong()
                    >= 1;
        });
        Ran shown = ask("stats");
        assertTrue(
                shown.out()
                        .matches("(?s).*LONGER LIFETIME FOR +COULD SAVE S +.*\nshort +[0-9.]+ +[1-9][0-9]* +[0-9.]+.*"),
                shown.out());
    }

    @Test
    void watchingShowsViewAfterViewUntilThereAreEnough() {
        Ran json = ask("stats", "--watch", "--count", "3", "--interval", "100ms", "--json");
        assertEquals(3, json.lines().size());
        Ran shown = ask("stats", "--watch", "--count", "2", "--interval", "100ms");
        assertEquals(
                2,
                shown.lines().stream().filter(line -> line.startsWith("ROUTE")).count());
    }

    @Test
    void topShowsRoutesAndTheHottestKeys() throws Exception {
        String[] often = new String[200];
        Arrays.fill(often, "/item/hot");
        visit(often);
        // One request in eight is counted: 200 of them are not all left out but once in 10^11.
        Until.holds("it is counted", () -> ask("top", "--json").out().contains("item:id:hot:page:1"));
        Ran shown = ask("top", "--count", "1");
        assertTrue(shown.out().contains("REQUESTS/S"), shown.out());
        assertTrue(shown.out().matches("(?s).*~[0-9]+ +[0-9.]+ +item:id:hot:page:1\n.*"), shown.out());
    }

    @Test
    void keysAreListedByPatternWithStateAndAge() throws Exception {
        visit("/item/listed");
        Until.holds("it is stored", () -> isListed("item:id:listed:page:1"));
        Ran shown = ask("keys", "item:id:listed:*");
        assertTrue(
                shown.out().matches("(?s)KEY .*\nitem:id:listed:page:1 +fresh +200 +[0-9]+s +[0-9ms]+ +[0-9]+ B .*"),
                shown.out());
        assertTrue(shown.err().contains("1 key of "), shown.err());
        JsonNode page = ask("keys", "item:id:listed:*", "--json").json();
        assertEquals("item:id:listed:page:1", page.at("/keys/0/key").asText());
        Ran none = ask("keys", "nothing:*");
        assertEquals(1, none.lines().size());
        assertTrue(none.err().startsWith("0 keys of "), none.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"item:id:KIND:page:1", "item:id:KIND:*", "--tag=item:KIND", "--route=item --where=id=KIND"})
    void aPreviewHitsNothingAndAPurgeWhatThePreviewSaid(String aim) throws Exception {
        String id = "purged" + Integer.toHexString(aim.hashCode());
        visit("/item/" + id, "/item/" + id);
        List<String> order = new ArrayList<>(List.of("purge"));
        order.addAll(List.of(aim.replace("KIND", id).split(" ", -1)));
        Until.holds("it is stored", () -> isListed("item:id:" + id + ":page:1"));
        order.add("--preview");
        Ran preview = ask(order.toArray(String[]::new));
        assertTrue(preview.out().startsWith("would purge by these groups:\n"), preview.out());
        assertTrue(preview.out().contains("\n  item:id:" + id + ":page:1\n"), preview.out());
        assertTrue(isListed("item:id:" + id + ":page:1"));
        order.remove("--preview");
        assertTrue(ask(order.toArray(String[]::new)).out().startsWith("purged by these groups:\n"));
        Ran after = ask("explain", "GET", "/item/" + id, "-H", "Host: localhost", "--live");
        assertTrue(after.out().contains("stored now  no"), after.out());
    }

    @Test
    void aPurgeOfNothingThatThereIsFailsAndOneThatIsNotUnderstoodIsNotSent() {
        String admin = "http://" + sidecar.adminAddress();
        Ran nothing = run(with(admin, "purge", "no-such-route:*"));
        assertEquals(1, nothing.exit());
        assertTrue(nothing.err().startsWith("larder: the sidecar refuses: "), nothing.err());
        assertEquals(2, run(with(admin, "purge")).exit());
        assertEquals(2, run(with(admin, "purge", "item:*", "--tag", "item:1")).exit());
        assertEquals(2, run(with(admin, "purge", "item:*", "--where", "id=1")).exit());
    }

    @Test
    void rulesAndReloadSayWhatIsInForceAndWhatIsRefused() throws Exception {
        Ran rules = ask("rules");
        assertTrue(rules.out().matches("(?s).*\nitem +/item/\\{id\\} +- +- +5m +[0-9a-f]+\n.*"), rules.out());
        assertTrue(rules.out().contains("purges: item-changed"), rules.out());
        String fingerprint = ask("rules", "--json").json().get("fingerprint").asText();
        assertTrue(rules.out().contains(fingerprint));
        assertTrue(ask("reload").out().contains("nothing has changed"));
        try {
            Files.writeString(rules(), RULES.replace("ttl: 5m", "ttl: 5 minuts"));
            Ran refused = run(with("http://" + sidecar.adminAddress(), "reload"));
            assertEquals(1, refused.exit());
            assertTrue(refused.out().startsWith("refused ("), refused.out());
            assertTrue(refused.out().contains("5 minuts"), refused.out());
            assertEquals(
                    fingerprint,
                    ask("rules", "--json").json().get("fingerprint").asText());
        } finally {
            Files.writeString(rules(), RULES);
            ask("reload");
        }
    }

    @Test
    void explainLiveHasTheJsonOfTheAdminAddressToo() throws Exception {
        JsonNode json =
                ask("explain", "GET", "/item/1?debug=1", "--live", "--json").json();
        assertFalse(json.get("cached").asBoolean());
        assertEquals("unnamed-query-parameter:debug", json.get("reason").asText());
        assertEquals(2, run("explain", "GET", "/item/1", "--json").exit());
    }

    // ---- who may ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"stats", "top", "keys", "purge item:*", "rules", "reload"})
    void thatThereIsNoSidecarIsSaidInOneLine(String command) {
        Ran ran = run(with("http://127.0.0.1:1", command.split(" ", -1)));
        assertEquals(1, ran.exit());
        assertTrue(ran.err().startsWith("larder: no sidecar answers at http://127.0.0.1:1 ("), ran.err());
        assertEquals(1, ran.err().lines().count(), ran.err());
    }

    @Test
    void addressAndTokenComeOfTheSettingsFile() throws Exception {
        Path settings = folder.resolve("larder.yaml");
        Files.writeString(settings, "admin: \"" + sidecar.adminAddress() + "\"\nadmin-token: " + TOKEN + "\n");
        assertEquals(0, run("stats", "--config", settings.toString()).exit());
        Files.writeString(settings, "admin: \"" + sidecar.adminAddress() + "\"\nadmin-token: another-one-of-sixteen\n");
        Ran other = run("stats", "--config", settings.toString());
        assertEquals(1, other.exit());
        assertTrue(other.err().contains("this is not the admin-token; the token shown is another one"), other.err());
        assertFalse(other.err().contains("another-one-of-sixteen"), "no token in a message");
        Files.writeString(settings, "adminn: x\n");
        Ran broken = run("stats", "--config", settings.toString());
        assertEquals(1, broken.exit());
        assertTrue(broken.err().contains("adminn"), broken.err());
    }

    // ---- warm -------------------------------------------------------------------------------------------------------

    private static Ran warm(int exit, String list, String... more) throws Exception {
        Path file = Files.writeString(Files.createTempFile(folder, "warm", ".txt"), list);
        List<String> arguments = new ArrayList<>(
                List.of("warm", file.toString(), "--to", "http://" + sidecar.address(), "--rate", "1000", "--json"));
        arguments.addAll(List.of(more));
        Ran ran = run(with("http://" + sidecar.adminAddress(), arguments.toArray(String[]::new)));
        assertEquals(exit, ran.exit(), () -> ran.err() + ran.out());
        return ran;
    }

    /** What one sidecar has noted at its end, another one is asked for. */
    @Test
    void warmAsksForTheHottestPublicKeysOfTheLastRun() throws Exception {
        Path noted = folder.resolve("last-run.json");
        Path settings = Files.writeString(folder.resolve("last-run.yaml"), "last-run-file: " + noted + "\n");
        String to = "http://" + sidecar.address();
        String[] known = {
            "warm", "--last-run", "--config", settings.toString(), "--to", to, "--host", "shop.test", "--rate", "1000"
        };
        Ran before = run(with("http://" + sidecar.adminAddress(), known));
        assertEquals(1, before.exit());
        assertTrue(before.err().contains("no run that had the setting last-run-file has ended yet"), before.err());
        try (Launch other = Launch.start(
                        Map.of(
                                "listen",
                                "127.0.0.1:0",
                                "admin",
                                "127.0.0.1:0",
                                "last-run-file",
                                noted.toString(),
                                "backend",
                                "http://127.0.0.1:" + origin.port(),
                                "rules",
                                rules().toString()),
                        Map.of());
                RawClient client = RawClient.connect(loopback(other.address()));
                RawClient admin = RawClient.connect(loopback(other.adminAddress()))) {
            // One request in eight is counted, by chance.
            for (String target : List.of("/item/again?page=2", "/item/again2")) {
                Until.holds("it is among the most frequent", () -> {
                    client.get(target);
                    admin.send("GET /api/top HTTP/1.1\r\nHost: localhost\r\n\r\n");
                    return admin.answer(false)
                            .text()
                            .contains(target.substring(6).replaceAll("\\?.*", ":"));
                });
            }
        }
        JsonNode keys = MAPPER.readTree(Files.readString(noted)).get("keys");
        assertEquals(
                Set.of("item:id:again:page:2", "item:id:again2:page:1"),
                Set.of(keys.get(0).get("key").asText(), keys.get(1).get("key").asText()));
        Ran ran = run(with("http://" + sidecar.adminAddress(), known));
        assertEquals(0, ran.exit(), ran.err());
        Until.holds("both are stored", () -> isFresh("/item/again?page=2") && isFresh("/item/again2"));
    }

    @Test
    void warmSaysWhatIsMissingForTheLastRun() throws Exception {
        Path settings = Files.writeString(folder.resolve("no-last-run.yaml"), "threads: 1\n");
        Ran unset = run("warm", "--last-run", "--config", settings.toString());
        assertEquals(2, unset.exit());
        assertTrue(unset.err().contains("the setting last-run-file names no file"), unset.err());
        Ran nothing = run("warm");
        assertEquals(2, nothing.exit());
        assertTrue(nothing.err().contains("expected a FILE, or --last-run"), nothing.err());
    }

    @Test
    void warmAsksForWhatMayBeStoredAndCountsWhatItSkips() throws Exception {
        JsonNode came = warm(0, """
                # what the shop begins with
                /item/warm1
                http://shop.test/item/warm1
                /item/warm1#reviews
                /file/a/b%20c
                /item/warm2?debug=1
                /mine/7
                /nowhere
                /item/private
                not a line
                """).json();
        assertEquals(4, came.get("asked").asInt(), came::toPrettyString);
        assertEquals(3, came.get("stored").asInt(), came::toPrettyString);
        assertEquals("{\"private\":1}", came.get("notStored").toString());
        assertEquals(
                "{\"no-credential\":1,\"no-route\":1,\"unnamed-query-parameter\":1,\"unreadable-line\":1}",
                came.get("skipped").toString());
        Until.holds("it is stored", () -> isFresh("/item/warm1"));
        JsonNode again = warm(0, "http://shop.test/item/warm1").json();
        assertEquals("{\"stored-already\":1}", again.get("skipped").toString(), again::toPrettyString);
        assertEquals(0, origin.count("/mine/7") + origin.count("/nowhere"));
    }

    @Test
    void warmReadsAccessLogsAndKeys() throws Exception {
        JsonNode came = warm(0, """
                127.0.0.1 - - [23/Nov/2026:07:00:00 +0000] "GET /item/log1?page=2 HTTP/1.1" 200 12
                127.0.0.1 - ann [23/Nov/2026:07:00:00 +0000] "GET /item/log2 HTTP/1.1" 200 12 "-" "a browser"
                127.0.0.1 - - [23/Nov/2026:07:00:00 +0000] "POST /item/log3 HTTP/1.1" 200 12
                127.0.0.1 - - [23/Nov/2026:07:00:00 +0000] "GET /item/log4 HTTP/1.1" 404 12
                {"time":"2026-11-23T07:00:00Z","method":"GET","route":"item","key":"item:id:log5:page:3","status":200}
                {"time":"2026-11-23T07:00:00Z","method":"GET","status":200,"result":"bypass"}
                {"keys":[{"key":"item:id:log6:page:1","requests":80},{"key":"file:rest:a%2Flog7","site":"http://shop.test"}]}
                {"keys":[{"key":"mine:id:1:who:abc"},{"key":"gone:id:1"},{"key":"shown:as:x"}]}
                """, "--host", "shop.test").json();
        assertEquals(5, came.get("stored").asInt(), came::toPrettyString);
        assertEquals(
                "{\"more-than-path-and-query\":2,\"no-key\":1,\"no-such-key\":1,\"not-a-get\":1,\"went-wrong-then\":1}",
                came.get("skipped").toString());
        for (String stored :
                List.of("/item/log1?page=2", "/item/log2", "/item/log5?page=3", "/item/log6", "/file/a/log7")) {
            Until.holds(stored + " is stored", () -> isFresh(stored));
        }
    }

    @Test
    void warmFailsWhereTheBackendDoesAndStaysWithinItsLimit() throws Exception {
        JsonNode came = warm(1, "/item/broken").json();
        assertEquals("{\"status-503\":1}", came.get("failed").toString());
        JsonNode limited = warm(0, "/item/limit1\n/item/limit2\n/item/limit2\n/item/limit3\n", "--limit", "1")
                .json();
        assertEquals(1, limited.get("stored").asInt());
        assertEquals("{\"over-limit\":2}", limited.get("skipped").toString());
        assertEquals(1, origin.count("/item/limit2"), "what is named most often comes first");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cookie: sid=1", "authorization: Bearer x", "no colon", "X-A: a\r\nX-B: b"})
    void warmSendsNoCredentialAndNoFieldThatIsNone(String field) throws Exception {
        Ran ran = warm(2, "/item/1", "-H", field);
        assertTrue(ran.out().isEmpty(), ran.out());
    }

    // ---- completion
    // ---------------------------------------------------------------------------------------------------

    @Test
    void completionIsBashThatCompletesCommandsAndOptions() throws Exception {
        Ran ran = run("completion", "bash");
        assertEquals(0, ran.exit());
        Path script = Files.writeString(folder.resolve("completion.bash"), ran.out());
        String asked = "set -e; compopt() { :; }; bash -n '" + script + "'; source '" + script + "';"
                + " COMP_WORDS=(larder pur); COMP_CWORD=1; _complete_larder; echo \"${COMPREPLY[@]}\";"
                + " COMP_WORDS=(larder purge --pre); COMP_CWORD=2; _complete_larder; echo \"${COMPREPLY[@]}\"";
        Process bash = new ProcessBuilder("bash", "-c", asked)
                .redirectErrorStream(true)
                .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(bash.waitFor(60, TimeUnit.SECONDS));
        assertEquals("purge\n--preview\n", said.replaceAll(" +\n", "\n"));
        assertEquals(0, bash.exitValue(), said);
        assertEquals(2, run("completion", "tcsh").exit());
    }
}
