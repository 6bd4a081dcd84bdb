package dev.larder.rules;

import dev.larder.rules.Rules.Route;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rules file to {@link Rules}, or to everything that is wrong with it at once. What needs keys and templates to be
 * compiled is left to {@code plan}. Immutable, thread-safe.
 */
public final class RulesLoader {

    /** What loading came to. */
    public sealed interface Loaded {

        /** It can be compiled. */
        record Ok(Rules rules) implements Loaded {}

        /** It cannot: all problems by position, never empty. */
        record Refused(List<Problem> problems) implements Loaded {}
    }

    private static final Position START = new Position(1, 1);

    private final Set<String> bypassTokens;

    /**
     * A loader.
     *
     * @param bypassTokens the reasons for not caching that {@code tests:} may name
     */
    public RulesLoader(Set<String> bypassTokens) {
        this.bypassTokens = Set.copyOf(bypassTokens);
    }

    /** Loads a file; one that cannot be read is a problem like others. Blocks on the disk. */
    public Loaded load(Path file) {
        String name = file.toString();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException unreadable) {
            String why = Files.exists(file) ? "the file cannot be read" : "there is no such file";
            return refused(name, why, "a rules file");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Path parent = file.toAbsolutePath().getParent();
            return load(name, parent == null ? file.toAbsolutePath() : parent, text);
        } catch (CharacterCodingException notText) {
            return refused(name, "the file is not UTF-8", "a text file");
        }
    }

    /**
     * Loads a text.
     *
     * @param file its name as the user gave it, for messages
     * @param directory to which files that it names are relative
     */
    public Loaded load(String file, Path directory, String text) {
        Problems problems = new Problems(file);
        Optional<Rules> rules = read(file, directory, text, problems);
        return problems.isEmpty() && rules.isPresent()
                ? new Loaded.Ok(rules.get())
                : new Loaded.Refused(problems.sorted());
    }

    private static Loaded refused(String file, String wrong, String expected) {
        return new Loaded.Refused(List.of(new Problem(file, Position.NOWHERE, wrong, expected, Optional.empty())));
    }

    private Optional<Rules> read(String file, Path directory, String text, Problems problems) {
        Optional<YamlNode> root = YamlReader.read(text, problems);
        if (root.isEmpty()) {
            if (problems.isEmpty()) {
                problems.add(START, "the file is empty", "version: 1 and a list of routes");
            }
            return Optional.empty();
        }
        return SectionReader.of(Grammar.FILE, root.get(), "", problems)
                .map(top -> read(file, directory, top, problems));
    }

    private Rules read(String file, Path directory, SectionReader top, Problems problems) {
        top.word("version", List.of(Grammar.VERSION));
        Ttls ttls = Ttls.read(top.entries("ttls"), problems);
        Identities identities = new IdentityReader(directory, ttls, problems).read(top.entries("identity"));
        List<YamlNode> nodes = top.list("routes");
        if (top.has("routes") && nodes.isEmpty() && problems.isEmpty()) {
            problems.add(top.at("routes"), "routes is empty", "at least one route");
        }
        List<Route> routes = new RouteReader(ttls, identities, problems).read(top.filled("defaults"), nodes);
        boolean routesKnown = routes.size() == nodes.size();
        AimReader aims = new AimReader(routes, routesKnown, identities, problems);
        PurgeSets sets = PurgeSets.read(top.entries("purge-sets"), aims, problems);
        List<Rules.Purge> purges = new PurgeReader(ttls, identities, sets, aims, problems).read(top.list("purges"));
        Set<String> names = new LinkedHashSet<>();
        if (routesKnown) {
            routes.forEach(route -> names.add(route.name().value()));
        }
        List<Rules.RuleTest> tests = new TestReader(bypassTokens, names, ttls, problems).read(top.list("tests"));
        return new Rules(file, identities.rules(), routes, purges, tests);
    }
}
