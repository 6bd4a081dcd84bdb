package dev.larder.model;

import java.util.ArrayList;
import java.util.List;

/** A modelled process: its link, its feed, its lease, its copies, and what it has under way. */
final class Sidecar {

    /** What comes through a feed; {@code kind} says which of the numbers mean anything. */
    record Message(Kind kind, int publisher, int member, int item, int number) {

        enum Kind {
            PURGE,
            ACK,
            PING
        }
    }

    boolean alive = true;

    /** The link: which opening of which server, and which incarnation it greeted with; -1 for none. */
    int server = -1;

    int boot;
    int incarnation;

    /** Counts links, so that what was sent on one is not answered on another. */
    int link;

    int greetedAt;
    int lostAt;

    /** Who it knew of when it lost its last link, and which incarnation that was. */
    boolean knewOthers;

    boolean knowsOthers;

    /** Whether it was a member, and there was no other, when it lost its last link. */
    boolean aloneWhenLost;

    int lastIncarnation;

    /** The feed: an opening of a server that delivers to it, -1 for none; {@code dropped} where that has ended unseen. */
    int feed = -1;

    int feedBoot;
    boolean dropped;
    List<Message> messages = new ArrayList<>();

    /** Its name in the list, 0 for none; and who it was before. */
    int member;

    int formerMember;

    /** Until when it may use its copies; and which lease that is, so that no lookup is copied from one to the next. */
    int leaseUntil;

    int lease;

    /** Since when it has been a member. */
    int joinedAt;

    /** One per item: the local epoch, and the copy. */
    final int[] epoch;

    final int[] copyVersion;
    final int[] copyEpoch;
    final int[] copyUntil;

    /** One per item: the number of the purge that is owed or 0, whether that is on disk, and the version that was answered owing it. */
    final int[] owed;

    /** One per item: the number of the owed purge that the store has been told of, while the members may not have heard, or 0. */
    final int[] told;

    final boolean[] onDisk;

    /** One per item: on which incarnation it was purged last, 0 for none. */
    final int[] purgedOn;

    final int[] answered;

    final Op[] ops;

    /** Acknowledgements not yet sent: to whom, and which number. */
    List<Message> acks = new ArrayList<>();

    Sidecar(int items, int ops) {
        epoch = new int[items];
        copyVersion = new int[items];
        copyEpoch = new int[items];
        copyUntil = new int[items];
        owed = new int[items];
        told = new int[items];
        onDisk = new boolean[items];
        purgedOn = new int[items];
        answered = new int[items];
        this.ops = new Op[ops];
        for (int i = 0; i < ops; i++) {
            this.ops[i] = new Op();
        }
    }

    Sidecar copy() {
        Sidecar copy = new Sidecar(epoch.length, ops.length);
        copy.alive = alive;
        copy.server = server;
        copy.boot = boot;
        copy.incarnation = incarnation;
        copy.link = link;
        copy.greetedAt = greetedAt;
        copy.lostAt = lostAt;
        copy.knewOthers = knewOthers;
        copy.knowsOthers = knowsOthers;
        copy.aloneWhenLost = aloneWhenLost;
        copy.lastIncarnation = lastIncarnation;
        copy.feed = feed;
        copy.feedBoot = feedBoot;
        copy.dropped = dropped;
        copy.messages = new ArrayList<>(messages);
        copy.member = member;
        copy.formerMember = formerMember;
        copy.leaseUntil = leaseUntil;
        copy.lease = lease;
        copy.joinedAt = joinedAt;
        for (int i = 0; i < epoch.length; i++) {
            copy.epoch[i] = epoch[i];
            copy.copyVersion[i] = copyVersion[i];
            copy.copyEpoch[i] = copyEpoch[i];
            copy.copyUntil[i] = copyUntil[i];
            copy.owed[i] = owed[i];
            copy.told[i] = told[i];
            copy.onDisk[i] = onDisk[i];
            copy.purgedOn[i] = purgedOn[i];
            copy.answered[i] = answered[i];
        }
        for (int i = 0; i < ops.length; i++) {
            copy.ops[i] = ops[i].copy();
        }
        copy.acks = new ArrayList<>(acks);
        return copy;
    }

    void print(Fingerprint out, boolean[] openPort) {
        out.put(alive);
        out.put(server);
        out.put(openPort[0]);
        out.name(incarnation);
        out.until(greetedAt + Setup.LEASE);
        out.until(lostAt + Setup.LEASE);
        out.put(knewOthers);
        out.put(knowsOthers);
        out.put(aloneWhenLost);
        out.name(lastIncarnation);
        out.put(feed);
        out.put(openPort[1]);
        out.put(dropped);
        out.put(messages.size());
        messages.forEach(message -> print(out, message));
        out.name(member);
        out.name(formerMember);
        out.until(leaseUntil);
        out.name(lease);
        out.until(joinedAt + Setup.INTENT);
        for (int i = 0; i < epoch.length; i++) {
            out.name(epoch[i]);
            boolean copied = copyUntil[i] > 0 && copyEpoch[i] == epoch[i];
            out.put(copied);
            if (copied) {
                out.put(copyVersion[i]);
                out.until(copyUntil[i]);
            }
            out.name(owed[i]);
            out.put(told[i] == owed[i]);
            out.put(onDisk[i]);
            out.name(purgedOn[i]);
            out.put(answered[i]);
        }
        for (Op op : ops) {
            op.print(out, link);
        }
        out.put(acks.size());
        acks.forEach(message -> print(out, message));
    }

    private static void print(Fingerprint out, Message message) {
        out.put(message.kind().ordinal());
        out.name(message.member());
        out.put(message.publisher());
        out.put(message.item());
        if (message.kind() == Message.Kind.PING) {
            out.until(message.number() + Setup.LEASE);
        } else {
            out.name(message.number());
        }
    }

    /** Whether the store must not be asked about an item, since it has not been told of a purge. */
    boolean mustNotAsk(int item) {
        return owed[item] != 0 && told[item] != owed[item];
    }

    /** How many pings are on their way back. */
    int pings() {
        int pings = 0;
        for (Message message : messages) {
            pings += message.kind == Message.Kind.PING ? 1 : 0;
        }
        return pings;
    }

    /** Forgets whatever it knows and has: the process has died. */
    void die() {
        alive = false;
        server = -1;
        feed = -1;
        dropped = false;
        link++;
        messages.clear();
        acks.clear();
        member = 0;
        formerMember = 0;
        leaseUntil = 0;
        lease = 0;
        joinedAt = 0;
        aloneWhenLost = false;
        knewOthers = false;
        knowsOthers = false;
        lastIncarnation = 0;
        for (int i = 0; i < epoch.length; i++) {
            epoch[i] = 0;
            copyUntil[i] = 0;
            told[i] = 0;
            purgedOn[i] = 0;
        }
        for (Op op : ops) {
            op.clear();
        }
    }
}
