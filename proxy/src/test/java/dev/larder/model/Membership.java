package dev.larder.model;

import java.util.ArrayList;
import java.util.List;

/** Joining, renewing, the feed, and who is waited for. */
final class Membership {

    private Membership() {}

    /** No lease and no name any more; what was copied under it is dead. */
    static void end(Sidecar sidecar) {
        if (sidecar.member != 0) {
            sidecar.formerMember = sidecar.member;
        }
        sidecar.member = 0;
        sidecar.leaseUntil = 0;
    }

    static void join(World world, int s) {
        Sidecar sidecar = world.sidecars[s];
        Op op = sidecar.ops[world.setup.readers() + 1];
        op.clear();
        op.link = sidecar.link;
        op.number = world.has(Flaw.IDENTITY_KEPT) && sidecar.formerMember != 0 ? sidecar.formerMember : world.token();
        op.sentAt = world.now;
        op.stage = Op.Stage.SUBSCRIBE;
        world.tell("%s begins to join", World.name(s));
    }

    static void renew(World world, int s) {
        Sidecar sidecar = world.sidecars[s];
        Op op = sidecar.ops[world.setup.readers() + 1];
        op.clear();
        op.link = sidecar.link;
        op.number = sidecar.member;
        op.sentAt = world.now;
        op.stage = Op.Stage.RENEW;
        world.tell("%s sends a renewal", World.name(s));
    }

    static boolean onServer(Op.Stage stage) {
        return stage == Op.Stage.SUBSCRIBE
                || stage == Op.Stage.JOIN
                || stage == Op.Stage.RENEW
                || stage == Op.Stage.PING;
    }

    static void go(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (op.link != sidecar.link) {
            op.clear();
            world.tell("%s gives up on its membership", World.name(s));
            return;
        }
        Server server = world.servers[sidecar.server];
        boolean confirmed = !world.fenced() || !server.replaced;
        switch (op.stage) {
            case SUBSCRIBE -> {
                sidecar.feed = sidecar.server;
                sidecar.feedBoot = sidecar.boot;
                sidecar.dropped = false;
                sidecar.messages.clear();
                op.stage = Op.Stage.JOIN;
                world.tell("%s is subscribed", World.name(s));
            }
            case JOIN -> {
                server.join(op.number, sidecar.formerMember, sidecar.incarnation, world.now);
                op.flag = confirmed;
                op.stage = Op.Stage.JOINED;
                world.tell("%s is listed", World.name(s));
            }
            case JOINED -> joined(world, s, op);
            case RENEW -> {
                sidecar.knowsOthers &= others(world, sidecar, server);
                op.flag = server.renew(op.number, sidecar.incarnation, world.now) && confirmed;
                world.tell("%s is %s", World.name(s), op.flag ? "listed for one more lease" : "not listed any more");
                if (world.has(Flaw.PING_APART)) {
                    op.stage = Op.Stage.PING;
                } else {
                    if (op.flag) {
                        ping(world, s, op);
                    }
                    op.stage = Op.Stage.RENEWED;
                }
            }
            case PING -> {
                ping(world, s, op);
                op.stage = Op.Stage.RENEWED;
            }
            case RENEWED -> {
                if (!op.flag && sidecar.member == op.number) {
                    end(sidecar);
                } else if (op.flag && world.has(Flaw.LEASE_WITHOUT_PING) && sidecar.member == op.number) {
                    extend(world, sidecar, op.sentAt);
                }
                world.tell("%s has the answer to its renewal", World.name(s));
                op.clear();
            }
            default -> throw new IllegalStateException("not of a member: " + op.stage);
        }
    }

    /** Its name in the list, also where it does not know yet that it is there, or 0. */
    private static int listedAs(World world, Sidecar sidecar) {
        Op op = sidecar.ops[world.setup.readers() + 1];
        return sidecar.member != 0 || op.stage != Op.Stage.JOINED ? sidecar.member : op.number;
    }

    /** Whether somebody else is on the list, or is one that joins and knows it. */
    private static boolean others(World world, Sidecar sidecar, Server server) {
        for (Server.Member member : server.data.members) {
            if (member.id() != sidecar.member && member.until() > world.now) {
                return true;
            }
        }
        for (Sidecar other : world.sidecars) {
            if (other != sidecar && world.leased(other)) {
                return true;
            }
        }
        return false;
    }

    private static void joined(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (op.flag && sidecar.feed >= 0) {
            sidecar.member = op.number;
            sidecar.formerMember = 0;
            sidecar.leaseUntil = op.sentAt + Setup.LEASE - 1;
            sidecar.joinedAt = world.now;
            if (!world.has(Flaw.COPY_OVER_JOIN)) {
                sidecar.lease = world.token();
            }
            if (!world.has(Flaw.COPIES_KEPT_OVER_JOIN)) {
                for (int i = 0; i < sidecar.epoch.length; i++) {
                    sidecar.copyUntil[i] = 0;
                }
            }
            for (Sidecar other : world.sidecars) {
                if (other != sidecar && other.member != 0) {
                    other.knowsOthers = true;
                    sidecar.knowsOthers = true;
                }
            }
            world.tell("%s has joined, its lease ends at %d", World.name(s), sidecar.leaseUntil);
        } else {
            world.tell("%s has not been let in", World.name(s));
        }
        op.clear();
    }

    private static void ping(World world, int s, Op op) {
        Sidecar sidecar = world.sidecars[s];
        if (world.fed(sidecar) && sidecar.feed == sidecar.server) {
            sidecar.messages.add(new Sidecar.Message(Sidecar.Message.Kind.PING, s, op.number, 0, op.sentAt));
        }
    }

    private static void extend(World world, Sidecar sidecar, int sentAt) {
        int from = world.has(Flaw.LEASE_FROM_PONG) ? world.now : sentAt;
        sidecar.leaseUntil = Math.max(sidecar.leaseUntil, from + Setup.LEASE - 1);
    }

    /** Tells all who listen at this server. */
    static void publish(World world, int server, int s, int item, int number) {
        for (int i = 0; i < world.sidecars.length; i++) {
            Sidecar other = world.sidecars[i];
            if (i != s && world.fed(other) && other.feed == server) {
                other.messages.add(new Sidecar.Message(Sidecar.Message.Kind.PURGE, s, 0, item, number));
            }
        }
    }

    /** Who has to be waited for, by the list of a server. */
    static void await(World world, Sidecar sidecar, Op op) {
        Server server = world.servers[sidecar.server];
        server.tidy(sidecar.incarnation, world.now);
        List<Op.Awaited> awaited = new ArrayList<>();
        for (Server.Member member : server.data.members) {
            if (member.id() != listedAs(world, sidecar) && member.id() != sidecar.formerMember) {
                awaited.add(new Op.Awaited(member.id(), Math.min(member.until(), world.now + Setup.LEASE)));
            }
        }
        op.awaited = awaited;
        if (world.has(Flaw.WAIT_FROM_LOSS)) {
            if (sidecar.lastIncarnation == 0) {
                boolean doubtful = server.promoted || !awaited.isEmpty();
                op.waitUntil = doubtful ? sidecar.greetedAt + Setup.LEASE : 0;
            } else if (sidecar.lastIncarnation != sidecar.incarnation && sidecar.knewOthers) {
                op.waitUntil = sidecar.lostAt + Setup.LEASE;
            }
        } else if (!world.has(Flaw.LIST_TRUSTED)) {
            // Who is not listed got its lease before the list was made.
            op.waitUntil = server.data.listBorn + Setup.LEASE;
        }
        if (world.has(Flaw.NO_ACKS)) {
            op.awaited = new ArrayList<>();
        }
    }

    static boolean waited(World world, Op op) {
        if (world.now < op.waitUntil) {
            return false;
        }
        for (Op.Awaited one : op.awaited) {
            if (world.now < one.until() && !op.acked.contains(one.member())) {
                return false;
            }
        }
        return true;
    }

    static void deliver(World world, int s, int index) {
        Sidecar sidecar = world.sidecars[s];
        Sidecar.Message message = sidecar.messages.remove(index);
        switch (message.kind()) {
            case PURGE -> {
                world.tell(
                        "%s hears of the purge of item %d by %s",
                        World.name(s), message.item(), World.name(message.publisher()));
                sidecar.epoch[message.item()] = world.token();
                int member = listedAs(world, sidecar);
                if (member != 0) {
                    sidecar.acks.add(new Sidecar.Message(
                            Sidecar.Message.Kind.ACK, message.publisher(), member, message.item(), message.number()));
                }
            }
            case ACK -> {
                world.tell("%s has an acknowledgement", World.name(s));
                for (Op op : sidecar.ops) {
                    if (!op.idle() && op.number == message.number()) {
                        op.acked.add(message.member());
                    }
                }
            }
            case PING -> {
                if (message.member() == sidecar.member) {
                    extend(world, sidecar, message.number());
                }
                world.tell("%s hears its ping, its lease ends at %d", World.name(s), sidecar.leaseUntil);
            }
        }
    }

    static void acknowledge(World world, int s) {
        Sidecar sidecar = world.sidecars[s];
        Sidecar.Message ack = sidecar.acks.remove(0);
        Sidecar writer = world.sidecars[ack.publisher()];
        if (world.fed(writer) && writer.feed == sidecar.server) {
            writer.messages.add(ack);
        }
        world.tell("%s acknowledges the purge of item %d", World.name(s), ack.item());
    }
}
