package dev.larder.cli.remote;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder stats}: what has come of requests, by route. */
@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        description = {
            "What has come of requests since the sidecar began, by route; the one that costs the backend most comes first.",
            "Then why requests were no hits, and which route would gain most from a longer lifetime: what fetches of expired",
            "responses took. HIT MS and OTHER MS are medians; BACKEND S is what fetches took in all."
        })
public final class StatsCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @Option(names = "--json", description = "the answer of the admin address as it is; one a line with --watch")
    private boolean json;

    @Option(names = "--watch", description = "again and again, until it is ended")
    private boolean watch;

    @Mixin
    private Refreshing refreshing = new Refreshing();

    @Override
    public Integer call() throws IOException, InterruptedException {
        AdminClient client = sidecar.client();
        Ink ink = Ink.ofProcess();
        Refreshing.View view = () -> {
            AdminClient.Answer answer = client.get("/api/stats");
            return json ? List.of(answer.text().strip()) : new RouteTable(ink).of(answer.seen());
        };
        if (watch) {
            refreshing.show(view, json ? new Ink(false, false) : ink, Said.out(spec));
        } else {
            Said.lines(spec, view.lines());
        }
        return 0;
    }
}
