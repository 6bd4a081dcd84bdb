package dev.larder.settings;

import dev.larder.rules.Nearest;
import dev.larder.rules.Quoted;
import dev.larder.settings.SettingText.Reading;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The URL of a store, which may hold a password and so is never shown. Pure. */
final class StoreUrlText {

    private static final String EXPECTED = "memory, redis://HOST:PORT, rediss://USER:PASSWORD@HOST:PORT, "
            + "redis-sentinel://HOST:PORT,HOST:PORT#NAME or redis-cluster://HOST:PORT,HOST:PORT";
    private static final int GREATEST_PORT = 65_535;

    private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://?.*", Pattern.DOTALL);

    /** Scheme, user information, hosts, database, query, name. */
    private static final Pattern URL = Pattern.compile("(rediss?(?:-sentinel|-cluster)?)://"
            + "(?:((?:[A-Za-z0-9\\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*)@)?"
            + "([^/?#@]*)"
            + "(?:/([0-9]{0,5}))?"
            + "(?:\\?([^#]*))?"
            + "(?:#(.*))?");

    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9](?:[A-Za-z0-9._-]*))(?::([0-9]{1,5}))?");

    private StoreUrlText() {}

    static Reading<String> read(String text) {
        if (text.equals("memory")) {
            return new Reading.Value<>(text);
        }
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches()) {
            return text.contains("@") || text.contains(":")
                    ? wrong("cannot be read as a URL", EXPECTED)
                    : new Reading.Wrong<>("is " + Quoted.text(text), EXPECTED, Nearest.of(text, List.of("memory")));
        }
        String name = scheme.group(1);
        if (!name.matches("rediss?(-sentinel|-cluster)?")) {
            return wrong("begins with " + Quoted.text(name + ":"), EXPECTED);
        }
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            return wrong("cannot be read as a URL", EXPECTED + ", with %XX for special characters");
        }
        String[] hosts = url.group(3).split(",", -1);
        for (String host : hosts) {
            Matcher matcher = HOST.matcher(host);
            if (!matcher.matches() || !isPort(matcher.group(1))) {
                return wrong("names no host and port that can be read", EXPECTED);
            }
        }
        return kind(text, name, hosts.length, url.group(4), url.group(6));
    }

    private static Reading<String> kind(String text, String scheme, int hosts, String database, String fragment) {
        boolean named = fragment != null && !fragment.isEmpty();
        if (scheme.endsWith("-sentinel")) {
            return named
                    ? new Reading.Value<>(text)
                    : wrong("names sentinels but not whose", "#NAME at the end, the master's name");
        }
        if (fragment != null) {
            return wrong("ends in #NAME, which is for sentinels", scheme + "-sentinel:// or no #NAME");
        }
        if (scheme.endsWith("-cluster")) {
            return database == null || database.isEmpty() || database.equals("0")
                    ? new Reading.Value<>(text)
                    : wrong("names a database, and a cluster has only one", "no database");
        }
        return hosts == 1
                ? new Reading.Value<>(text)
                : wrong(
                        "names several hosts",
                        scheme + "-cluster:// for a cluster, " + scheme + "-sentinel:// for sentinels");
    }

    private static boolean isPort(String digits) {
        if (digits == null) {
            return true;
        }
        int port = Integer.parseInt(digits);
        return port > 0 && port <= GREATEST_PORT;
    }

    private static Reading<String> wrong(String is, String expected) {
        return new Reading.Wrong<>(is, expected, Optional.empty());
    }
}
