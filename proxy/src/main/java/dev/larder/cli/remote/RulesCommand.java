package dev.larder.cli.remote;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code larder rules}: the rules in force. */
@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        description = {
            "The rules by which the sidecar works now, with their fingerprints, and how the last reload ended.",
            "Sidecars that share a store have the same fingerprint."
        })
public final class RulesCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Mixin
    private AnswerOptions shown = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        AdminClient.Answer answer = sidecar.client().get("/api/rules");
        shown.show(answer, RulesCommand::lines);
        return 0;
    }

    private static List<String> lines(Seen rules, Ink ink) {
        List<String> lines = new ArrayList<>();
        lines.add(Table.plain(rules.at("file").text()) + ", fingerprint "
                + Table.plain(rules.at("fingerprint").text()));
        lines.add("");
        Table routes = new Table("ROUTE", "GET", "HOST", "IDENTITY", ">TTL", "FINGERPRINT");
        for (Seen route : rules.at("routes").elements()) {
            routes.row(
                    route.at("name").text(),
                    route.at("get").text(),
                    orHyphen(route.at("host")),
                    orHyphen(route.at("identity")),
                    route.at("ttl").text(),
                    route.at("fingerprint").text());
        }
        lines.addAll(routes.lines(ink));
        if (!rules.at("purges").elements().isEmpty()) {
            lines.add("");
            lines.add("purges: " + Table.plain(rules.at("purges").joined()));
        }
        if (rules.at("lastReload").isThere()) {
            lines.add("");
            lines.addAll(ReloadCommand.lines(rules.at("lastReload"), ink));
        }
        return lines;
    }

    private static String orHyphen(Seen value) {
        return value.isThere() ? value.text() : "-";
    }
}
