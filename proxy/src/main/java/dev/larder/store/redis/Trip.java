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
import java.util.function.Function;
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

    /**
     * One command.
     *
     * @param key what it is about; null where any server will do
     * @param stage what was {@link #then} before it
     * @param make makes it; true where scripts are to be sent with their text
     */
    private record Asked(@Nullable String key, int stage, Function<Boolean, AsyncCommand<String, byte[], ?>> make) {}

    private final List<Asked> asked = new ArrayList<>();

    private int stage;
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
        return add(key, whole -> command(CommandType.HGETALL, new MapOutput<>(CODEC), args().addKey(key)));
    }

    int hashFields(String key, String... fields) {
        return add(key, whole -> {
            CommandArgs<String, byte[]> args = args().addKey(key);
            for (String field : fields) {
                args.add(field);
            }
            return command(CommandType.HMGET, new ValueListOutput<>(CODEC), args);
        });
    }

    int hashDelete(String key, String field) {
        return add(
                key,
                whole -> command(
                        CommandType.HDEL,
                        new IntegerOutput<>(CODEC),
                        args().addKey(key).add(field)));
    }

    int time() {
        return add(null, whole -> command(CommandType.TIME, new ValueListOutput<>(CODEC), args()));
    }

    /** One section of what the server tells of itself. */
    int info(String section) {
        return add(null, whole -> command(CommandType.INFO, new StatusOutput<>(CODEC), args().add(section)));
    }

    /** What a node of a cluster believes of it, as a text. */
    int clusterNodes() {
        return add(null, whole -> command(CommandType.CLUSTER, new StatusOutput<>(CODEC), args().add("NODES")));
    }

    /** A few names that the server it is sent to holds, from a cursor on: the next cursor, and the names. */
    int scan(String cursor, String glob, int about) {
        return add(
                null,
                whole -> command(
                        CommandType.SCAN,
                        new NestedMultiOutput<>(CODEC),
                        args().add(cursor).add("MATCH").add(glob).add("COUNT").add(about)));
    }

    /** The fields of a small hash that match, with their values; the server looks at no other value. */
    int hashScan(String key, String glob) {
        return add(
                key,
                whole -> command(
                        CommandType.HSCAN,
                        new NestedMultiOutput<>(CODEC),
                        args().addKey(key)
                                .add("0")
                                .add("MATCH")
                                .add(glob)
                                .add("COUNT")
                                .add(10_000)));
    }

    /** Tells all that listen; answers how many of them this server knows. */
    int publish(String channel, String message) {
        return add(
                null,
                whole -> command(
                        CommandType.PUBLISH,
                        new IntegerOutput<>(CODEC),
                        args().add(channel).add(message)));
    }

    /** SET if there is nothing. */
    int setIfMissing(String key, String value) {
        return add(
                key,
                whole -> command(
                        CommandType.SET,
                        new StatusOutput<>(CODEC),
                        args().addKey(key)
                                .addValue(value.getBytes(StandardCharsets.UTF_8))
                                .add("NX")));
    }

    /** A text, or null where there is none. */
    int get(String key) {
        return add(key, whole -> command(CommandType.GET, new StatusOutput<>(CODEC), args().addKey(key)));
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
        return add(key, whole -> {
            CommandArgs<String, byte[]> args =
                    args().add(whole ? script.text() : script.sha()).add(1).addKey(key);
            for (byte[] argument : arguments) {
                args.addValue(argument);
            }
            return command(whole ? CommandType.EVAL : CommandType.EVALSHA, new ValueListOutput<>(CODEC), args);
        });
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

    private int add(@Nullable String key, Function<Boolean, AsyncCommand<String, byte[], ?>> make) {
        asked.add(new Asked(key, stage, make));
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

        /** New commands, each with the {@code ASKING} before it that it may need. */
        List<AsyncCommand<String, byte[], ?>> commands(boolean wholeScripts) {
            List<AsyncCommand<String, byte[], ?>> commands = new ArrayList<>(places.length);
            for (int i = 0; i < places.length; i++) {
                if (asking[i]) {
                    commands.add(command(CommandType.ASKING, new StatusOutput<>(CODEC), args()));
                }
                commands.add(trip.asked.get(places[i]).make.apply(wholeScripts));
            }
            return commands;
        }
    }

    private static CommandArgs<String, byte[]> args() {
        return new CommandArgs<>(CODEC);
    }

    private static <T> AsyncCommand<String, byte[], T> command(
            CommandType type, CommandOutput<String, byte[], T> output, CommandArgs<String, byte[]> args) {
        return new AsyncCommand<>(new Command<>(type, output, args));
    }
}
