package dev.larder.suite;

import dev.larder.rig.Adjusted;
import dev.larder.rig.AdjustedWaits;
import dev.larder.rig.ProxyRig;
import dev.larder.rig.RawClient;
import dev.larder.rig.ScriptedOrigin;
import dev.larder.rig.Until;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The one place where the suites get their rigs from, and what they ask of them. */
final class Rigs {

    private Rigs() {}

    static ProxyRig rig(String rules, ScriptedOrigin.Script script) {
        return rig(rules, script, UnaryOperator.identity());
    }

    static ProxyRig rig(String rules, ScriptedOrigin.Script script, UnaryOperator<Settings.Timeouts> waits) {
        return ProxyRig.with(rules, script, settings -> waiting(settings, waits));
    }

    /** The rules of the course application. */
    static String courseRules() {
        try {
            return Files.readString(Path.of("..", "rules.yaml"), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }

    /** The rule that the course application has, for tests that change a lifetime or two of it. */
    static String courseRules(String of, String by) {
        String rules = courseRules();
        if (!rules.contains(of)) {
            throw new IllegalArgumentException("rules.yaml no longer holds \"" + of + "\"");
        }
        return rules.replace(of, by);
    }

    /** With authorities that share stored responses. */
    static Settings sharing(Settings of, String... authorities) {
        return Adjusted.of(of).authorities(List.of(List.of(authorities))).done();
    }

    /** On a real Redis, with or without a secret. */
    static Settings onRedis(Settings of, int port, String namespace, Optional<String> secret, boolean encrypt) {
        return Adjusted.of(of)
                // What lies in Redis is what these rigs are about.
                .store(store -> store.url("redis://127.0.0.1:" + port)
                        .namespace(namespace)
                        .nearMaxBytes(0))
                // It must not be given up because the machine is slow: who tests that says so.
                .waits(waits -> waits.store(Duration.ofSeconds(5)))
                .secret(secret)
                .encrypt(encrypt)
                .done();
    }

    /** With other waits. */
    static Settings waiting(Settings of, UnaryOperator<Settings.Timeouts> waits) {
        return Adjusted.of(of).timeouts(waits.apply(of.timeouts())).done();
    }

    /** With hops that are believed. */
    static Settings trusting(Settings of, List<String> hops) {
        return Adjusted.of(of).trustedProxies(hops).done();
    }

    /** With a line in the access log for each request. */
    static Settings logging(Settings of) {
        return Adjusted.of(of)
                .accessLog(new Settings.AccessLog(Settings.AccessLog.Format.JSON, 1))
                .done();
    }

    /** Other waits for the origin: head of an answer, and between pieces of a body. */
    static UnaryOperator<Settings.Timeouts> originWaits(Duration head, Duration idle) {
        return of -> AdjustedWaits.of(of).responseHead(head).bodyIdle(idle).done();
    }

    /** Other waits for a flight. */
    static UnaryOperator<Settings.Timeouts> flightWaits(Duration flight, Duration patience) {
        return of -> AdjustedWaits.of(of).flight(flight).patience(patience).done();
    }

    /** A figure of the admin address. */
    static long status(ProxyRig rig, String name) throws IOException {
        try (RawClient admin = RawClient.connect(rig.sidecar().adminAddress())) {
            // The admin address answers to no name but localhost.
            admin.send("GET /status HTTP/1.1\r\nHost: localhost\r\n\r\n");
            String json = admin.answer(false).text();
            String figure = json.replaceFirst("(?s).*\"" + name + "\":(-?[0-9]+).*", "$1");
            return Long.parseLong(figure);
        }
    }

    static void awaitFollowers(ProxyRig rig, int count) throws Exception {
        Until.holds(count + " followers", () -> status(rig, "followers") == count);
    }

    /** Nothing is held for anybody: no flight, no memory for bodies. */
    static void awaitRest(ProxyRig rig) throws Exception {
        Until.holds("no flight left", () -> status(rig, "flights") == 0);
        Until.holds("no body in memory", () -> status(rig, "captureBytes") == 0);
    }

    /** Clients that have all sent the same. */
    static List<RawClient> clients(ProxyRig rig, int count, String target, String... fields) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(rig.client().send(get(target, fields)));
        }
        return clients;
    }

    static List<RawClient.Answer> answers(List<RawClient> clients) throws IOException {
        List<RawClient.Answer> answers = new ArrayList<>();
        for (RawClient client : clients) {
            answers.add(answer(client));
        }
        return answers;
    }

    /** The answer of a client that is not needed any more. */
    static RawClient.Answer answer(RawClient client) throws IOException {
        try (client) {
            return client.answer(false);
        }
    }

    static String get(String target, String... fields) {
        return head("GET", target, fields);
    }

    static String head(String method, String target, String... fields) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: courses.test\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    static long count(List<RawClient.Answer> answers, String inCacheStatus) {
        return answers.stream()
                .filter(answer -> answer.cacheStatus().contains(inCacheStatus))
                .count();
    }
}
