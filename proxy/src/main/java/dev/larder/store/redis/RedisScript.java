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

    /**
     * TOKEN, TTL, RULES: the epoch, made if missing and renewed if an intent or a hold has lapsed. Answers epoch, held or
     * not, and whether things may be stored by other rules than RULES. Where RULES is not empty, things are going to be stored by these rules, and it is noted. An epoch of which it is not
     * known by which rules things are stored is renewed, and so is one of too many.
     */
    TOUCH("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local fields = redis.call('HGETALL', KEYS[1])
            local epoch, held, lapsed, rules, known = false, '0', {}, {}, ARGV[3] == ''
            for i = 1, #fields, 2 do
              local kind = string.sub(fields[i], 1, 2)
              if fields[i] == 'e' then
                epoch = fields[i + 1]
              elseif kind == 'r:' then
                rules[#rules + 1] = fields[i]
                known = known or fields[i] == 'r:' .. ARGV[3]
              elseif kind == 'i:' or kind == 'h:' then
                if (tonumber(fields[i + 1]) or 0) <= now then
                  lapsed[#lapsed + 1] = fields[i]
                elseif kind == 'h:' then
                  held = '1'
                end
              end
            end
            local unsure = not known and (#rules == 0 or #rules >= 16)
            if not epoch or #lapsed > 0 or unsure then
              for i = 1, #lapsed do redis.call('HDEL', KEYS[1], lapsed[i]) end
              for i = 1, #rules do redis.call('HDEL', KEYS[1], rules[i]) end
              rules, known = {}, ARGV[3] == ''
              epoch = ARGV[1]
              redis.call('HSET', KEYS[1], 'e', epoch)
            end
            if not known then
              redis.call('HSET', KEYS[1], 'r:' .. ARGV[3], '')
              rules[#rules + 1] = ARGV[3]
            end
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return {epoch, held, #rules > 1 and '1' or '0'}
            """),

    /**
     * TOKEN, TTL, RULES: of the store-wide epoch: a purge by these rules is under way. Where things may be stored by others,
     * which it does not name, the epoch is renewed, and they are gone for all. Answers TOKEN, and whether that was so.
     */
    PURGE_BY("""
            local fields, own, others, known, epoch = redis.call('HKEYS', KEYS[1]), 'r:' .. ARGV[3], {}, false, false
            for i = 1, #fields do
              epoch = epoch or fields[i] == 'e'
              known = known or fields[i] == own
              if string.sub(fields[i], 1, 2) == 'r:' and fields[i] ~= own then others[#others + 1] = fields[i] end
            end
            if not epoch or (known and #others == 0) then return {ARGV[1], '0'} end
            redis.call('HDEL', KEYS[1], 'e')
            for i = 1, #others do redis.call('HDEL', KEYS[1], others[i]) end
            redis.call('HSET', KEYS[1], 'e', ARGV[1], own, '')
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return {ARGV[1], '1'}
            """),

    /**
     * FROM, TO: of the store-wide epoch: what may be stored by rules FROM would be stored by TO alike, or is gone. Answers TO.
     */
    SUCCEED("""
            if redis.call('HDEL', KEYS[1], 'r:' .. ARGV[1]) == 1 then redis.call('HSET', KEYS[1], 'r:' .. ARGV[2], '') end
            return {ARGV[2]}
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
     * SITE, NAMES, VARIANT, VALUE, TTL, VARIANTS, FIELDS, BYTES, MARK: stores one variant and its mark; drops the site's longest
     * stored ones over VARIANTS, and all where other sites have filled the hash. Answers the variant, and by how many
     * responses and bytes more is stored now.
     */
    STORE("""
            local time = redis.call('TIME')
            local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[5])
            local entries, bytes = 1, tonumber(ARGV[8])
            local function gone(variant)
              local field = '#' .. ARGV[1] .. variant
              local mark = redis.call('HGET', KEYS[1], field)
              if mark then
                entries = entries - 1
                bytes = bytes - (tonumber(string.match(mark, '^%d+ (%d+)')) or 0)
              end
              return field
            end
            local order, known = {}, redis.call('HGET', KEYS[1], ARGV[1] .. 'order')
            for variant in string.gmatch(known or '', '([^\\n]*)\\n') do
              if variant ~= ARGV[3] then order[#order + 1] = variant end
            end
            while #order >= tonumber(ARGV[6]) do
              local oldest = table.remove(order, 1)
              redis.call('HDEL', KEYS[1], ARGV[1] .. oldest, gone(oldest))
            end
            local mark = gone(ARGV[3])
            order[#order + 1] = ARGV[3]
            if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[7]) then redis.call('DEL', KEYS[1]) end
            redis.call('HSET', KEYS[1], ARGV[1] .. ARGV[3], ARGV[4], ARGV[1] .. 'vary', ARGV[2],
              ARGV[1] .. 'order', table.concat(order, '\\n') .. '\\n',
              mark, string.format('%.0f', ends) .. ' ' .. ARGV[8] .. '\\n' .. ARGV[9])
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[5]) then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
            return {ARGV[3], tostring(entries), string.format('%.0f', bytes)}
            """),

    /** FIELD, MARK: removes the variant that FIELD marks, if its mark is still MARK. Answers 1 if it was, else 0. */
    REMOVE("""
            if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return {'0'} end
            local site, variant = string.match(ARGV[1], '^#([^|]*|)(.*)$')
            if not site then return {'0'} end
            redis.call('HDEL', KEYS[1], ARGV[1], site .. variant)
            local left = ''
            for other in string.gmatch(redis.call('HGET', KEYS[1], site .. 'order') or '', '([^\\n]*)\\n') do
              if other ~= variant then left = left .. other .. '\\n' end
            end
            if left == '' then
              redis.call('HDEL', KEYS[1], site .. 'vary', site .. 'order')
            else
              redis.call('HSET', KEYS[1], site .. 'order', left)
            end
            return {'1'}
            """),

    /**
     * WHAT, ID, LEASE, SINCE, INCARNATION, then names and values: who sweeps, and how much is stored. WHAT is {@code begin} to
     * sweep: answered with {@code busy} while another one does, and with {@code done} where a sweep that began after SINCE, in
     * milliseconds by the server's clock, is complete; {@code keep} to go on and {@code end} for good, both answered with
     * {@code gone} to whom another has followed; or {@code count} to add to what is stored. An end replaces it, its names
     * beginning with {@code n:} and {@code b:}; what else it brings is added. Answers {@code ok} or one of these, then all that is
     * known.
     */
    SWEEP("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('HDEL', KEYS[1], '')
            local function known(name) return redis.call('HGET', KEYS[1], name) end
            local said, owner = 'ok', known('owner')
            if ARGV[1] == 'begin' then
              if owner and owner ~= ARGV[2] and (tonumber(known('until') or '') or 0) > now then
                said = 'busy'
              elseif (tonumber(known('begun') or '') or 0) > tonumber(ARGV[4]) and known('inc') == ARGV[5] then
                said = 'done'
              else
                redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'until', string.format('%.0f', now + tonumber(ARGV[3])),
                  'started', string.format('%.0f', now))
              end
            elseif ARGV[1] == 'count' then
              for i = 6, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
            elseif owner ~= ARGV[2] then
              said = 'gone'
            elseif ARGV[1] == 'keep' then
              redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[3])))
            else
              local fields = redis.call('HKEYS', KEYS[1])
              for i = 1, #fields do
                if string.match(fields[i], '^[nb]:') then redis.call('HDEL', KEYS[1], fields[i]) end
              end
              local started = known('started') or '0'
              redis.call('HDEL', KEYS[1], 'owner', 'until', 'started')
              redis.call('HSET', KEYS[1], 'begun', started, 'inc', ARGV[5],
                'took', string.format('%.0f', now - tonumber(started)))
              for i = 6, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
            end
            redis.call('PEXPIRE', KEYS[1], 2592000000)
            local answer, all = {said}, redis.call('HGETALL', KEYS[1])
            for i = 1, #all do answer[i + 1] = all[i] end
            return answer
            """),

    /**
     * WHAT, ID, LEASE, RULES, INCARNATION, CHANNEL, MESSAGE, FORMER, INTENT: the members of the store, of which those whose lease
     * has run out are dropped, and member FORMER. For the lease INTENT of an intent it is kept by which rules the former went. A list that another run of the server has kept is begun anew. WHAT is {@code
     * join} or {@code renew} for a member's own lease, {@code leave}, {@code expel} to let nobody renew that of ID, or {@code
     * read}. Unless a renewal is refused, MESSAGE is published on CHANNEL, in one step with the list: whoever renews later has
     * it before anything else. Answers {@code ok}, or {@code gone} to a member that cannot renew; when the list was begun, its
     * age in milliseconds, and how many were sent the message; then for each other member its id, what is left of its lease in
     * milliseconds, and the fingerprint of its rules.
     */
    MEMBERS("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('HDEL', KEYS[1], 'm:' .. ARGV[8])
            local born = redis.call('HGET', KEYS[1], 'born')
            if not born or redis.call('HGET', KEYS[1], 'inc') ~= ARGV[5] then
              redis.call('DEL', KEYS[1])
              born = string.format('%.0f', now)
              redis.call('HSET', KEYS[1], 'inc', ARGV[5], 'born', born)
              redis.call('PEXPIRE', KEYS[1], 2592000000)
            end
            local answer = {'ok', born, string.format('%.0f', math.max(0, now - tonumber(born))), '0'}
            local fields, own = redis.call('HGETALL', KEYS[1]), false
            for i = 1, #fields, 2 do
              if string.sub(fields[i], 1, 2) == 'm:' then
                local id = string.sub(fields[i], 3)
                local ends, rest = string.match(fields[i + 1], '^(%d+) (.*)$')
                ends = tonumber(ends) or 0
                if ends <= now then
                  redis.call('HDEL', KEYS[1], fields[i])
                  if rest then
                    redis.call('HSET', KEYS[1], 'd:' .. string.gsub(rest, '!$', ''),
                      string.format('%.0f', now + tonumber(ARGV[9])))
                  end
                else
                  if id == ARGV[2] then own = fields[i + 1] end
                  if id ~= ARGV[2] or ARGV[1] == 'expel' then
                    answer[#answer + 1] = id
                    answer[#answer + 1] = string.format('%.0f', ends - now)
                    answer[#answer + 1] = rest
                  end
                end
              elseif string.sub(fields[i], 1, 2) == 'd:' and (tonumber(fields[i + 1]) or 0) <= now then
                redis.call('HDEL', KEYS[1], fields[i])
              end
            end
            if ARGV[1] == 'expel' then
              if own and string.sub(own, -1) ~= '!' then redis.call('HSET', KEYS[1], 'm:' .. ARGV[2], own .. '!') end
            elseif ARGV[1] == 'leave' then
              redis.call('HDEL', KEYS[1], 'm:' .. ARGV[2])
            elseif ARGV[1] == 'renew' and (not own or string.sub(own, -1) == '!') then
              answer[1] = 'gone'
              return answer
            elseif ARGV[1] == 'join' or ARGV[1] == 'renew' then
              redis.call('HDEL', KEYS[1], 'm:' .. ARGV[2])
              redis.call('HSET', KEYS[1], 'm:' .. ARGV[2],
                string.format('%.0f', now + tonumber(ARGV[3])) .. ' ' .. ARGV[4])
              redis.call('PEXPIRE', KEYS[1], 2592000000)
            end
            if ARGV[6] ~= '' then answer[4] = tostring(redis.call('PUBLISH', ARGV[6], ARGV[7])) end
            return answer
            """),

    /**
     * ID, LEASE: takes a flight that nobody has. Answers {@code own}; or {@code other}, whose holder from then on knows that it
     * is waited for, and what is left of its lease in milliseconds; or what came of it a moment ago.
     */
    LEAD("""
            local held = redis.call('GET', KEYS[1])
            if not held then
              redis.call('SET', KEYS[1], 'h ' .. ARGV[1], 'PX', ARGV[2])
              return {'own'}
            end
            if string.sub(held, 1, 2) ~= 'h ' then return {held} end
            if held == 'h ' .. ARGV[1] or held == 'h ' .. ARGV[1] .. '!' then return {'own'} end
            local left = math.max(1, redis.call('PTTL', KEYS[1]))
            if string.sub(held, -1) ~= '!' then redis.call('SET', KEYS[1], held .. '!', 'PX', left) end
            return {'other', string.format('%.0f', left)}
            """),

    /**
     * ID, WHAT, LENGTH, CHANNEL, MESSAGE: of a flight that ID still has, {@code renew}s the lease, or says what came of it and
     * tells those who wait. Answers {@code ok} or {@code gone}.
     */
    FLOWN("""
            local held = redis.call('GET', KEYS[1])
            if held ~= 'h ' .. ARGV[1] and held ~= 'h ' .. ARGV[1] .. '!' then return {'gone'} end
            if ARGV[2] == 'renew' then
              redis.call('PEXPIRE', KEYS[1], ARGV[3])
              return {'ok'}
            end
            if ARGV[2] == 'let-go' then
              redis.call('DEL', KEYS[1])
            else
              redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
            end
            if string.sub(held, -1) == '!' then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
            return {'ok'}
            """),

    /**
     * FIELD, KEEP, MOST: keeps FIELD for KEEP milliseconds; of MOST that are there already, those whose time is over go, or the
     * half whose time is over first. Answers the field. Without one, answers all whose time is not over.
     */
    ENDED("""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            if ARGV[1] == '' then
              local fields, answer = redis.call('HGETALL', KEYS[1]), {}
              for i = 1, #fields, 2 do
                if (tonumber(fields[i + 1]) or 0) > now then answer[#answer + 1] = fields[i] end
              end
              return answer
            end
            redis.call('HDEL', KEYS[1], ARGV[1])
            if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then
              local fields, ends = redis.call('HGETALL', KEYS[1]), {}
              for i = 2, #fields, 2 do ends[#ends + 1] = tonumber(fields[i]) or 0 end
              table.sort(ends)
              local last = math.max(now, ends[math.ceil(#ends / 2)])
              for i = 1, #fields, 2 do
                if (tonumber(fields[i + 1]) or 0) <= last then redis.call('HDEL', KEYS[1], fields[i]) end
              end
            end
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + tonumber(ARGV[2])))
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            return {ARGV[1]}
            """),

    /** FIELD, LENGTH, TEXT: sets FIELD to the end of LENGTH and TEXT; those whose time is over go. Answers the field. */
    CHANGING("""
            redis.call('HDEL', KEYS[1], ARGV[1])
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local fields = redis.call('HGETALL', KEYS[1])
            for i = 1, #fields, 2 do
              if (tonumber(string.match(fields[i + 1], '^%d+')) or 0) <= now then
                redis.call('HDEL', KEYS[1], fields[i])
              end
            end
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now + tonumber(ARGV[2])) .. ' ' .. ARGV[3])
            local keep = 2 * tonumber(ARGV[2])
            if redis.call('PTTL', KEYS[1]) < keep then redis.call('PEXPIRE', KEYS[1], keep) end
            return {ARGV[1]}
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
