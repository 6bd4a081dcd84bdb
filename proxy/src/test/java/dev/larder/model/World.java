package dev.larder.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of everything, and which steps are possible in it. A step is a number ({@link Step}), so that a run can be
 * written down, played again and shortened. What an operation does in its steps is in {@link Operations}, what happens
 * to processes and servers in {@link Mishaps}.
 *
 * <p>Each step is what happens at once in the implementation: one script or command on the server, the arrival of one
 * answer or message, one decision of a process. Steps of different operations come in any order, also those of one
 * process: that is more than a connection allows.
 */
final class World {

    final Setup setup;
    final Server[] servers;
    final Sidecar[] sidecars;

    /** What the origin has, per item; the latest version whose write has been answered. */
    final int[] origin;

    final int[] answered;

    /** Versions whose writer died before it answered: from that time on nothing older is right. */
    record Abandoned(int item, int version, int from) {}

    List<Abandoned> abandoned = new ArrayList<>();

    int now;
    int tokens;
    int readsLeft;
    int writesLeft;
    int ticksLeft;
    int faultsLeft;
    int snapshotsLeft;
    boolean scriptsLost;

    /** Whether an answer may not be stale; at the end it never may. */
    boolean judged;

    /** What a replica has, or an old dump holds. */
    Server.@Nullable Data snapshot;

    /** Where the steps are told of, or null. */
    @Nullable
    List<String> story;

    private final boolean snapshots;
    final boolean keepsData;

    World(Setup setup) {
        this.setup = setup;
        servers = new Server[] {new Server(setup.items()), new Server(setup.items())};
        sidecars = new Sidecar[setup.sidecars()];
        origin = new int[setup.items()];
        answered = new int[setup.items()];
        for (int i = 0; i < sidecars.length; i++) {
            sidecars[i] = new Sidecar(setup.items(), setup.readers() + 3);
        }
        servers[0].up = true;
        servers[0].master = true;
        servers[0].process = token();
        servers[0].history = token();
        judged = !setup.faults().contains(Fault.TAKEOVER);
        readsLeft = setup.reads();
        writesLeft = setup.writes();
        ticksLeft = setup.ticks();
        faultsLeft = setup.faultBudget();
        snapshots = setup.faults().stream()
                .anyMatch(f -> f == Fault.FAILOVER
                        || f == Fault.SPLIT
                        || f == Fault.TAKEOVER
                        || f == Fault.FAILBACK
                        || f == Fault.RESTART_OLD);
        snapshotsLeft = snapshots ? 3 : 0;
        keepsData = setup.faults().stream()
                .allMatch(f -> f == Fault.CRASH
                        || f == Fault.LINK_LOST
                        || f == Fault.FEED_DROPPED
                        || f == Fault.SCRIPTS_LOST
                        || f == Fault.PURGE_LATE);
        // The list is old enough that nobody unknown has a lease.
        servers[0].data.listOf = incarnationOf(servers[0]);
        now = 1;
        servers[0].data.listBorn = now - Setup.LEASE;
    }

    /** A world in full swing: all are linked and have joined, and have a copy of what is stored. */
    static World warm(Setup setup) {
        World world = new World(setup);
        int reads = world.readsLeft;
        for (int s = 0; s < setup.sidecars(); s++) {
            world.apply(Step.of(Step.CONNECT, s, 0));
            world.apply(Step.of(Step.JOIN, s, 0));
            world.goOn(s, setup.readers() + 1);
        }
        for (int s = 0; s <= setup.sidecars(); s++) {
            for (int item = 0; item < setup.items(); item++) {
                int by = s % setup.sidecars();
                world.apply(Step.of(Step.READ, by, item));
                world.goOn(by, 0);
            }
        }
        for (Sidecar sidecar : world.sidecars) {
            sidecar.joinedAt = world.now - Setup.INTENT;
        }
        world.readsLeft = reads;
        return world;
    }

    private void goOn(int s, int op) {
        while (!sidecars[s].ops[op].idle()) {
            apply(Step.of(Step.GO, s, op));
        }
    }

    private World(World other) {
        setup = other.setup;
        servers = new Server[] {other.servers[0].copy(), other.servers[1].copy()};
        sidecars = new Sidecar[other.sidecars.length];
        for (int i = 0; i < sidecars.length; i++) {
            sidecars[i] = other.sidecars[i].copy();
        }
        origin = other.origin.clone();
        answered = other.answered.clone();
        abandoned = new ArrayList<>(other.abandoned);
        now = other.now;
        tokens = other.tokens;
        readsLeft = other.readsLeft;
        writesLeft = other.writesLeft;
        ticksLeft = other.ticksLeft;
        faultsLeft = other.faultsLeft;
        snapshotsLeft = other.snapshotsLeft;
        scriptsLost = other.scriptsLost;
        judged = other.judged;
        snapshot = other.snapshot == null ? null : other.snapshot.copy();
        snapshots = other.snapshots;
        keepsData = other.keepsData;
    }

    World copy() {
        return new World(this);
    }

    int token() {
        return ++tokens;
    }

    boolean has(Flaw flaw) {
        return setup.has(flaw);
    }

    /** What a client takes for the incarnation of a server. */
    int incarnationOf(Server server) {
        return has(Flaw.RUN_ID_ONLY) ? server.process : server.history;
    }

    long fingerprint(Fingerprint out) {
        out.begin(now);
        for (Server server : servers) {
            server.print(out);
        }
        for (Sidecar sidecar : sidecars) {
            sidecar.print(out, new boolean[] {linked(sidecar), fed(sidecar)});
        }
        for (int i = 0; i < origin.length; i++) {
            out.put(origin[i]);
            out.put(answered[i]);
        }
        out.put(abandoned.size());
        for (Abandoned one : abandoned) {
            out.put(one.item);
            out.put(one.version);
            out.until(one.from);
        }
        out.put(readsLeft);
        out.put(writesLeft);
        out.put(ticksLeft);
        out.put(faultsLeft);
        out.put(snapshotsLeft);
        out.put(scriptsLost);
        out.put(snapshot != null);
        if (snapshot != null) {
            snapshot.print(out);
        }
        return out.end();
    }

    // ---- who sees whom -----------------------------------------------------------------------------------------

    /** Whether the server at the other end of the link still has it open. */
    boolean linked(Sidecar sidecar) {
        return sidecar.server >= 0 && servers[sidecar.server].usable() && servers[sidecar.server].boot == sidecar.boot;
    }

    /** The same for the feed. */
    boolean fed(Sidecar sidecar) {
        return sidecar.feed >= 0
                && !sidecar.dropped
                && servers[sidecar.feed].usable()
                && servers[sidecar.feed].boot == sidecar.feedBoot;
    }

    boolean leased(Sidecar sidecar) {
        return sidecar.member != 0 && now < sidecar.leaseUntil;
    }

    /** Whether nobody else can be a member, as far as is known for certain; who joins from now on is a newcomer. */
    boolean alone(Sidecar sidecar) {
        return sidecar.server < 0 ? sidecar.aloneWhenLost : leased(sidecar) && !sidecar.knowsOthers;
    }

    /** Whether what is stored under an intent may be used: it was put since this sidecar joined, by one that knew of it. */
    boolean trusts(Sidecar sidecar, int markUntil) {
        return has(Flaw.NEWCOMER_UNDER_INTENT) || (leased(sidecar) && markUntil - Setup.INTENT > sidecar.joinedAt);
    }

    private boolean mayLinger() {
        return setup.faults().contains(Fault.SPLIT) || setup.faults().contains(Fault.TAKEOVER);
    }

    /** Whether servers may be replaced unseen, so that reading one needs a lease. */
    boolean fenced() {
        return setup.faults().contains(Fault.SPLIT) && !has(Flaw.NO_FENCE);
    }

    // ---- which steps there are ---------------------------------------------------------------------------------

    /** Writes all possible steps into {@code out}. */
    void enabled(Steps out) {
        out.clear();
        if (ticksLeft > 0) {
            out.add(Step.TICK, 0, 0);
        }
        if (snapshots && snapshotsLeft > 0 && servers[current()].up) {
            out.add(Step.SNAPSHOT, 0, 0);
        }
        for (int s = 0; s < sidecars.length; s++) {
            enabled(out, s, sidecars[s]);
        }
        if (faultsLeft > 0) {
            for (Fault fault : setup.faults()) {
                Mishaps.enabled(this, fault, out);
            }
        }
    }

    /** The server that everybody who looks anew finds: the one promoted last. */
    int current() {
        return servers[1].usable() && !servers[1].replaced ? 1 : 0;
    }

    private void enabled(Steps out, int s, Sidecar sidecar) {
        if (!sidecar.alive) {
            out.add(Step.START, s, 0);
            return;
        }
        if (sidecar.server < 0) {
            for (int i = 0; i < servers.length; i++) {
                if (servers[i].usable()) {
                    out.add(Step.CONNECT, s, i);
                }
            }
        } else if (!linked(sidecar) || (servers[sidecar.server].replaced && mayLinger())) {
            out.add(Step.NOTICE_LINK, s, 0);
        }
        if (sidecar.feed >= 0 && !fed(sidecar)) {
            out.add(Step.NOTICE_FEED, s, 0);
        }
        int readers = setup.readers();
        boolean reads = !setup.roles() || s > 0;
        boolean writes = !setup.roles() || s == 0;
        for (int o = 0; o < sidecar.ops.length; o++) {
            Op op = sidecar.ops[o];
            if (!op.idle()) {
                if (Operations.enabled(this, sidecar, op)) {
                    out.add(Step.GO, s, o);
                }
            } else if (o < readers && readsLeft > 0 && reads) {
                for (int i = 0; i < origin.length; i++) {
                    out.add(Step.READ, s, o << 4 | i);
                    if (setup.unknownVisitors() && sidecar.server >= 0 && !sidecar.mustNotAsk(i)) {
                        out.add(Step.READ_UNKNOWN, s, o << 4 | i);
                    }
                }
            } else if (o == readers && writesLeft > 0 && writes) {
                for (int i = 0; i < origin.length; i++) {
                    out.add(Step.WRITE, s, i);
                }
            } else if (o == readers + 1 && sidecar.server >= 0 && reads) {
                if (sidecar.member == 0) {
                    out.add(Step.JOIN, s, 0);
                } else if (sidecar.leaseUntil < now + Setup.LEASE - 1 && sidecar.pings() == 0) {
                    // One at a time, and only where it makes a difference.
                    out.add(Step.RENEW, s, 0);
                }
            } else if (o == readers + 2 && sidecar.server >= 0) {
                for (int i = 0; i < origin.length; i++) {
                    if (sidecar.owed[i] != 0) {
                        out.add(Step.SETTLE, s, i);
                    }
                }
            }
        }
        if (!sidecar.messages.isEmpty()) {
            out.add(Step.DELIVER, s, 0);
            if (has(Flaw.FEED_UNORDERED)) {
                for (int i = 1; i < sidecar.messages.size(); i++) {
                    if (sidecar.messages.get(i).publisher()
                            != sidecar.messages.get(0).publisher()) {
                        out.add(Step.DELIVER, s, i);
                    }
                }
            }
        }
        if (!sidecar.acks.isEmpty() && linked(sidecar)) {
            out.add(Step.ACKNOWLEDGE, s, 0);
        }
    }

    /** Whether nothing is under way. */
    boolean quiet() {
        for (Sidecar sidecar : sidecars) {
            for (Op op : sidecar.ops) {
                if (!op.idle()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether nobody begins anything any more and nothing is under way. */
    boolean over() {
        return ticksLeft == 0 && readsLeft == 0 && writesLeft == 0 && quiet();
    }

    /** Does one step that is possible now. */
    void apply(int step) {
        int s = Step.sidecar(step);
        int arg = Step.argument(step);
        switch (Step.action(step)) {
            case Step.TICK -> {
                now++;
                ticksLeft--;
                tell("the clock shows %d", now);
            }
            case Step.SNAPSHOT -> {
                snapshotsLeft--;
                snapshot = servers[current()].data.copy();
                tell("the replica catches up with the master (and a dump is written)");
            }
            case Step.START -> {
                sidecars[s].alive = true;
                tell("%s starts again", name(s));
            }
            case Step.CONNECT -> Mishaps.connect(this, s, arg);
            case Step.NOTICE_LINK -> {
                tell("%s learns that its link is gone", name(s));
                Mishaps.loseLink(this, sidecars[s]);
            }
            case Step.NOTICE_FEED -> {
                tell("%s learns that its feed is gone", name(s));
                Mishaps.loseFeed(this, sidecars[s]);
            }
            case Step.READ -> Operations.read(this, s, arg >> 4, arg & 15);
            case Step.READ_UNKNOWN -> Operations.readUnknown(this, s, arg >> 4, arg & 15);
            case Step.WRITE -> Operations.write(this, s, arg);
            case Step.JOIN -> Membership.join(this, s);
            case Step.RENEW -> Membership.renew(this, s);
            case Step.SETTLE -> Operations.settle(this, s, arg);
            case Step.GO -> Operations.go(this, s, sidecars[s].ops[arg]);
            case Step.DELIVER -> Membership.deliver(this, s, arg);
            case Step.ACKNOWLEDGE -> Membership.acknowledge(this, s);
            case Step.FAULT -> Mishaps.strike(this, Fault.values()[s], arg);
            default -> throw new IllegalArgumentException("no step: " + step);
        }
    }

    // ---- the promise -------------------------------------------------------------------------------------------

    /** The oldest version that a read which begins now in this sidecar may be answered with. */
    int floor(int item, Sidecar sidecar) {
        int floor = Math.max(answered[item], sidecar.answered[item]);
        for (Abandoned one : abandoned) {
            if (one.item == item && now >= one.from) {
                floor = Math.max(floor, one.version);
            }
        }
        return floor;
    }

    void answer(int s, int item, int version, int floor, String from) {
        tell("%s answers a read of item %d with version %d %s", name(s), item, version, from);
        if (version < floor && judged) {
            throw new Violation(
                    "%s answered version %d of item %d %s; version %d had been answered before the read began"
                            .formatted(name(s), version, item, from, floor));
        }
    }

    /** Its sidecar dies: the write is not stale for longer than its intent may stand. */
    void abandon(Op write) {
        if (keepsData && write.flag && write.version > 0) {
            abandoned.add(new Abandoned(write.item, write.version, now + Setup.INTENT));
        }
    }

    // ---- telling -----------------------------------------------------------------------------------------------

    static String name(int sidecar) {
        return String.valueOf((char) ('A' + sidecar));
    }

    void tell(String form, Object... arguments) {
        List<String> lines = story;
        if (lines != null) {
            lines.add(form.formatted(arguments));
        }
    }
}
