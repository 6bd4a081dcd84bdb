package dev.larder.model;

import java.util.ArrayList;
import java.util.List;

/** A modelled Redis: what it holds, and its scripts, each of which happens at once. Its time is the world's. */
final class Server {

    /** A field of a group's hash with a deadline: an intent. */
    record Mark(int token, int until) {}

    /** A member of the list. */
    record Member(int id, int until) {}

    /** What a replica or a dump takes over. Copied as a whole. */
    static final class Data {
        final int[] epoch;
        final List<List<Mark>> marks = new ArrayList<>();
        int change;

        final int[] version;
        final int[] storedEpoch;
        final int[] storedUnder;

        List<Member> members = new ArrayList<>();

        /** Which incarnation the list of members belongs to, 0 where there is none, and since when. */
        int listOf;

        int listBorn;

        Data(int items) {
            epoch = new int[items];
            version = new int[items];
            storedEpoch = new int[items];
            storedUnder = new int[items];
            for (int i = 0; i < items; i++) {
                marks.add(List.of());
            }
        }

        Data copy() {
            Data copy = new Data(epoch.length);
            for (int i = 0; i < epoch.length; i++) {
                copy.epoch[i] = epoch[i];
                copy.marks.set(i, marks.get(i));
                copy.version[i] = version[i];
                copy.storedEpoch[i] = storedEpoch[i];
                copy.storedUnder[i] = storedUnder[i];
            }
            copy.change = change;
            copy.members = new ArrayList<>(members);
            copy.listOf = listOf;
            copy.listBorn = listBorn;
            return copy;
        }

        void print(Fingerprint out) {
            for (int i = 0; i < epoch.length; i++) {
                out.name(epoch[i]);
                out.put(marks.get(i).size());
                for (Mark mark : marks.get(i)) {
                    out.name(mark.token);
                    out.until(mark.until);
                }
                out.put(version[i]);
                out.name(storedEpoch[i]);
                out.name(storedUnder[i]);
            }
            out.name(change);
            out.put(members.size());
            for (Member member : members) {
                out.name(member.id);
                out.until(member.until);
            }
            out.name(listOf);
            out.until(listBorn + Setup.LEASE);
        }
    }

    boolean up;
    boolean master;

    /** Replaced by another, whether it knows or not: its replicas confirm nothing any more. */
    boolean replaced;

    /** Has been a replica. */
    boolean promoted;

    /** Which opening of its port this is: links and subscriptions belong to one. */
    int boot = 1;

    /** What a client sees as its incarnation: the process and the replication history, or the process alone. */
    int process;

    int history;

    Data data;

    Server(int items) {
        data = new Data(items);
    }

    Server copy() {
        Server copy = new Server(0);
        copy.up = up;
        copy.master = master;
        copy.replaced = replaced;
        copy.promoted = promoted;
        copy.boot = boot;
        copy.process = process;
        copy.history = history;
        copy.data = data.copy();
        return copy;
    }

    void print(Fingerprint out) {
        out.put(up);
        out.put(master);
        out.put(replaced);
        out.put(promoted);
        out.name(process);
        out.name(history);
        data.print(out);
    }

    boolean usable() {
        return up && master;
    }

    boolean lapsed(int item, int now) {
        for (Mark mark : data.marks.get(item)) {
            if (mark.until <= now) {
                return true;
            }
        }
        return false;
    }

    /** Makes the epoch if it is missing or something has lapsed; a lapse is a purge, which writes the change token first. */
    int touch(int item, int now, World world) {
        if (lapsed(item, now)) {
            data.change = world.token();
            List<Mark> left = new ArrayList<>();
            for (Mark mark : data.marks.get(item)) {
                if (mark.until > now) {
                    left.add(mark);
                }
            }
            data.marks.set(item, left);
            data.epoch[item] = world.token();
        } else if (data.epoch[item] == 0) {
            data.epoch[item] = world.token();
        }
        return data.epoch[item];
    }

    void intend(int item, int token, int now, World world) {
        unmark(item, token);
        if (data.epoch[item] == 0) {
            data.epoch[item] = world.token();
        }
        mark(item, token, now + Setup.INTENT);
    }

    /** A new epoch; the intent, where there is one, stands on for one more lease. */
    void purge(int item, int intent, int now, World world) {
        data.epoch[item] = world.token();
        if (intent != 0) {
            unmark(item, intent);
            mark(item, intent, now + Setup.INTENT);
        }
    }

    private void mark(int item, int token, int until) {
        List<Mark> all = new ArrayList<>(data.marks.get(item));
        all.add(new Mark(token, until));
        data.marks.set(item, all);
    }

    void unmark(int item, int token) {
        List<Mark> left = new ArrayList<>(data.marks.get(item));
        if (left.removeIf(mark -> mark.token == token)) {
            data.marks.set(item, left);
        }
    }

    void store(int item, int version, int epoch, int under) {
        data.version[item] = version;
        data.storedEpoch[item] = epoch;
        data.storedUnder[item] = under;
    }

    /** Drops members whose lease has passed, and a list that belongs to another incarnation. */
    void tidy(int incarnation, int now) {
        if (data.listOf != incarnation) {
            data.members.clear();
            data.listOf = incarnation;
            data.listBorn = now;
        }
        data.members.removeIf(member -> member.until <= now);
    }

    /** The first lease of a member; {@code before} is who it was, or 0. */
    void join(int id, int before, int incarnation, int now) {
        tidy(incarnation, now);
        data.members.removeIf(member -> member.id == id || member.id == before);
        data.members.add(new Member(id, now + Setup.LEASE));
    }

    /** Whether the member is listed, and so has its lease renewed. */
    boolean renew(int id, int incarnation, int now) {
        tidy(incarnation, now);
        if (!data.members.removeIf(member -> member.id == id)) {
            return false;
        }
        data.members.add(new Member(id, now + Setup.LEASE));
        return true;
    }
}
