package dev.larder.cli.remote;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code larder bypass on|off}: takes the cache of a running sidecar out of the way, and back. */
@Command(
        name = "bypass",
        mixinStandardHelpOptions = true,
        description = {
            "Switches the cache of a running sidecar off (on) or on again (off), at once: nothing is served from it",
            "or stored, writes go on purging. It holds for that process alone, and ends with it."
        })
public final class BypassCommand implements Callable<Integer> {

    enum Position {
        on,
        off
    }

    @Parameters(index = "0", paramLabel = "on|off", description = "on: past the cache; off: with it, as ever")
    private Position position = Position.on;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Mixin
    private AnswerOptions shown = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        AdminClient.Answer answer =
                sidecar.client().post("/api/bypass", Json.object(member("on", position == Position.on)));
        shown.show(answer, BypassCommand::lines);
        return 0;
    }

    private static List<String> lines(Seen bypass, Ink ink) {
        String since = Table.plain(bypass.at("since").text());
        return List.of(
                bypass.at("on").isTrue()
                        ? "the cache is off since " + since + ": everything goes to the backend"
                        : "the cache is on since " + since);
    }
}
