package dev.larder.store.redis;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.MapOutput;
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

/**
 * The commands of one pipelined round trip, in the order in which they are sent. Each method adds one and returns its
 * place among the {@link Replies}. Confined to the thread that builds it.
 */
final class Trip {

    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** Makes a command; true where scripts are to be sent with their text. */
    private final List<Function<Boolean, AsyncCommand<String, byte[], ?>>> asked = new ArrayList<>();

    private boolean scriptsWhole;
    private boolean repeatable = true;

    /** Sends scripts with their text from the start, for what must not be done by halves: see {@link #repeatable}. */
    Trip withWholeScripts() {
        scriptsWhole = true;
        return this;
    }

    boolean scriptsWhole() {
        return scriptsWhole;
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
        return add(whole -> command(CommandType.HGETALL, new MapOutput<>(CODEC), args().addKey(key)));
    }

    int hashFields(String key, String... fields) {
        return add(whole -> {
            CommandArgs<String, byte[]> args = args().addKey(key);
            for (String field : fields) {
                args.add(field);
            }
            return command(CommandType.HMGET, new ValueListOutput<>(CODEC), args);
        });
    }

    int hashDelete(String key, String field) {
        return add(whole -> command(
                CommandType.HDEL, new IntegerOutput<>(CODEC), args().addKey(key).add(field)));
    }

    int time() {
        return add(whole -> command(CommandType.TIME, new ValueListOutput<>(CODEC), args()));
    }

    int serverInfo() {
        return add(whole -> command(CommandType.INFO, new StatusOutput<>(CODEC), args().add("server")));
    }

    /** SET if there is nothing. */
    int setIfMissing(String key, String value) {
        return add(whole -> command(
                CommandType.SET,
                new StatusOutput<>(CODEC),
                args().addKey(key)
                        .addValue(value.getBytes(StandardCharsets.UTF_8))
                        .add("NX")));
    }

    /** A text, or null where there is none. */
    int get(String key) {
        return add(whole -> command(CommandType.GET, new StatusOutput<>(CODEC), args().addKey(key)));
    }

    int script(RedisScript script, String key, String... arguments) {
        byte[][] values = new byte[arguments.length][];
        for (int i = 0; i < arguments.length; i++) {
            values[i] = arguments[i].getBytes(StandardCharsets.UTF_8);
        }
        return script(script, key, values);
    }

    int script(RedisScript script, String key, byte[]... arguments) {
        repeatable &= script != RedisScript.PURGE;
        return add(whole -> {
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

    List<AsyncCommand<String, byte[], ?>> commands(boolean wholeScripts) {
        List<AsyncCommand<String, byte[], ?>> commands = new ArrayList<>(asked.size());
        for (Function<Boolean, AsyncCommand<String, byte[], ?>> one : asked) {
            commands.add(one.apply(wholeScripts));
        }
        return commands;
    }

    private int add(Function<Boolean, AsyncCommand<String, byte[], ?>> command) {
        asked.add(command);
        return asked.size() - 1;
    }

    private static CommandArgs<String, byte[]> args() {
        return new CommandArgs<>(CODEC);
    }

    private static <T> AsyncCommand<String, byte[], T> command(
            CommandType type, CommandOutput<String, byte[], T> output, CommandArgs<String, byte[]> args) {
        return new AsyncCommand<>(new Command<>(type, output, args));
    }
}
