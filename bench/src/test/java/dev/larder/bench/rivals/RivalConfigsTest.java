package dev.larder.bench.rivals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RivalConfigsTest {
    private final Ground ground = new Ground(
            18080,
            URI.create("http://127.0.0.1:13000"),
            URI.create("redis://127.0.0.1:16379"),
            Path.of("/tmp/of-its-own"),
            "somebody");

    private Map<String, String> all() {
        return Map.of(
                "nginx", RivalConfigs.nginx(ground),
                "lua", RivalConfigs.nginxLua(ground, Path.of("/modules")),
                "haproxy", RivalConfigs.haproxy(ground),
                "varnish", RivalConfigs.varnish(ground));
    }

    @Test
    void eachStandsBeforeTheOriginAndListensOnTheLoopbackAddressAlone() {
        all().forEach((name, config) -> {
            assertTrue(config.contains("13000"), name + ":\n" + config);
            assertFalse(config.contains("0.0.0.0") || config.contains("bind *"), name + ":\n" + config);
            assertFalse(config.contains("%"), name + ":\n" + config);
        });
        assertTrue(RivalConfigs.nginx(ground).contains("listen 127.0.0.1:18080"));
        assertTrue(RivalConfigs.haproxy(ground).contains("bind 127.0.0.1:18080"));
    }

    @Test
    void nobodySharesWhatBelongsToASession() {
        assertTrue(RivalConfigs.nginx(ground).contains("proxy_cache_key $session$scheme$http_host$request_uri;"));
        assertTrue(RivalConfigs.nginxLua(ground, Path.of("/m")).contains("key .. \":\" .. ngx.var.session"));
        assertTrue(RivalConfigs.varnish(ground).contains("hash_data(regsub(req.http.Cookie"));
        assertTrue(RivalConfigs.haproxy(ground).contains("if cached"));
    }

    @Test
    void bracesAreBalanced() {
        all().forEach((name, config) -> assertEquals(
                config.chars().filter(c -> c == '{').count(),
                config.chars().filter(c -> c == '}').count(),
                name + ":\n" + config));
    }

    @Test
    void larderIsStartedWithTheSettingsThatAreShown() {
        LarderCommand larder = new LarderCommand(List.of("./larder"), Path.of("rules.yaml"), "");
        List<String> words = larder.words(ground, true);
        assertTrue(words.containsAll(List.of("run", "--threads=1", "--store-near-max-bytes=0")), words.toString());
        assertEquals(String.join(" ", words), larder.shown(ground, true).strip());
        assertFalse(larder.words(ground, false).toString().contains("store"));
    }

    @Test
    void namesAreReadAsTheyAreWritten() {
        for (Rival rival : Rival.values()) {
            assertEquals(Optional.of(rival), Rival.named(" " + rival.id().toUpperCase(java.util.Locale.ROOT) + " "));
            assertEquals(
                    rival.own() || rival == Rival.ALONE, rival.howToInstall().isEmpty(), rival.title());
        }
        assertEquals(Optional.empty(), Rival.named("squid"));
    }
}
