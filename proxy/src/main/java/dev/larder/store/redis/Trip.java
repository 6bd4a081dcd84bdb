package dev.larder.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one round trip, in the order in which they are sent. Each method adds one and returns its place among
 * the {@link TripEnd.Replies}. Confined to the thread that builds it, until it is sent.
 *
 * <p>On one server, all of it is one pipeline, and done in this order. In a cluster, what lies on different servers is
 * done at the same time: where something must not be done before something else, {@link #then} says so.
 */
final class Trip {

    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** Of what form the answer to a command is, as {@link TripEnd.Replies} gives it. */
    enum Form {
        LIST,
        HASH,
        NUMBER,
        TEXT,
        /** A list in a list. */
        SCANNED;

        private CommandOutput<String, byte[], ?> output() {
            return switch (this) {
                case LIST -> new ValueListOutput<>(CODEC);
                case HASH -> new MapOutput<>(CODEC);
                case NUMBER -> new IntegerOutput<>(CODEC);
                case TEXT -> new StatusOutput<>(CODEC);
                case SCANNED -> new NestedMultiOutput<>(CODEC);
            };
        }
    }

    /**
     * One command: what it says and of what form its answer is, for whichever connection carries it.
     *
     * @param key what it is about; null where any server will do
     * @param stage what was {@link #then} before it
     * @param rank what was {@link #behind} before it
     * @param script which one is to be run; null where none is
     * @param words what it says besides, each a text or bytes
     */
    record Asked(
            @Nullable String key,
            int stage,
            int rank,
            CommandType type,
            Form form,
            @Nullable RedisScript script,
            Object... words) {

        /** For Lettuce. */
        private AsyncCommand<String, byte[], ?> command(boolean wholeScripts) {
            CommandArgs<String, byte[]> args = args();
            if (script != null) {
                args.add(wholeScripts ? script.text() : script.sha()).add(1);
            }
            if (key != null) {
                args.addKey(key);
            }
            for (Object word : words) {
                if (word instanceof byte[] bytes) {
                    args.addValue(bytes);
                } else {
                    args.add((String) word);
                }
            }
            return Trip.command(
                    script == null ? type : wholeScripts ? CommandType.EVAL : CommandType.EVALSHA, form, args);
        }

        /** Whether it asks for what is there and changes nothing. */
        private boolean isRead() {
            return key != null && (type == CommandType.HMGET || type == CommandType.HGETALL);
        }
    }

    private final List<Asked> asked = new ArrayList<>();

    private int stage;
    private int rank;
    private boolean reads = true;
    private boolean scriptsWhole;
    private boolean repeatable = true;

    /**
     * What is added from now on is done only after all that was added before has been done; where any of that is refused
     * in a cluster, the rest is not sent. On one server this is so anyway, and costs nothing.
     */
    Trip then() {
        stage++;
        return this;
    }

    /**
     * What is added from now on is answered after all that was added before, where one server has both. Unlike {@link #then}
     * it waits for nothing, and it holds as well where commands of several trips travel together, sorted by this.
     */
    Trip behind() {
        rank++;
        return this;
    }

    /** Sends scripts with their text from the start, for what must not be done by halves: see {@link #repeatable}. */
    Trip withWholeScripts() {
        scriptsWhole = true;
        return this;
    }

    /**
     * Whether all of it may be sent again with the same arguments where the server lacks a script. Not so with a purge: it
     * may have been done in part, a group's epoch without its change token, and a fill may have been stored under that
     * epoch. A second one needs new tokens.
     */
    boolean repeatable() {
        return repeatable;
    }

    int hashAll(String key) {
        return add(key, CommandType.HGETALL, Form.HASH);
    }

    int hashFields(String key, String... fields) {
        return add(key, CommandType.HMGET, Form.LIST, (Object[]) fields);
    }

    int hashDelete(String key, String field) {
        return add(key, CommandType.HDEL, Form.NUMBER, field);
    }

    int time() {
        return add(null, CommandType.TIME, Form.LIST);
    }

    /** One section of what the server tells of itself. */
    int info(String section) {
        return add(null, CommandType.INFO, Form.TEXT, section);
    }

    /** What a node of a cluster believes of it, as a text. */
    int clusterNodes() {
        return add(null, CommandType.CLUSTER, Form.TEXT, "NODES");
    }

    /** A few names that the server it is sent to holds, from a cursor on: the next cursor, and the names. */
    int scan(String cursor, String glob, int about) {
        return add(null, CommandType.SCAN, Form.SCANNED, cursor, "MATCH", glob, "COUNT", Integer.toString(about));
    }

    /** The fields of a small hash that match, with their values; the server looks at no other value. */
    int hashScan(String key, String glob) {
        return add(key, CommandType.HSCAN, Form.SCANNED, "0", "MATCH", glob, "COUNT", "10000");
    }

    /** Tells all that listen; answers how many of them this server knows. */
    int publish(String channel, String message) {
        return add(null, CommandType.PUBLISH, Form.NUMBER, channel, message);
    }

    /** SET if there is nothing. */
    int setIfMissing(String key, String value) {
        return add(key, CommandType.SET, Form.TEXT, value.getBytes(StandardCharsets.UTF_8), "NX");
    }

    /** A text, or null where there is none. */
    int get(String key) {
        return add(key, CommandType.GET, Form.TEXT);
    }

    int script(RedisScript script, String key, String... arguments) {
        byte[][] values = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
        }
        return script(script, key, values);
    }

    int script(RedisScript script, String key, byte[]... arguments) {
        repeatable &= script != RedisScript.PURGE && script != RedisScript.PURGE_BY;
        return add(new Asked(key, stage, rank, CommandType.EVALSHA, Form.LIST, script, (Object[]) arguments));
    }

    int size() {
        return asked.size();
    }

    /** What the command at a place is about; null where any server will do. */
    @Nullable
    String key(int place) {
        return asked.get(place).key;
    }

    /** How often {@link #then} was said before the command at a place. */
    int stage(int place) {
        return asked.get(place).stage;
    }

    /** All of it. */
    Part whole() {
        int[] places = new int[asked.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        return new Part(this, places, new boolean[places.length]);
    }

    private int add(@Nullable String key, CommandType type, Form form, Object... words) {
        return add(new Asked(key, stage, rank, type, form, null, words));
    }

    private int add(Asked command) {
        reads &= command.isRead();
        asked.add(command);
        return asked.size() - 1;
    }

    /** What one server gets of a trip. Read by any thread once it is made. */
    static final class Part {

        private final Trip trip;
        private final int[] places;

        /** Whether the command is about a key that is on its way to this server, and which it answers for if told so. */
        private final boolean[] asking;

        /** Both arrays are taken over, and as long as each other. */
        Part(Trip trip, int[] places, boolean[] asking) {
            this.trip = trip;
            this.places = places;
            this.asking = asking;
        }

        /** The place in the trip of this part's command number {@code index}. */
        int place(int index) {
            return places[index];
        }

        int size() {
            return places.length;
        }

        boolean scriptsWhole() {
            return trip.scriptsWhole;
        }

        boolean repeatable() {
            return trip.repeatable;
        }

        /** Whether all of it asks for what is there, changes nothing, and needs no word before it. */
        boolean isRead() {
            if (!trip.reads) {
                return false;
            }
            for (boolean led : asking) {
                if (led) {
                    return false;
                }
            }
            return true;
        }

        /** This part's command number {@code index}. */
        Asked asked(int index) {
            return trip.asked.get(places[index]);
        }

        /** New commands, each with the {@code ASKING} before it that it may need. */
        List<AsyncCommand<String, byte[], ?>> commands(boolean wholeScripts) {
            List<AsyncCommand<String, byte[], ?>> commands = new ArrayList<>(places.length);
            for (int i = 0; i < places.length; i++) {
                if (asking[i]) {
                    commands.add(command(CommandType.ASKING, Form.TEXT, args()));
                }
                commands.add(trip.asked.get(places[i]).command(wholeScripts));
            }
            return commands;
        }
    }

    private static CommandArgs<String, byte[]> args() {
        return new CommandArgs<>(CODEC);
    }

    private static AsyncCommand<String, byte[], ?> command(
            CommandType type, Form form, CommandArgs<String, byte[]> args) {
        return new AsyncCommand<>(new Command<>(type, form.output(), args));
    }
}
