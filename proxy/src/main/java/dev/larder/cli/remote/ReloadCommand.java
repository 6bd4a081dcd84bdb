package dev.larder.cli.remote;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code larder reload}: has the rules file read again. */
@Command(
        name = "reload",
        mixinStandardHelpOptions = true,
        description = {
            "Has the sidecar read its rules file again, and says what that changed.",
            "Exits with 1 where the file was refused: the rules before it stay in force."
        })
public final class ReloadCommand implements Callable<Integer> {

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Mixin
    private AnswerOptions shown = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        AdminClient.Answer answer =
                sidecar.client().post("/api/reload", Json.object(member("by", System.getProperty("user.name"))));
        shown.show(answer, ReloadCommand::lines);
        return answer.seen().at("applied").isTrue() ? 0 : 1;
    }

    static List<String> lines(Seen reload, Ink ink) {
        List<String> lines = new ArrayList<>();
        String when =
                Table.plain(reload.at("at").text() + ", " + reload.at("cause").text());
        if (!reload.at("applied").isTrue()) {
            lines.add(ink.bad("refused") + " (" + when + "); the rules before it stay:");
            reload.at("problems").elements().forEach(problem -> lines.add("  " + Table.plain(problem.text())));
        } else {
            lines.add(ink.good("in force") + " (" + when + ")");
            named(lines, "routes added", reload.at("added"));
            named(lines, "routes removed", reload.at("removed"));
            for (Seen changed : reload.at("changed").elements()) {
                lines.add("  route " + Table.plain(changed.at("route").text()) + " changed in "
                        + Table.plain(changed.at("what").joined())
                        + (changed.at("keepsStored").isTrue()
                                ? "; what it stored stays"
                                : "; what it stored is purged"));
            }
            named(lines, "changed", reload.at("others"));
            if (lines.size() == 1) {
                lines.add("  nothing has changed");
            }
        }
        named(lines, "needs a restart", reload.at("needRestart"));
        return lines;
    }

    private static void named(List<String> lines, String what, Seen names) {
        if (!names.elements().isEmpty()) {
            lines.add("  " + what + ": " + Table.plain(names.joined()));
        }
    }
}
