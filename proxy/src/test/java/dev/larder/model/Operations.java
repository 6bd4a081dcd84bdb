package dev.larder.model;

import java.util.ArrayList;

/** What reads, writes and the settling of owed purges do, stage by stage. */
final class Operations {

    private Operations() {}

    // ---- beginnings --------------------------------------------------------------------------------------------

    static void read(World world, int s, int slot, int item) {
        world.readsLeft--;
        Sidecar sidecar = world.sidecars[s];
        int floor = world.floor(item, sidecar);
        boolean own = !sidecar.mustNotAsk(item) || world.has(Flaw.OWED_COPIES_KEPT);
        if (own
                && (world.leased(sidecar) || world.has(Flaw.COPY_WITHOUT_LEASE))
                && world.now < sidecar.copyUntil[item]
                && sidecar.copyEpoch[item] == sidecar.epoch[item]) {
            world.answer(s, item, sidecar.copyVersion[item], floor, "from its near cache");
            return;
        }
        if (sidecar.server < 0 || sidecar.mustNotAsk(item) || (world.fenced() && !world.leased(sidecar))) {
            world.answer(s, item, world.origin[item], floor, "from the origin, since the store must not be asked");
            return;
        }
        Op op = sidecar.ops[slot];
        op.clear();
        op.item = item;
        op.floor = floor;
        begin(world, sidecar, op, Op.Stage.GET_ENTRY);
        op.localEpoch = sidecar.epoch[item];
        op.lease = world.leased(sidecar) || world.has(Flaw.COPY_OVER_JOIN) ? sidecar.lease : -1;
        world.tell("%s begins to read item %d (slot %d)", World.name(s), item, slot);
    }

    static void readUnknown(World world, int s, int slot, int item) {
        world.readsLeft--;
        Op op = world.sidecars[s].ops[slot];
        op.clear();
        op.item = item;
        begin(world, world.sidecars[s], op, Op.Stage.LATE_CHANGE);
        world.tell("%s begins to fetch item %d for somebody unknown (slot %d)", World.name(s), item, slot);
    }

    static void write(World world, int s, int item) {
        world.writesLeft--;
        Sidecar sidecar = world.sidecars[s];
        Op op = sidecar.ops[world.setup.readers()];
        op.clear();
        op.item = item;
        op.token = world.token();
        boolean intends = sidecar.server >= 0 && !world.has(Flaw.NO_INTENT);
        begin(world, sidecar, op, intends ? Op.Stage.INTEND : Op.Stage.COMMIT);
        op.flag = world.has(Flaw.NO_INTENT);
        world.tell("%s begins to write item %d", World.name(s), item);
    }

    static void settle(World world, int s, int item) {
        Sidecar sidecar = world.sidecars[s];
        Op op = sidecar.ops[world.setup.readers() + 2];
        op.clear();
        op.item = item;
        op.owing = true;
        op.version = sidecar.answered[item];
        op.storedEpoch = sidecar.owed[item];
        begin(world, sidecar, op, firstOfPurge(world));
        op.number = world.token();
        if (world.has(Flaw.OWED_READ_EARLY)) {
            told(world, s, op);
        }
        world.tell("%s begins to settle the purge of item %d that it owes", World.name(s), item);
    }

    private static void begin(World world, Sidecar sidecar, Op op, Op.Stage stage) {
        op.link = sidecar.link;
        op.incarnation = sidecar.incarnation;
        op.sentAt = world.now;
        op.stage = stage;
    }

    private static Op.Stage firstOfPurge(World world) {
        return world.has(Flaw.EPOCH_WRITTEN_FIRST) ? Op.Stage.PURGE_EPOCH : Op.Stage.PURGE_CHANGE;
    }

    // ---- steps -------------------------------------------------------------------------------------------------

    /** Whether the next stage can happen now: the server must be there, the time must have come. */
    static boolean enabled(World world, Sidecar sidecar, Op op) {
        if (op.stage == Op.Stage.WAIT) {
            return Membership.waited(world, op);
        }
        if (op.stage == Op.Stage.HELD) {
            return sidecar.owed[op.item] == 0
                    || world.now >= op.standsUntil
                    || world.alone(sidecar)
                    || world.has(Flaw.OWED_UNHELD);
        }
        if (op.link != sidecar.link) {
            return true;
        }
        return !(onServer(op.stage) || Membership.onServer(op.stage)) || world.linked(sidecar);
    }

    private static boolean onServer(Op.Stage stage) {
        return switch (stage) {
            case GET_ENTRY,
                    GET_EPOCH,
                    TOUCH,
                    COMPARE,
                    STORE,
                    LATE_CHANGE,
                    LATE_EPOCH,
                    LATE_CHANGE_AGAIN,
                    LATE_CHANGE_FIRST,
                    LATE_EPOCH_LAST,
                    INTEND,
                    PURGE_CHANGE,
                    PURGE_EPOCH,
                    MEMBERS,
                    PUBLISH,
                    UNMARK -> true;
            default -> false;
        };
    }

    static void go(World world, int s, Op op) {
        int stage = op.stage.ordinal();
        if (stage >= Op.Stage.SUBSCRIBE.ordinal()) {
            Membership.go(world, s, op);
        } else if (stage >= Op.Stage.INTEND.ordinal()) {
            goWrite(world, s, op);
        } else if (op.link != world.sidecars[s].link && op.stage != Op.Stage.FETCHED) {
            cutRead(world, s, op);
        } else if (stage >= Op.Stage.LATE_CHANGE.ordinal()) {
            goUnknown(world, s, op);
        } else {
            goRead(world, s, op);
        }
    }

    /** The store is away: the origin answers, and nothing is stored. */
    private static void cutRead(World world, int s, Op op) {
        if (op.stage.ordinal() < Op.Stage.FETCHED.ordinal()) {
            world.answer(s, op.item, world.origin[op.item], op.floor, "from the origin, the link having gone");
        } else {
            world.tell("%s does not store item %d, the link having gone", World.name(s), op.item);
        }
        op.clear();
    }

    private static void goRead(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        switch (op.stage) {
            case GET_ENTRY -> {
                Server server = world.servers[sidecar.server];
                op.version = server.data.version[op.item];
                op.storedEpoch = server.data.storedEpoch[op.item];
                op.storedUnder = server.data.storedUnder[op.item];
                op.stage = Op.Stage.GET_EPOCH;
                world.tell("the server reads entry %d for %s", op.item, World.name(s));
            }
            case GET_EPOCH -> {
                Server server = world.servers[sidecar.server];
                op.epoch = server.data.epoch[op.item];
                op.marked = !server.data.marks.get(op.item).isEmpty();
                op.flag =
                        server.data.marks.get(op.item).stream().anyMatch(mark -> !world.trusts(sidecar, mark.until()));
                op.lapsed = server.lapsed(op.item, world.now);
                op.stage = Op.Stage.ARRIVES;
                world.tell("the server reads epoch %d for %s", op.item, World.name(s));
            }
            case ARRIVES -> {
                if (sidecar.mustNotAsk(op.item)) {
                    cutRead(world, s, op);
                } else if (op.lapsed || op.epoch == 0) {
                    op.stage = Op.Stage.TOUCH;
                    world.tell("%s sees that epoch %d is missing or has lapsed", World.name(s), op.item);
                } else {
                    judge(world, s, op);
                }
            }
            case TOUCH -> {
                op.epoch = world.servers[sidecar.server].touch(op.item, world.now, world);
                op.marked = true;
                op.stage = Op.Stage.TOUCHED;
                world.tell("the server touches epoch %d for %s", op.item, World.name(s));
            }
            case TOUCHED -> {
                if (sidecar.mustNotAsk(op.item)) {
                    cutRead(world, s, op);
                } else {
                    judge(world, s, op);
                }
            }
            case FETCH -> {
                op.version = world.origin[op.item];
                op.stage = Op.Stage.FETCHED;
                world.tell(
                        "the origin answers the fetch of item %d by %s with version %d",
                        op.item, World.name(s), op.version);
            }
            case FETCHED -> {
                world.answer(s, op.item, op.version, op.floor, "as fetched");
                op.stage = Op.Stage.COMPARE;
            }
            case COMPARE -> {
                Server server = world.servers[sidecar.server];
                boolean current = server.data.epoch[op.item] == op.epoch && !server.lapsed(op.item, world.now);
                world.tell("the fill of item %d by %s is %s", op.item, World.name(s), current ? "current" : "too late");
                if (current) {
                    op.stage = Op.Stage.STORE;
                } else {
                    op.clear();
                }
            }
            case STORE -> store(world, s, op);
            default -> throw new IllegalStateException("not of a read: " + op.stage);
        }
    }

    private static void store(World world, int s, Op op) {
        world.servers[world.sidecars[s].server].store(op.item, op.version, op.epoch, op.incarnation);
        world.tell("%s stores version %d of item %d", World.name(s), op.version, op.item);
        op.clear();
    }

    private static void judge(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        boolean usable = op.storedEpoch != 0
                && op.storedEpoch == op.epoch
                && (op.storedUnder == op.incarnation || world.has(Flaw.NO_INCARNATION))
                && !op.flag;
        if (!usable) {
            op.stage = Op.Stage.FETCH;
            world.tell("%s finds nothing usable of item %d", World.name(s), op.item);
            return;
        }
        if ((!op.marked || world.has(Flaw.COPY_UNDER_INTENT))
                && op.lease == sidecar.lease
                && (op.localEpoch == sidecar.epoch[op.item] || world.has(Flaw.COPY_WITHOUT_LOCAL_EPOCHS))) {
            sidecar.copyVersion[op.item] = op.version;
            sidecar.copyEpoch[op.item] = sidecar.epoch[op.item];
            int life = world.has(Flaw.COPY_OUTLIVES_INTENT) ? 4 * Setup.INTENT : Setup.INTENT - 1;
            sidecar.copyUntil[op.item] = op.sentAt + life;
            world.tell("%s copies version %d of item %d", World.name(s), op.version, op.item);
        }
        world.answer(s, op.item, op.version, op.floor, "from the store");
        op.clear();
    }

    private static void goUnknown(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        switch (op.stage) {
            case LATE_CHANGE -> {
                op.change = change(world, sidecar);
                op.stage = Op.Stage.LATE_FETCH;
                world.tell("the server reads the change token for %s", World.name(s));
            }
            case LATE_FETCH -> {
                op.version = world.origin[op.item];
                op.stage = world.has(Flaw.CHANGE_READ_FIRST) ? Op.Stage.LATE_CHANGE_FIRST : Op.Stage.LATE_EPOCH;
                world.tell(
                        "the origin answers the fetch of item %d by %s with version %d",
                        op.item, World.name(s), op.version);
            }
            case LATE_EPOCH, LATE_EPOCH_LAST -> {
                op.epoch = world.servers[sidecar.server].touch(op.item, world.now, world);
                world.tell("the server reads epoch %d for %s", op.item, World.name(s));
                if (op.stage == Op.Stage.LATE_EPOCH) {
                    op.stage = Op.Stage.LATE_CHANGE_AGAIN;
                } else {
                    compareChange(world, s, op);
                }
            }
            case LATE_CHANGE_AGAIN, LATE_CHANGE_FIRST -> {
                op.change2 = change(world, sidecar);
                world.tell("the server reads the change token for %s", World.name(s));
                if (op.stage == Op.Stage.LATE_CHANGE_FIRST) {
                    op.stage = Op.Stage.LATE_EPOCH_LAST;
                } else {
                    compareChange(world, s, op);
                }
            }
            default -> throw new IllegalStateException("not of a fetch: " + op.stage);
        }
    }

    private static void compareChange(World world, int s, Op op) {
        if (op.change == op.change2 && !world.sidecars[s].mustNotAsk(op.item)) {
            op.stage = Op.Stage.STORE;
        } else {
            world.tell("%s does not store item %d", World.name(s), op.item);
            op.clear();
        }
    }

    private static int change(World world, Sidecar sidecar) {
        Server.Data data = world.servers[sidecar.server].data;
        if (data.change == 0) {
            data.change = world.token();
        }
        return data.change;
    }

    private static void goWrite(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        boolean cut = op.link != sidecar.link;
        if (cut && isPurging(op)) {
            owe(world, s, op);
            return;
        }
        Server server = world.servers[Math.max(0, sidecar.server)];
        switch (op.stage) {
            case INTEND -> {
                if (cut) {
                    op.stage = Op.Stage.COMMIT;
                    return;
                }
                op.sentAt = world.now;
                server.intend(op.item, op.token, world.now, world);
                op.standsUntil = world.now + Setup.INTENT;
                op.stage = Op.Stage.INTENDED;
                world.tell("the intent of %s stands on item %d", World.name(s), op.item);
            }
            case INTENDED -> {
                op.flag = !cut;
                op.stage = Op.Stage.COMMIT;
                world.tell(
                        "%s %s",
                        World.name(s), cut ? "does not know whether its intent stands" : "knows of its intent");
            }
            case COMMIT -> commit(world, s, op);
            case PURGE_CHANGE -> {
                if (world.scriptsLost) {
                    world.scriptsLost = false;
                    world.tell("the server lacks the scripts of the purge of item %d by %s", op.item, World.name(s));
                    return;
                }
                server.data.change = world.token();
                op.stage = world.has(Flaw.EPOCH_WRITTEN_FIRST) ? Op.Stage.PURGED : Op.Stage.PURGE_EPOCH;
                world.tell("the server renews the change token for %s", World.name(s));
            }
            case PURGE_EPOCH -> {
                server.purge(op.item, op.owing || !op.flag ? 0 : op.token, world.now, world);
                op.standsUntil = world.now + Setup.INTENT;
                op.stage = world.has(Flaw.EPOCH_WRITTEN_FIRST) ? Op.Stage.PURGE_CHANGE : Op.Stage.PURGED;
                world.tell("the server renews epoch %d for %s", op.item, World.name(s));
            }
            case PURGED -> {
                op.stage = world.has(Flaw.MEMBERS_THEN_PUBLISH) ? Op.Stage.MEMBERS : Op.Stage.PUBLISH;
                world.tell("%s knows that item %d is purged in the store", World.name(s), op.item);
                if (op.owing && world.has(Flaw.OWED_WITHOUT_MESSAGE)) {
                    op.stage = Op.Stage.WAIT;
                }
            }
            case MEMBERS -> {
                Membership.await(world, sidecar, op);
                op.stage = Op.Stage.PUBLISH;
                world.tell("the server lists %d members to %s", op.awaited.size(), World.name(s));
            }
            case PUBLISH -> {
                if (!world.has(Flaw.MEMBERS_THEN_PUBLISH)) {
                    Membership.await(world, sidecar, op);
                }
                Membership.publish(world, sidecar.server, s, op.item, op.number);
                // A server that has been replaced confirms nothing any more.
                op.marked = world.fenced() && server.replaced;
                op.stage = Op.Stage.TOLD;
                world.tell("the server publishes the purge of item %d by %s", op.item, World.name(s));
            }
            case TOLD -> {
                if (op.marked) {
                    Mishaps.loseLink(world, sidecar);
                    owe(world, s, op);
                } else {
                    // From now on another server is one that may lack it, also while others have not heard yet.
                    sidecar.purgedOn[op.item] = op.incarnation;
                    if (op.owing) {
                        told(world, s, op);
                    }
                    op.stage = Op.Stage.WAIT;
                    world.tell("%s waits for %d members", World.name(s), op.awaited.size());
                }
            }
            case WAIT -> purged(world, s, op);
            case HELD -> held(world, s, op);
            case ANSWER_OWED -> {
                // What others may read until then is the operator's to decide.
                sidecar.answered[op.item] = Math.max(sidecar.answered[op.item], op.version);
                world.tell("%s answers the write of version %d, owing its purge", World.name(s), op.version);
                op.clear();
            }
            case UNMARK -> {
                if (!cut) {
                    server.unmark(op.item, op.token);
                    world.tell("the server drops the intent of %s", World.name(s));
                }
                op.clear();
            }
            default -> throw new IllegalStateException("not of a write: " + op.stage);
        }
    }

    private static void commit(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        boolean lapsed = op.flag && !world.has(Flaw.NO_INTENT) && world.now >= op.sentAt + Setup.INTENT - 1;
        if (lapsed && !world.has(Flaw.INTENT_UNCHECKED)) {
            op.flag = false;
            op.link = sidecar.link;
            op.incarnation = sidecar.incarnation;
            op.stage = sidecar.server >= 0 ? Op.Stage.INTEND : Op.Stage.COMMIT;
            world.tell("%s sees that its intent may have lapsed", World.name(s));
            return;
        }
        if (!op.flag && !world.has(Flaw.OWED_FORGOTTEN)) {
            // Nothing stands for it in the store, so it is on disk before it is forwarded.
            sidecar.owed[op.item] = world.token();
            sidecar.onDisk[op.item] = !world.has(Flaw.OWED_NOT_ON_DISK);
        }
        world.origin[op.item]++;
        op.version = world.origin[op.item];
        op.number = world.token();
        op.stage = firstOfPurge(world);
        world.tell("the origin has version %d of item %d, written by %s", op.version, op.item, World.name(s));
        if (!op.flag) {
            owe(world, s, op);
        } else if (op.link != sidecar.link && sidecar.server >= 0) {
            op.link = sidecar.link;
            op.incarnation = sidecar.incarnation;
        }
    }

    private static void owe(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (op.owing) {
            world.tell("%s owes the purge of item %d still", World.name(s), op.item);
            op.clear();
            return;
        }
        if (!world.has(Flaw.OWED_FORGOTTEN)) {
            sidecar.owed[op.item] = world.token();
            sidecar.onDisk[op.item] |= !world.has(Flaw.OWED_NOT_ON_DISK);
        }
        if (!world.has(Flaw.OWED_COPIES_KEPT)) {
            sidecar.epoch[op.item] = world.token();
        }
        op.stage = op.flag ? Op.Stage.HELD : Op.Stage.ANSWER_OWED;
        world.tell("%s owes the purge of item %d", World.name(s), op.item);
    }

    /** What is owed has been settled, or others see that the intent has lapsed, or there are no others who could use it. */
    private static void held(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        boolean settled = sidecar.owed[op.item] == 0;
        sidecar.answered[op.item] = Math.max(sidecar.answered[op.item], op.version);
        if (settled || world.keepsData) {
            // Else the intent may be lost with the server's data, while this sidecar cannot reach it.
            world.answered[op.item] = Math.max(world.answered[op.item], op.version);
        }
        world.tell(
                "%s answers the write of version %d, its purge being %s",
                World.name(s), op.version, settled ? "settled" : "owed");
        if (settled || world.has(Flaw.OWED_UNMARKED)) {
            op.link = sidecar.link;
            op.stage = Op.Stage.UNMARK;
        } else {
            op.clear();
        }
    }

    /** Whether a write of this sidecar has its purge under way. */
    static boolean isPurging(World world, Sidecar sidecar) {
        return isPurging(sidecar.ops[world.setup.readers()]);
    }

    private static boolean isPurging(Op op) {
        return op.stage.ordinal() >= Op.Stage.PURGE_CHANGE.ordinal() && op.stage.ordinal() <= Op.Stage.TOLD.ordinal();
    }

    static void late(World world, int s) {
        owe(world, s, world.sidecars[s].ops[world.setup.readers()]);
    }

    /** The store has been told of what is owed, so that this sidecar may read it again. */
    private static void told(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (sidecar.owed[op.item] == op.storedEpoch) {
            sidecar.told[op.item] = op.storedEpoch;
            sidecar.epoch[op.item] = world.token();
        }
    }

    private static void purged(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (op.owing) {
            if (sidecar.owed[op.item] == op.storedEpoch) {
                sidecar.owed[op.item] = 0;
                sidecar.told[op.item] = 0;
                sidecar.onDisk[op.item] = false;
            }
            world.answered[op.item] = Math.max(world.answered[op.item], op.version);
            world.tell("%s has settled the purge of item %d", World.name(s), op.item);
            op.clear();
            return;
        }
        sidecar.epoch[op.item] = world.token();
        world.answered[op.item] = Math.max(world.answered[op.item], op.version);
        world.tell("%s answers the write of version %d of item %d", World.name(s), op.version, op.item);
        op.awaited = new ArrayList<>();
        op.stage = Op.Stage.UNMARK;
    }
}
