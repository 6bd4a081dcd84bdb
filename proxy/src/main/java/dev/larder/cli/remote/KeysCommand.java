package dev.larder.cli.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder keys}: what is stored, in pages. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "What is stored: keys, their age, lifetime and size, and which sidecar stored them. Where the store is Redis,",
            "STATE and STATUS are not known without reading each response: explain --live says them of one.",
            "",
            "Example: larder keys 'admin:courses:*'"
        })
public final class KeysCommand implements Callable<Integer> {

    private static final int PAGE = 500;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "PATTERN",
            description = "only keys like this; * stands for any run of characters")
    private @Nullable String pattern;

    @Option(
            names = "--limit",
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "end after the page that has so many keys in all; 0 for all (default ${DEFAULT-VALUE})")
    private int limit;

    @Option(names = "--cursor", paramLabel = "TEXT", description = "go on where an earlier list ended")
    private @Nullable String cursor;

    @Option(names = "--json", description = "the answers of the admin address as they are, one page a line")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        AdminClient client = sidecar.client();
        List<Seen> found = new ArrayList<>();
        long looked = 0;
        String next = cursor == null ? "" : cursor;
        do {
            AdminClient.Answer page = page(client, next);
            if (json) {
                Said.json(spec, page.text());
            }
            found.addAll(page.seen().at("keys").elements());
            looked += page.seen().at("looked").whole();
            next = page.seen().at("cursor").text();
        } while (!next.isEmpty() && (limit <= 0 || found.size() < limit));
        if (!json) {
            Said.lines(spec, table(found).lines(Ink.ofProcess()));
            Said.aside(
                    spec,
                    found.size() + (found.size() == 1 ? " key" : " keys") + " of " + looked + " looked at"
                            + (next.isEmpty() ? "" : "; there are more: --cursor " + Table.plain(next)));
        }
        return 0;
    }

    private AdminClient.Answer page(AdminClient client, String from) throws IOException {
        List<String> asked = new ArrayList<>();
        asked.add("limit");
        asked.add(String.valueOf(limit <= 0 ? PAGE : Math.min(limit, PAGE)));
        if (pattern != null) {
            asked.add("match");
            asked.add(pattern);
        }
        if (!from.isEmpty()) {
            asked.add("cursor");
            asked.add(from);
        }
        return client.get("/api/keys", asked.toArray(String[]::new));
    }

    private static Table table(List<Seen> found) {
        Table table = new Table("KEY", "STATE", ">STATUS", ">AGE", ">TTL", ">SIZE", "STORED BY", "SITE");
        for (Seen key : found) {
            boolean known = key.at("status").isThere();
            boolean aged = key.at("ageSeconds").isThere();
            table.row(
                    key.at("key").text(),
                    known ? state(key) : "-",
                    known ? key.at("status").text() : "-",
                    aged ? Amounts.seconds(key.at("ageSeconds").whole()) : "-",
                    aged ? Amounts.seconds(key.at("ttlSeconds").whole()) : "-",
                    Amounts.bytes(key.at("bytes").whole()),
                    key.at("storedBy").isThere() ? key.at("storedBy").text() : "-",
                    key.at("site").text());
        }
        return table;
    }

    private static String state(Seen key) {
        if (key.at("purged").isTrue()) {
            return "purged";
        }
        if (key.at("otherRules").isTrue()) {
            return "other rules";
        }
        return key.at("ttlSeconds").whole() > 0 ? "fresh" : "expired";
    }
}
