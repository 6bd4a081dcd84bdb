package dev.larder.model;

import java.util.EnumSet;
import java.util.Set;

/** Longer walks than a build has time for: {@code ModelRun SECONDS [FLAW...]}. */
final class ModelRun {

    private ModelRun() {}

    public static void main(String[] arguments) {
        long seconds = arguments.length > 0 ? Long.parseLong(arguments[0]) : 60;
        Set<Flaw> flaws = EnumSet.noneOf(Flaw.class);
        for (int i = 1; i < arguments.length; i++) {
            flaws.add(Flaw.valueOf(arguments[i]));
        }
        long begin = System.nanoTime();
        long steps = 0;
        int seed = 0;
        while ((System.nanoTime() - begin) / 1_000_000_000L < seconds) {
            for (Setup setup : Setups.walks()) {
                Walker walker = new Walker(setup.with(flaws.toArray(new Flaw[0])), Setups.LENGTH);
                Run run = walker.walk(seed, 2_000);
                steps += walker.steps;
                if (run != null) {
                    System.out.println(setup.faults() + " after " + steps + " steps");
                    System.out.println(run.shortest().story());
                    System.exit(1);
                }
            }
            seed += 2_000;
        }
        System.out.printf("%,d steps, nothing stale, nobody waits for ever%n", steps);
    }
}
