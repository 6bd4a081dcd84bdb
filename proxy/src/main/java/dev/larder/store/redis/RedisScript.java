package dev.larder.store.redis;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What must happen to one key at once. Each script touches one key, so that it runs in a cluster, takes the time from the
 * server, so that sidecars need not agree on it, and answers with a list of texts.
 *
 * <p>A server that is full refuses commands that may grow, but only as the first write of a script. {@link #PURGE} and
 * {@link #INTEND} therefore begin with a deletion: purging must go on when there is no room for anything else, and takes
 * next to none.
 */
enum RedisScript {

    /** TOKEN, TTL: the epoch, made if missing and renewed if an intent or a hold has lapsed. Answers epoch, held or not. */
    TOUCH("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local fields = redis.call('HGETALL', KEYS[1])
            local epoch, held, lapsed = false, '0', {}
            for i = 1, #fields, 2 do
              local kind = string.sub(fields[i], 1, 2)
              if fields[i] == 'e' then
                epoch = fields[i + 1]
              elseif kind == 'i:' or kind == 'h:' then
                if (tonumber(fields[i + 1]) or 0) <= now then
                  lapsed[#lapsed + 1] = fields[i]
                elseif kind == 'h:' then
                  held = '1'
                end
              end
            end
            if not epoch or #lapsed > 0 then
              for i = 1, #lapsed do redis.call('HDEL', KEYS[1], lapsed[i]) end
              epoch = ARGV[1]
              redis.call('HSET', KEYS[1], 'e', epoch)
            end
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return {epoch, held}
            """),

    /** TOKEN, TTL, DROP, ADD, LENGTH: a new epoch; drops field DROP, adds ADD with a deadline. Answers the epoch. */
    PURGE("""
            redis.call('HDEL', KEYS[1], 'e')
            if ARGV[3] ~= '' then redis.call('HDEL', KEYS[1], ARGV[3]) end
            redis.call('HSET', KEYS[1], 'e', ARGV[1])
            local keep = tonumber(ARGV[2])
            if ARGV[4] ~= '' then
              local time = redis.call('TIME')
              local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[5])
              redis.call('HSET', KEYS[1], ARGV[4], string.format('%.0f', ends))
              keep = math.max(keep, 2 * tonumber(ARGV[5]))
            end
            if redis.call('PTTL', KEYS[1]) < keep then redis.call('PEXPIRE', KEYS[1], keep) end
            return {ARGV[1]}
            """),

    /** TOKEN, TTL, FIELD, LEASE: puts or renews an intent; makes the epoch if it is missing. Answers the field. */
    INTEND("""
            redis.call('HDEL', KEYS[1], ARGV[3])
            redis.call('HSETNX', KEYS[1], 'e', ARGV[1])
            local time = redis.call('TIME')
            local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[4])
            redis.call('HSET', KEYS[1], ARGV[3], string.format('%.0f', ends))
            local keep = math.max(tonumber(ARGV[2]), 2 * tonumber(ARGV[4]))
            if redis.call('PTTL', KEYS[1]) < keep then redis.call('PEXPIRE', KEYS[1], keep) end
            return {ARGV[3]}
            """),

    /**
     * SITE, NAMES, VARIANT, VALUE, TTL, VARIANTS, FIELDS: stores one variant; drops the site's longest stored ones over
     * VARIANTS, and all where other sites have filled the hash. Answers the variant.
     */
    STORE("""
            local order, known = {}, redis.call('HGET', KEYS[1], ARGV[1] .. 'order')
            for variant in string.gmatch(known or '', '([^\\n]*)\\n') do
              if variant ~= ARGV[3] then order[#order + 1] = variant end
            end
            while #order >= tonumber(ARGV[6]) do
              redis.call('HDEL', KEYS[1], ARGV[1] .. table.remove(order, 1))
            end
            order[#order + 1] = ARGV[3]
            if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[7]) then redis.call('DEL', KEYS[1]) end
            redis.call('HSET', KEYS[1], ARGV[1] .. ARGV[3], ARGV[4], ARGV[1] .. 'vary', ARGV[2],
              ARGV[1] .. 'order', table.concat(order, '\\n') .. '\\n')
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
            return {ARGV[3]}
            """),

    /** TTL: keeps the key for at least so long. Answers TTL. */
    KEEP("""
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
            return {ARGV[1]}
            """);

    private final String text;
    private final String sha;

    RedisScript(String text) {
        this.text = text;
        this.sha = sha1(text);
    }

    String text() {
        return text;
    }

    String sha() {
        return sha;
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
