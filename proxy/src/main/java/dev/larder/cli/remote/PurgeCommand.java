package dev.larder.cli.remote;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder purge}: makes stored responses invalid, or says which ones it would. */
@Command(
        name = "purge",
        mixinStandardHelpOptions = true,
        description = {
            "Makes stored responses invalid, in all sidecars of the store; with --preview it only says which.",
            "Exits with 1 where the purge is owed: the store could not be told, and will be as soon as it can.",
            "",
            "Examples: larder purge 'admin:courses:*' --preview",
            "          larder purge --route products --where id=7"
        })
public final class PurgeCommand implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AdminOptions sidecar = new AdminOptions();

    @ArgGroup(multiplicity = "1")
    private Aim aim = new Aim();

    static final class Aim {
        @Parameters(index = "0", paramLabel = "KEY|GLOB", description = "a key, or with * in it all that are like it")
        private @Nullable String key;

        @Option(names = "--tag", paramLabel = "TAG", description = "what has this tag, of all routes")
        private @Nullable String tag;

        @Option(names = "--route", paramLabel = "NAME", description = "what this route has stored")
        private @Nullable String route;

        @Option(names = "--all", description = "everything that any route has stored")
        private boolean all;
    }

    @Option(
            names = "--where",
            paramLabel = "PARAMETER=VALUE",
            split = ",",
            description = "with --route: only keys with these values, separated by commas")
    private @Nullable Map<String, String> where;

    @Option(names = "--preview", description = "purge nothing, and say what it would hit")
    private boolean preview;

    @Mixin
    private AnswerOptions shown = new AnswerOptions();

    @Override
    public Integer call() throws IOException {
        if (where != null && aim.route == null) {
            throw new ParameterException(Said.line(spec), "--where is for --route");
        }
        if (preview && aim.all) {
            throw new ParameterException(Said.line(spec), "--all needs no preview: it is what larder keys lists");
        }
        Map<String, @Nullable Object> order = Json.object(member("by", System.getProperty("user.name")));
        AdminClient.Answer answer = sidecar.client().post(aim.all ? "/api/clear" : "/api/purge", ordered(order));
        Seen said = answer.seen();
        boolean owed = said.at("purged").isTrue() && !said.at("applied").isTrue();
        shown.show(answer, (seen, ink) -> lines(seen));
        if (owed) {
            Said.aside(
                    spec,
                    "larder: the store could not be told yet; what this concerns is not served by this sidecar until it has been");
        }
        return owed ? 1 : 0;
    }

    private Map<String, @Nullable Object> ordered(Map<String, @Nullable Object> order) {
        if (aim.all) {
            return order;
        }
        if (aim.key != null) {
            order.put(aim.key.indexOf('*') < 0 ? "key" : "glob", aim.key);
        } else if (aim.tag != null) {
            order.put("tag", aim.tag);
        } else {
            order.put("route", aim.route);
        }
        if (where != null) {
            order.put("where", new LinkedHashMap<>(where));
        }
        if (preview) {
            order.put("preview", true);
        }
        return order;
    }

    private static List<String> lines(Seen said) {
        List<String> lines = new ArrayList<>();
        lines.add((said.at("purged").isTrue() ? "purged" : "would purge") + " by these groups:");
        said.at("groups").elements().forEach(group -> lines.add("  " + Table.plain(group.text())));
        said.at("widened")
                .elements()
                .forEach(sentence -> lines.add("more than was meant: " + Table.plain(sentence.text())));
        Seen hits = said.at("hits");
        if (!said.at("purged").isTrue() && !hits.isThere()) {
            lines.add("what that hits cannot be said: this store does not list what it holds");
        }
        if (hits.isThere()) {
            long count = hits.at("count").whole();
            long beyond = hits.at("beyondWhatWasMeant").whole();
            lines.add("of " + hits.at("looked").whole() + " stored responses "
                    + (hits.at("complete").isTrue() ? "" : "(there are more) ") + "it hits " + count
                    + (beyond == 0 ? "" : ", " + beyond + " of them beyond what was meant, because groups are wider")
                    + (count == 0 ? "" : ", e.g."));
            hits.at("sampleKeys").elements().forEach(key -> lines.add("  " + Table.plain(key.text())));
        }
        return lines;
    }
}
