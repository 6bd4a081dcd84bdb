package dev.larder.purge;

import dev.larder.rules.Rules;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A glob laid over a shape in all ways at once. A node is a pair of positions (glob, shape): everything before them is
 * matched. A step of the shape leads from node to node; over a slot it carries the value that the glob gives the slot on
 * that way: text and variables, or <em>any</em> where a star has a part in it. A parameter is fixed where all steps that
 * lie on some way from start to end carry the same value for it.
 *
 * <p>It is sound because each key that the glob matches takes one of these ways; ways that no key takes only make fewer
 * parameters fixed. A star and a variable stay where they are in the glob while they run over the shape; a variable
 * does not run over a colon, so it never begins before a slot and ends in it.
 */
final class GlobWalk {

    /** A way from one node to another; {@code value} is null for any where {@code parameter} is not null. */
    private record Edge(
            int from,
            int to,
            @Nullable String parameter,
            @Nullable FixedValue value) {}

    private final List<KeyGlob.Token> glob;
    private final ShapeSteps shape;
    private final int width;
    private final List<Edge> edges = new ArrayList<>();
    private final BitSet reached = new BitSet();
    private final Deque<Integer> open = new ArrayDeque<>();

    GlobWalk(List<KeyGlob.Token> glob, ShapeSteps shape) {
        this.glob = glob;
        this.shape = shape;
        this.width = shape.size() + 1;
    }

    /** The fixed parameters, or empty where no way leads to the end. */
    Optional<SortedMap<String, FixedValue>> fixed() {
        reach(0);
        for (Integer node = open.poll(); node != null; node = open.poll()) {
            leave(node / width, node % width);
        }
        int end = glob.size() * width + shape.size();
        return reached.get(end) ? Optional.of(join(leadingTo(end))) : Optional.empty();
    }

    private void leave(int g, int s) {
        KeyGlob.Token token = g < glob.size() ? glob.get(g) : null;
        ShapeSteps.Step step = s < shape.size() ? shape.get(s) : null;
        boolean mayEnd = token instanceof KeyGlob.Token.Star
                || (token instanceof KeyGlob.Token.Variable && !(step instanceof ShapeSteps.Step.Slot));
        if (mayEnd) {
            pass(g, s, g + 1, s); // it ends here, or stands for nothing
        }
        if (step instanceof ShapeSteps.Step.Slot slot) {
            fill(g, s, slot);
        } else if (step instanceof ShapeSteps.Step.Optional optional) {
            pass(g, s, g, s + 1);
            pass(g, s, g, optional.end());
        } else if (step instanceof ShapeSteps.Step.Run) {
            pass(g, s, g, s + 1);
            if (token != null) {
                pass(g, s, g + 1, s);
            }
        } else if (step instanceof ShapeSteps.Step.Literal literal && token != null) {
            if (token instanceof KeyGlob.Token.Literal character) {
                if (character.character() == literal.character()) {
                    pass(g, s, g + 1, s + 1);
                }
            } else if (token instanceof KeyGlob.Token.Star || literal.character() != ':') {
                pass(g, s, g, s + 1); // it runs on
            }
        }
    }

    /** All ways to fill the slot at {@code s} from the glob at {@code g} on. */
    private void fill(int g, int s, ShapeSteps.Step.Slot slot) {
        List<ValueTemplate.Part> parts = new ArrayList<>();
        boolean any = false;
        for (int at = g; ; at++) {
            KeyGlob.Token token = at < glob.size() ? glob.get(at) : null;
            // Behind the slot a colon or the end follows, so a variable that stands next belongs to the slot or is
            // empty;
            // counting it to the slot covers both.
            if (!(token instanceof KeyGlob.Token.Variable)) {
                if (any) {
                    edge(g, s, at, s + 1, slot.parameter(), null);
                } else {
                    fillExactly(g, s, at, slot, parts);
                }
            }
            if (token == null) {
                return;
            }
            if (token instanceof KeyGlob.Token.Literal literal) {
                if (!isOfValue(literal.character())) {
                    return;
                }
                parts.add(new ValueTemplate.Part.Text(String.valueOf(literal.character())));
            } else if (token instanceof KeyGlob.Token.Variable variable) {
                parts.add(new ValueTemplate.Part.Variable(variable.name()));
            } else {
                any = true;
                edge(g, s, at, s + 1, slot.parameter(), null); // the star runs on behind the slot
            }
        }
    }

    private void fillExactly(int g, int s, int at, ShapeSteps.Step.Slot slot, List<ValueTemplate.Part> parts) {
        List<ValueTemplate.Part> merged = merged(parts);
        if (merged.isEmpty() || (merged.size() == 1 && merged.get(0) instanceof ValueTemplate.Part.Text)) {
            FixedValue.Literal literal =
                    new FixedValue.Literal(merged.isEmpty() ? "" : ((ValueTemplate.Part.Text) merged.get(0)).text());
            if (literal.canStandIn(slot.source())) {
                edge(g, s, at, s + 1, slot.parameter(), literal);
            }
            return;
        }
        edge(g, s, at, s + 1, slot.parameter(), composed(merged, slot.source()));
    }

    private static List<ValueTemplate.Part> merged(List<ValueTemplate.Part> parts) {
        List<ValueTemplate.Part> merged = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (ValueTemplate.Part part : parts) {
            if (part instanceof ValueTemplate.Part.Text piece) {
                text.append(piece.text());
                continue;
            }
            if (text.length() > 0) {
                merged.add(new ValueTemplate.Part.Text(text.toString()));
                text.setLength(0);
            }
            merged.add(part);
        }
        if (text.length() > 0) {
            merged.add(new ValueTemplate.Part.Text(text.toString()));
        }
        return merged;
    }

    /**
     * Text beside variables, made plain, because the value is normalised and escaped as a whole. Any where that cannot be
     * done: the text is no whole escape, or holds one of the characters that stand unescaped in a key and are no part
     * of a value (the mark of an absent one, the comma of a list).
     */
    private static @Nullable FixedValue composed(List<ValueTemplate.Part> parts, Rules.KeySource source) {
        if (source.many() != Rules.Many.ONE && parts.size() > 1) {
            return null;
        }
        List<ValueTemplate.Part> plain = new ArrayList<>();
        for (ValueTemplate.Part part : parts) {
            if (part instanceof ValueTemplate.Part.Text text) {
                Optional<String> unescaped = FixedValue.plain(text.text());
                if (unescaped.isEmpty()) {
                    return null;
                }
                plain.add(new ValueTemplate.Part.Text(unescaped.get()));
            } else {
                plain.add(part);
            }
        }
        return new FixedValue.Composed(new ValueTemplate(plain));
    }

    private static boolean isOfValue(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || "-._~%!,".indexOf(character) >= 0;
    }

    private void pass(int g, int s, int toG, int toS) {
        edge(g, s, toG, toS, null, null);
    }

    private void edge(int g, int s, int toG, int toS, @Nullable String parameter, @Nullable FixedValue value) {
        int to = toG * width + toS;
        edges.add(new Edge(g * width + s, to, parameter, value));
        reach(to);
    }

    private void reach(int node) {
        if (!reached.get(node)) {
            reached.set(node);
            open.add(node);
        }
    }

    private BitSet leadingTo(int end) {
        Map<Integer, List<Integer>> before = new HashMap<>();
        for (Edge edge : edges) {
            before.computeIfAbsent(edge.to(), to -> new ArrayList<>()).add(edge.from());
        }
        BitSet leading = new BitSet();
        leading.set(end);
        Deque<Integer> next = new ArrayDeque<>(List.of(end));
        for (Integer node = next.poll(); node != null; node = next.poll()) {
            for (int from : before.getOrDefault(node, List.of())) {
                if (!leading.get(from)) {
                    leading.set(from);
                    next.add(from);
                }
            }
        }
        return leading;
    }

    private SortedMap<String, FixedValue> join(BitSet leading) {
        SortedMap<String, FixedValue> fixed = new TreeMap<>();
        Set<String> any = new HashSet<>();
        for (Edge edge : edges) {
            String parameter = edge.parameter();
            if (parameter == null || !leading.get(edge.to())) {
                continue;
            }
            FixedValue value = edge.value();
            FixedValue other = value == null ? null : fixed.putIfAbsent(parameter, value);
            if (value == null || (other != null && !other.equals(value))) {
                any.add(parameter);
            }
        }
        fixed.keySet().removeAll(any);
        return fixed;
    }
}
