package dev.larder.fuzz;

import dev.larder.rig.Leaks;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;

/**
 * Fuzzes for a while: {@code Fuzz [seconds] [seed]}. Ends with 1 where it found something; the same seed finds the same
 * in as many inputs, but for what sockets do.
 */
public final class Fuzz {

    private static final double NANOS = 1e9;

    /** How long a campaign goes on before another has its turn. */
    private static final long TURN_NANOS = 500_000_000L;

    private static final long TELL_NANOS = 15_000_000_000L;

    private final List<String> findings = new ArrayList<>();
    private final List<Campaign> campaigns;
    private final long[] spentNanos;

    private Fuzz(List<Campaign> campaigns) {
        this.campaigns = campaigns;
        this.spentNanos = new long[campaigns.size()];
    }

    public static void main(String[] arguments) throws Exception {
        long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 60;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        // Before the first buffer, so that all are watched.
        var unused = Leaks.found();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        System.out.println("fuzzing for " + seconds + " s, seed " + seed);
        int found;
        try (LogWatch log = new LogWatch();
                SocketTarget sockets = new SocketTarget()) {
            Fuzz fuzz = new Fuzz(List.of(
                    new Campaign(new RequestTarget(), log, seed),
                    new Campaign(new ResponseTarget(), log, seed),
                    new Campaign(sockets, log, seed)));
            fuzz.run((long) (seconds * NANOS));
            found = fuzz.findings.size();
        }
        List<String> leaks = Leaks.found();
        leaks.forEach(leak -> System.out.println("LEAK " + leak));
        System.out.println(found + " findings, " + leaks.size() + " leaks found by collection");
        System.exit(found + leaks.size() == 0 ? 0 : 1);
    }

    private void run(long nanos) {
        long begin = System.nanoTime();
        long told = begin;
        while (System.nanoTime() - begin < nanos) {
            for (int i = 0; i < campaigns.size(); i++) {
                turn(i);
            }
            if (System.nanoTime() - told > TELL_NANOS) {
                told = System.nanoTime();
                tell((told - begin) / NANOS);
            }
        }
        tell((System.nanoTime() - begin) / NANOS);
    }

    private void turn(int which) {
        Campaign campaign = campaigns.get(which);
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < TURN_NANOS) {
            campaign.step();
        }
        spentNanos[which] += System.nanoTime() - begin;
        for (String finding : campaign.findings()) {
            if (!findings.contains(finding)) {
                findings.add(finding);
                System.out.println("FOUND " + finding);
            }
        }
    }

    private void tell(double seconds) {
        for (int i = 0; i < campaigns.size(); i++) {
            Campaign campaign = campaigns.get(i);
            System.out.printf(
                    "%5.0f s  %-9s %9d inputs %9d connections %6.0f/s  corpus %4d  behaviours %5d  findings %d%n",
                    seconds,
                    campaign.name(),
                    campaign.inputs(),
                    campaign.executions(),
                    campaign.executions() / (spentNanos[i] / NANOS),
                    campaign.corpusSize(),
                    campaign.signatures(),
                    campaign.findings().size());
        }
    }
}
