package dev.larder.cli;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import dev.larder.cli.remote.AdminClient;
import dev.larder.cli.remote.AdminOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder bypass on|off}: takes the cache of a running sidecar out of the way, and back. */
@Command(
        name = "bypass",
        mixinStandardHelpOptions = true,
        description = {
            "Switches the cache of a running sidecar off (on) or on again (off), at once: nothing is served from it",
            "or stored, writes go on purging. It holds for that process alone, and ends with it."
        })
final class BypassCommand implements Callable<Integer> {

    enum Position {
        on,
        off
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "on|off", description = "on: past the cache; off: with it, as ever")
    private Position position = Position.on;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Option(names = "--json", description = "the answer of the admin address as it is")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        CommandSpec of = spec;
        if (of == null) {
            throw new IllegalStateException("bypass without a command line");
        }
        AdminClient.Answer answer =
                sidecar.client().post("/api/bypass", Json.object(member("on", position == Position.on)));
        String since = answer.seen().at("since").text();
        PrintWriter out = of.commandLine().getOut();
        if (json) {
            out.println(answer.text().strip());
        } else {
            out.println(
                    answer.seen().at("on").isTrue()
                            ? "the cache is off since " + since + ": everything goes to the backend"
                            : "the cache is on since " + since);
        }
        out.flush();
        return 0;
    }
}
