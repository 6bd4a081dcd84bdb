package dev.larder.bench.rivals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who is measured: larder, the native proxies beside it, and the backend without any of them. */
public enum Rival {
    LARDER("larder", "larder", List.of(), ""),
    NGINX("nginx", "nginx proxy_cache", List.of("nginx"), "apt-get install nginx-light"),
    HAPROXY("haproxy", "HAProxy", List.of("haproxy"), "apt-get install haproxy"),
    VARNISH("varnish", "Varnish", List.of("varnishd"), "apt-get install varnish"),
    LARDER_REDIS("larder+redis", "larder, Redis alone", List.of(), ""),
    NGINX_LUA(
            "nginx+lua",
            "nginx, Lua, Redis",
            List.of("nginx"),
            "apt-get install nginx-light libnginx-mod-http-lua lua-nginx-redis"),
    ALONE("alone", "the backend alone", List.of(), "");

    private static final List<String> PLACES =
            List.of("/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/nginx/sbin");
    private static final List<String> MODULE_PLACES =
            List.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules");
    private static final List<String> LUA_PLACES =
            List.of("/usr/share/lua/5.1/nginx/redis.lua", "/usr/local/share/lua/5.1/nginx/redis.lua");

    private final String id;
    private final String title;
    private final List<String> programs;
    private final String howToInstall;

    Rival(String id, String title, List<String> programs, String howToInstall) {
        this.id = id;
        this.title = title;
        this.programs = programs;
        this.howToInstall = howToInstall;
    }

    /** As it is named in options and files. */
    public String id() {
        return id;
    }

    /** As it is named in tables. */
    public String title() {
        return title;
    }

    /** A command that installs it, empty where there is nothing to install. */
    public String howToInstall() {
        return howToInstall;
    }

    /** Whether it is larder itself. */
    public boolean own() {
        return this == LARDER || this == LARDER_REDIS;
    }

    /** Whether all that it needs is on this machine. */
    public boolean installed() {
        boolean there = programs.isEmpty() || program().isPresent();
        return there && (this != NGINX_LUA || (luaModules().isPresent() && luaRedis()));
    }

    /** Its executable; empty where it is not installed or has none of its own. */
    public Optional<Path> program() {
        return programs.stream()
                .flatMap(name -> PLACES.stream().map(place -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Where nginx' modules for Lua are; empty where they are not installed. */
    static Optional<Path> luaModules() {
        return MODULE_PLACES.stream()
                .map(Path::of)
                .filter(place -> Files.isRegularFile(place.resolve("ngx_http_lua_module.so")))
                .findFirst();
    }

    private static boolean luaRedis() {
        return LUA_PLACES.stream().map(Path::of).anyMatch(Files::isRegularFile);
    }

    /** All names that an option takes, as larder itself takes part in any case. */
    public static String names() {
        return Arrays.stream(values())
                .filter(rival -> !rival.own())
                .map(Rival::id)
                .collect(Collectors.joining(", "));
    }

    /** Reads an option; empty for a name that nobody has. */
    public static Optional<Rival> named(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(rival -> rival.id.equals(name)).findFirst();
    }
}
