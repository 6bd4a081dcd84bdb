package dev.larder.rules;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Text to {@link YamlNode}s, or to problems. Nodes are composed and never constructed, so no tag makes an object and no
 * scalar changes its type. Bounded in length, depth and in what aliases expand to. Confined to the thread that loads.
 */
public final class YamlReader {

    private static final int MAX_CHARACTERS = 1 << 20;
    private static final int MAX_DEPTH = 40;
    private static final int MAX_NODES = 100_000;
    private static final Set<Tag> KNOWN_TAGS = Set.of(
            Tag.STR,
            Tag.INT,
            Tag.FLOAT,
            Tag.BOOL,
            Tag.NULL,
            Tag.TIMESTAMP,
            Tag.MERGE,
            Tag.MAP,
            Tag.SEQ,
            new Tag(Tag.PREFIX + "value"));

    private final Problems problems;
    /** Collections being read, outermost first: an alias to one of them would never end. */
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());

    private int nodes;

    private YamlReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads one document.
     *
     * @return empty where the text holds nothing, or where its syntax is broken, which is then a problem
     */
    public static Optional<YamlNode> read(String text, Problems problems) {
        if (text.length() > MAX_CHARACTERS) {
            problems.add(
                    Position.NOWHERE, "the file has " + text.length() + " characters", MAX_CHARACTERS + " at most");
            return Optional.empty();
        }
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        // What aliases expand to is counted below, node by node; their number alone says little.
        options.setMaxAliasesForCollections(MAX_NODES);
        options.setCodePointLimit(MAX_CHARACTERS);
        // Nothing is constructed, so no tag is dangerous; which are accepted is said below, with their place.
        options.setTagInspector(tag -> true);
        Node root;
        try {
            // Without the Yaml in front of it, which would bring what constructs objects, and java.util.logging with
            // it.
            StreamReader characters =
                    new StreamReader(new StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
            root = new Composer(new ParserImpl(characters, options), new Resolver(), options).getSingleNode();
        } catch (YAMLException broken) {
            new YamlSyntax(text, MAX_DEPTH, problems).explain(broken);
            return Optional.empty();
        }
        if (root == null) {
            return Optional.empty();
        }
        YamlReader reader = new YamlReader(problems);
        Optional<YamlNode> converted = reader.convert(root);
        return reader.nodes > MAX_NODES ? Optional.empty() : converted;
    }

    private Optional<YamlNode> convert(Node node) {
        Position at = position(node.getStartMark());
        if (++nodes > MAX_NODES) {
            if (nodes == MAX_NODES + 1) {
                problems.add(at, "the file's aliases expand to more than " + MAX_NODES + " values", "fewer of them");
            }
            return Optional.empty();
        }
        if (!KNOWN_TAGS.contains(node.getTag())) {
            String tag = node.getTag().getValue().replaceFirst("^" + Tag.PREFIX, "!!");
            problems.add(at, "a value with the tag " + Quoted.text(tag), "a value without a tag");
        }
        if (node instanceof ScalarNode scalar) {
            boolean plain = scalar.getScalarStyle() == DumperOptions.ScalarStyle.PLAIN;
            return Optional.of(new YamlNode.Scalar(scalar.getValue(), plain, at));
        }
        if (!open.add(node)) {
            problems.add(at, "an alias refers to what it stands in", "an alias of something that is complete");
            return Optional.empty();
        }
        try {
            return node instanceof SequenceNode sequence
                    ? Optional.of(items(sequence, at))
                    : Optional.of(mapping((MappingNode) node, at));
        } finally {
            open.remove(node);
        }
    }

    private YamlNode items(SequenceNode sequence, Position at) {
        List<YamlNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            if (nodes > MAX_NODES) {
                break;
            }
            convert(item).ifPresent(items::add);
        }
        return new YamlNode.Sequence(List.copyOf(items), at);
    }

    private YamlNode.Mapping mapping(MappingNode node, Position at) {
        Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
        List<Node> merged = new ArrayList<>();
        for (NodeTuple tuple : node.getValue()) {
            if (nodes > MAX_NODES) {
                break;
            }
            if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
                merged.add(tuple.getValueNode());
            } else {
                entry(tuple, entries);
            }
        }
        for (Node source : merged) {
            merge(source, entries);
        }
        boolean flow = node.getFlowStyle() == DumperOptions.FlowStyle.FLOW;
        return new YamlNode.Mapping(List.copyOf(entries.values()), flow, at);
    }

    private void entry(NodeTuple tuple, Map<String, YamlNode.Entry> entries) {
        Position at = position(tuple.getKeyNode().getStartMark());
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(
                    at, "a field's name is itself a map or a list", "plain text, in quotes if it begins with { or [");
            return;
        }
        YamlNode.Entry first = entries.get(key.getValue());
        if (first != null) {
            problems.add(
                    at,
                    Quoted.text(key.getValue()) + " is there twice",
                    "it once: it stands on line " + first.at().line() + " already");
            return;
        }
        convert(tuple.getValueNode())
                .ifPresent(value -> entries.put(key.getValue(), new YamlNode.Entry(key.getValue(), at, value)));
    }

    /** What a merge key brings never replaces what the map says itself, nor what an earlier merge brought. */
    private void merge(Node source, Map<String, YamlNode.Entry> entries) {
        Optional<YamlNode> converted = convert(source);
        if (converted.isEmpty()) {
            return;
        }
        List<YamlNode> sources =
                converted.get() instanceof YamlNode.Sequence sequence ? sequence.items() : List.of(converted.get());
        for (YamlNode each : sources) {
            if (each instanceof YamlNode.Mapping mapping) {
                mapping.entries().forEach(entry -> entries.putIfAbsent(entry.key(), entry));
            } else {
                problems.add(each.at(), "<< " + each.described(), "a map, or a list of maps, to merge in");
            }
        }
    }

    static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }
}
