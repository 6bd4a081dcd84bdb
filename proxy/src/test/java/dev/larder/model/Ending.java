package dev.larder.model;

/**
 * What comes after a run: nothing happens to anybody any more, all that is under way ends within bounded time, what is
 * owed is settled, and then everybody reads what was answered.
 */
final class Ending {

    private static final int PATIENCE = 3 * (Setup.LEASE + Setup.INTENT);

    private Ending() {}

    static void of(World world) {
        world.tell("---- from here on nothing fails");
        world.faultsLeft = 0;
        world.readsLeft = 0;
        world.writesLeft = 0;
        world.snapshotsLeft = 0;
        world.ticksLeft = Integer.MAX_VALUE;
        for (Server server : world.servers) {
            if (server.replaced && server.up) {
                world.tell("the server that was replaced learns of it");
                server.up = false;
            }
        }
        settle(world);
        // Not sooner: what began while nothing was judged is not judged by its end.
        world.judged = true;
        for (int i = 0; i < Setup.INTENT; i++) {
            world.apply(Step.of(Step.TICK, 0, 0));
        }
        for (int round = 0; round < 2; round++) {
            for (int s = 0; s < world.sidecars.length; s++) {
                for (int item = 0; item < world.origin.length; item++) {
                    world.readsLeft = 1;
                    world.apply(Step.of(Step.READ, s, item));
                    world.readsLeft = 0;
                    settle(world);
                }
            }
        }
    }

    private static void settle(World world) {
        int until = world.now + PATIENCE;
        Steps enabled = new Steps();
        int turn = 0;
        while (busy(world)) {
            world.enabled(enabled);
            int chosen = -1;
            for (int i = 0; i < enabled.size() && chosen < 0; i++) {
                int step = enabled.get((i + turn) % enabled.size());
                int action = Step.action(step);
                if (action != Step.TICK && action != Step.JOIN && action != Step.RENEW) {
                    chosen = step;
                }
            }
            turn++;
            if (chosen < 0 || turn % 200 == 0) {
                if (world.now > until) {
                    throw new Violation("somebody waits for ever");
                }
                chosen = Step.of(Step.TICK, 0, 0);
            }
            world.apply(chosen);
        }
    }

    private static boolean busy(World world) {
        for (Sidecar sidecar : world.sidecars) {
            if (!sidecar.alive || sidecar.server < 0 || !world.linked(sidecar) || !sidecar.messages.isEmpty()) {
                return true;
            }
            if (world.servers[sidecar.server].replaced) {
                return true;
            }
            for (Op op : sidecar.ops) {
                if (!op.idle()) {
                    return true;
                }
            }
            for (int owed : sidecar.owed) {
                if (owed != 0) {
                    return true;
                }
            }
        }
        return false;
    }
}
