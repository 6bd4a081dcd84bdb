package dev.larder.model;

import java.util.List;

/** What happens to links, processes and servers. */
final class Mishaps {

    private Mishaps() {}

    static void connect(World world, int s, int server) {
        Sidecar sidecar = world.sidecars[s];
        Server to = world.servers[server];
        sidecar.server = server;
        sidecar.boot = to.boot;
        sidecar.incarnation = world.incarnationOf(to);
        sidecar.greetedAt = world.now;
        sidecar.link++;
        world.tell("%s connects to server %d", World.name(s), server);
        for (int i = 0; i < sidecar.purgedOn.length; i++) {
            if (sidecar.purgedOn[i] != 0
                    && sidecar.purgedOn[i] != sidecar.incarnation
                    && !world.has(Flaw.PURGES_UNREPEATED)) {
                sidecar.purgedOn[i] = 0;
                sidecar.owed[i] = world.token();
                sidecar.onDisk[i] = true;
                world.tell("%s owes the purge of item %d once more", World.name(s), i);
            }
        }
    }

    static void loseLink(World world, Sidecar sidecar) {
        sidecar.server = -1;
        sidecar.link++;
        sidecar.lostAt = world.now;
        sidecar.lastIncarnation = sidecar.incarnation;
        sidecar.knewOthers = sidecar.knowsOthers;
        sidecar.aloneWhenLost = world.leased(sidecar) && !sidecar.knowsOthers;
        loseFeed(world, sidecar);
    }

    /** The lease ends at once, and with it who one was. */
    static void loseFeed(World world, Sidecar sidecar) {
        sidecar.feed = -1;
        sidecar.dropped = false;
        if (world.has(Flaw.IDENTITY_KEPT) && sidecar.server >= 0) {
            sidecar.feed = sidecar.server;
            sidecar.feedBoot = sidecar.boot;
            return;
        }
        sidecar.messages.clear();
        Membership.end(sidecar);
    }

    static void enabled(World world, Fault fault, Steps out) {
        int f = fault.ordinal();
        boolean first = world.current() == 0 && world.servers[0].usable();
        switch (fault) {
            case CRASH -> {
                for (int s = 0; s < world.sidecars.length; s++) {
                    if (world.sidecars[s].alive) {
                        out.add(Step.FAULT, f, s);
                    }
                }
            }
            case LINK_LOST -> {
                for (int s = 0; s < world.sidecars.length; s++) {
                    if (world.sidecars[s].server >= 0) {
                        out.add(Step.FAULT, f, s);
                    }
                }
            }
            case FEED_DROPPED -> {
                for (int s = 0; s < world.sidecars.length; s++) {
                    if (world.fed(world.sidecars[s])) {
                        out.add(Step.FAULT, f, s);
                    }
                }
            }
            case PURGE_LATE -> {
                for (int s = 0; s < world.sidecars.length; s++) {
                    if (Operations.isPurging(world, world.sidecars[s])) {
                        out.add(Step.FAULT, f, s);
                    }
                }
            }
            case FAILOVER, SPLIT, TAKEOVER -> {
                if (first && world.snapshot != null) {
                    out.add(Step.FAULT, f, 0);
                }
            }
            case FAILBACK -> {
                if (!first && world.snapshot != null && world.servers[1].usable()) {
                    out.add(Step.FAULT, f, 0);
                }
            }
            case RESTART_EMPTY, FLUSH, EVICT_MEMBERS -> out.add(Step.FAULT, f, 0);
            case RESTART_OLD -> {
                if (world.snapshot != null) {
                    out.add(Step.FAULT, f, 0);
                }
            }
            case EVICT_GROUP -> {
                for (int i = 0; i < world.origin.length; i++) {
                    out.add(Step.FAULT, f, i);
                }
            }
            case SCRIPTS_LOST -> {
                if (!world.scriptsLost) {
                    out.add(Step.FAULT, f, 0);
                }
            }
        }
    }

    static void strike(World world, Fault fault, int argument) {
        world.faultsLeft--;
        Server now = world.servers[world.current()];
        int items = world.origin.length;
        // What needs one happens only where there is one.
        Server.Data before = world.snapshot == null ? new Server.Data(items) : world.snapshot;
        switch (fault) {
            case CRASH -> {
                world.tell("%s is killed", World.name(argument));
                crash(world, world.sidecars[argument]);
            }
            case LINK_LOST -> {
                world.tell("%s loses its link", World.name(argument));
                loseLink(world, world.sidecars[argument]);
            }
            case FEED_DROPPED -> {
                world.tell("the server drops the feed of %s, which does not know it yet", World.name(argument));
                world.sidecars[argument].dropped = true;
            }
            case PURGE_LATE -> {
                world.tell("the purge of %s runs into its timeout", World.name(argument));
                Operations.late(world, argument);
            }
            case FAILOVER -> {
                world.tell("server 0 is gone, and its replica takes over with what it had");
                world.servers[0].up = false;
                world.servers[0].replaced = true;
                promote(world, world.servers[1], before);
            }
            case SPLIT, TAKEOVER -> {
                world.tell("the replica takes over, and server 0 does not know of it");
                world.servers[0].replaced = true;
                promote(world, world.servers[1], before);
            }
            case FAILBACK -> {
                world.tell("server 0 follows server 1 with a lag, and takes over again in the same process");
                Server back = world.servers[0];
                back.up = true;
                back.boot++;
                back.replaced = false;
                world.servers[1].replaced = true;
                world.servers[1].master = false;
                world.servers[1].boot++;
                promote(world, back, before);
            }
            case RESTART_EMPTY -> {
                world.tell("the server restarts empty");
                restart(world, now, new Server.Data(items));
            }
            case RESTART_OLD -> {
                world.tell("the server restarts with the old dump");
                restart(world, now, before.copy());
            }
            case FLUSH -> {
                world.tell("FLUSHALL");
                now.data = new Server.Data(items);
            }
            case EVICT_GROUP -> {
                world.tell("the server evicts group %d", argument);
                now.data.epoch[argument] = 0;
                now.data.marks.set(argument, List.of());
            }
            case EVICT_MEMBERS -> {
                world.tell("the server evicts the list of members");
                now.data.members.clear();
                now.data.listOf = 0;
            }
            case SCRIPTS_LOST -> {
                world.tell("the server loses its scripts");
                world.scriptsLost = true;
            }
        }
    }

    private static void promote(World world, Server server, Server.Data data) {
        server.data = data.copy();
        server.up = true;
        server.master = true;
        server.promoted = true;
        server.replaced = false;
        if (server.process == 0) {
            server.process = world.token();
        }
        server.history = world.token();
    }

    private static void restart(World world, Server server, Server.Data data) {
        server.data = data;
        server.boot++;
        server.process = world.token();
        server.history = world.token();
        server.promoted = false;
    }

    private static void crash(World world, Sidecar sidecar) {
        for (Op op : sidecar.ops) {
            if (!op.idle()
                    && op.stage.ordinal() >= Op.Stage.PURGE_CHANGE.ordinal()
                    && op.stage.ordinal() <= Op.Stage.ANSWER_OWED.ordinal()
                    && !op.owing) {
                world.abandon(op);
            }
        }
        for (int i = 0; i < sidecar.owed.length; i++) {
            if (!sidecar.onDisk[i]) {
                sidecar.owed[i] = 0;
            }
        }
        sidecar.die();
    }
}
