package dev.larder.model;

import java.util.ArrayList;
import java.util.List;

/** Something under way in a sidecar: a read, a write, its membership, or the settling of what it owes. */
final class Op {

    /** What happens next. Names of the server's doing are those of its scripts and commands. */
    enum Stage {
        IDLE,
        // a read
        GET_ENTRY,
        GET_EPOCH,
        ARRIVES,
        TOUCH,
        TOUCHED,
        FETCH,
        FETCHED,
        COMPARE,
        STORE,
        // a fetch for somebody not known yet
        LATE_CHANGE,
        LATE_FETCH,
        LATE_EPOCH,
        LATE_CHANGE_AGAIN,
        LATE_CHANGE_FIRST,
        LATE_EPOCH_LAST,
        // a write
        INTEND,
        INTENDED,
        COMMIT,
        PURGE_CHANGE,
        PURGE_EPOCH,
        PURGED,
        MEMBERS,
        PUBLISH,
        TOLD,
        WAIT,
        HELD,
        ANSWER_OWED,
        UNMARK,
        // a member
        SUBSCRIBE,
        JOIN,
        JOINED,
        RENEW,
        PING,
        RENEWED
    }

    /** A member to wait for, until it has acknowledged or that time. */
    record Awaited(int member, int until) {}

    Stage stage = Stage.IDLE;
    int item;
    int link;

    /** The latest version answered when this read began: nothing older may come of it. */
    int floor;

    int version;
    int storedEpoch;
    int storedUnder;
    int epoch;
    int change;
    int change2;
    int incarnation;
    int sentAt;
    int localEpoch;
    int lease;
    boolean marked;
    boolean lapsed;

    int token;
    int number;
    boolean flag;
    boolean owing;
    int waitUntil;

    /** Until when the intent may stand in the store. */
    int standsUntil;

    List<Awaited> awaited = new ArrayList<>();
    List<Integer> acked = new ArrayList<>();

    boolean idle() {
        return stage == Stage.IDLE;
    }

    void clear() {
        stage = Stage.IDLE;
        item = 0;
        link = 0;
        floor = 0;
        version = 0;
        storedEpoch = 0;
        storedUnder = 0;
        epoch = 0;
        change = 0;
        change2 = 0;
        incarnation = 0;
        sentAt = 0;
        localEpoch = 0;
        lease = 0;
        marked = false;
        lapsed = false;
        token = 0;
        number = 0;
        flag = false;
        owing = false;
        waitUntil = 0;
        standsUntil = 0;
        if (!awaited.isEmpty()) {
            awaited = new ArrayList<>();
        }
        if (!acked.isEmpty()) {
            acked = new ArrayList<>();
        }
    }

    Op copy() {
        Op copy = new Op();
        copy.stage = stage;
        copy.item = item;
        copy.link = link;
        copy.floor = floor;
        copy.version = version;
        copy.storedEpoch = storedEpoch;
        copy.storedUnder = storedUnder;
        copy.epoch = epoch;
        copy.change = change;
        copy.change2 = change2;
        copy.incarnation = incarnation;
        copy.sentAt = sentAt;
        copy.localEpoch = localEpoch;
        copy.lease = lease;
        copy.marked = marked;
        copy.lapsed = lapsed;
        copy.token = token;
        copy.number = number;
        copy.flag = flag;
        copy.owing = owing;
        copy.waitUntil = waitUntil;
        copy.standsUntil = standsUntil;
        copy.awaited = new ArrayList<>(awaited);
        copy.acked = new ArrayList<>(acked);
        return copy;
    }

    void print(Fingerprint out, int currentLink) {
        out.put(stage.ordinal());
        if (idle()) {
            return;
        }
        out.put(item);
        out.put(link == currentLink);
        out.put(floor);
        out.put(version);
        out.name(storedEpoch);
        out.name(storedUnder);
        out.name(epoch);
        out.name(change);
        out.name(change2);
        out.name(incarnation);
        out.until(sentAt + Math.max(Setup.LEASE, Setup.INTENT));
        out.name(localEpoch);
        out.name(lease);
        out.put(marked);
        out.put(lapsed);
        out.name(token);
        out.name(number);
        out.put(flag);
        out.put(owing);
        out.until(waitUntil);
        out.until(standsUntil);
        out.put(awaited.size());
        for (Awaited one : awaited) {
            out.name(one.member);
            out.until(one.until);
        }
        out.put(acked.size());
        acked.forEach(out::name);
    }
}
