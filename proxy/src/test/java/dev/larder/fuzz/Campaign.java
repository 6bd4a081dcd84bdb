package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Mutates what has shown something new, and keeps what shows something new again. Everything follows from the seed.
 * Confined to one thread.
 */
final class Campaign {

    /** Inputs kept at most; a new one takes the place of any. */
    private static final int MOST_KEPT = 4000;

    /** Runs that shortening an input may take. */
    private static final int SHORTENING_RUNS = 3000;

    private final Target target;
    private final LogWatch log;
    private final RandomGenerator random;
    private final long seed;
    private final Mutator mutator;
    private final List<byte[]> corpus = new ArrayList<>();
    private final Set<String> signatures = new HashSet<>();
    private final Map<String, String> findings = new LinkedHashMap<>();
    private int seeds;
    private long executions;
    private long inputs;

    Campaign(Target target, LogWatch log, long seed) {
        this.target = target;
        this.log = log;
        this.seed = seed;
        this.random = new java.util.Random(seed);
        this.mutator = new Mutator(random, target.words());
        corpus.addAll(target.seeds());
    }

    /** One input more, in one piece and in others. */
    void step() {
        byte[] input;
        if (seeds < target.seeds().size()) {
            input = target.seeds().get(seeds++);
        } else {
            input = mutator.mutate(any(), any());
        }
        inputs++;
        List<int[]> divisions = divisions(input);
        Target.Result result = run(input, divisions);
        Finding finding = result.finding();
        if (finding != null) {
            found(input, divisions, finding);
        } else if (signatures.add(result.signature())) {
            if (corpus.size() < MOST_KEPT) {
                corpus.add(input);
            } else {
                corpus.set(random.nextInt(MOST_KEPT), input);
            }
        }
    }

    /** Those that are new are taken more often. */
    private byte[] any() {
        int size = corpus.size();
        int recent = Math.min(size, 100);
        return random.nextInt(3) == 0
                ? corpus.get(size - 1 - random.nextInt(recent))
                : corpus.get(random.nextInt(size));
    }

    private List<int[]> divisions(byte[] input) {
        List<int[]> divisions = new ArrayList<>(List.of(Cuts.none()));
        divisions.add(Cuts.some(random, input.length));
        if (inputs % 4 == 0) {
            divisions.add(Cuts.everywhere(input.length));
        }
        return divisions;
    }

    private Target.Result run(byte[] input, List<int[]> divisions) {
        executions += divisions.size();
        try {
            Target.Result result = target.run(input, divisions);
            String logged = log.take();
            return logged == null || result.finding() != null
                    ? result
                    : new Target.Result(result.signature(), new Finding("logged", logged));
        } catch (RuntimeException thrown) {
            java.io.StringWriter stack = new java.io.StringWriter();
            thrown.printStackTrace(new java.io.PrintWriter(stack));
            return new Target.Result("", new Finding("thrown", stack.toString()));
        }
    }

    private void found(byte[] input, List<int[]> divisions, Finding finding) {
        String like = like(finding);
        if (findings.containsKey(like)) {
            return;
        }
        byte[] shortest = shortened(input, like, divisions);
        Finding shown = run(shortest, divisions(shortest, divisions)).finding();
        findings.put(
                like,
                target.name() + ": " + finding.kind() + " (seed " + seed + ", input " + inputs + ")\n  "
                        + (shown == null ? finding : shown).detail() + "\n  " + Escaped.literal(shortest));
    }

    /** Findings whose kind and words agree are taken for one. */
    private static String like(Finding finding) {
        String detail = finding.detail().replaceAll("(;| sent| cut at).*", "").replaceAll("[0-9]+", "#");
        return finding.kind() + ": " + detail.substring(0, Math.min(60, detail.length()));
    }

    private static List<int[]> divisions(byte[] input, List<int[]> as) {
        List<int[]> divisions = new ArrayList<>(List.of(Cuts.none()));
        for (int[] cuts : as) {
            if (cuts.length > 0) {
                divisions.add(
                        Arrays.stream(cuts).filter(cut -> cut < input.length).toArray());
            }
        }
        divisions.add(Cuts.everywhere(input.length));
        return divisions;
    }

    /** Takes out what is not needed for the same to be found. */
    private byte[] shortened(byte[] input, String like, List<int[]> divisions) {
        byte[] best = input;
        int runs = 0;
        for (int length = Math.max(1, best.length / 2); length > 0; length /= 2) {
            for (int from = 0; from < best.length && runs < SHORTENING_RUNS; ) {
                byte[] shorter = new byte[best.length - Math.min(length, best.length - from)];
                System.arraycopy(best, 0, shorter, 0, from);
                System.arraycopy(best, best.length - (shorter.length - from), shorter, from, shorter.length - from);
                runs++;
                Finding same = run(shorter, divisions(shorter, divisions)).finding();
                if (same != null && like(same).equals(like)) {
                    best = shorter;
                } else {
                    from += length;
                }
            }
        }
        return best;
    }

    /** What has been found, each kind once, shortened and explained. */
    List<String> findings() {
        return List.copyOf(findings.values());
    }

    /** Connections fed. */
    long executions() {
        return executions;
    }

    /** Inputs fed, each in two or three divisions. */
    long inputs() {
        return inputs;
    }

    int corpusSize() {
        return corpus.size();
    }

    int signatures() {
        return signatures.size();
    }

    String name() {
        return target.name();
    }
}
