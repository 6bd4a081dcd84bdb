package dev.larder.cli;

import dev.larder.key.BypassReason;
import dev.larder.plan.Rulebook;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import dev.larder.rules.RulesLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** From a rules file to a rulebook, or to all that is wrong with the file. */
final class RulesFile {

    /** What reading a file came to. */
    sealed interface Read {

        /** It can be used. */
        record Ok(Rulebook rulebook) implements Read {}

        /** It cannot; nothing of it is in force. */
        record Refused(List<Problem> problems) implements Read {}
    }

    private RulesFile() {}

    /** The file, and those that it names and that are read when it is. */
    static List<Path> watched(Path file, Rulebook rulebook) {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        List<Path> files = new ArrayList<>(List.of(file));
        for (Rules.IdentityRule identity : rulebook.rules().identities().values()) {
            if (identity.proof() instanceof Rules.Proof.Jwt jwt) {
                jwt.jwksFile().ifPresent(keys -> files.add(folder.resolve(keys.value())));
            }
        }
        return files;
    }

    static Read read(Path file) {
        RulesLoader loader = new RulesLoader(
                Arrays.stream(BypassReason.values()).map(BypassReason::token).collect(Collectors.toUnmodifiableSet()));
        RulesLoader.Loaded loaded = loader.load(file);
        if (loaded instanceof RulesLoader.Loaded.Refused refused) {
            return new Read.Refused(refused.problems());
        }
        Rulebook.Compiled compiled = Rulebook.compile(((RulesLoader.Loaded.Ok) loaded).rules());
        return compiled instanceof Rulebook.Compiled.Ok ok
                ? new Read.Ok(ok.rulebook())
                : new Read.Refused(((Rulebook.Compiled.Refused) compiled).problems());
    }
}
