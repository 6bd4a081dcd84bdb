package dev.larder.store.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RedisScript#MEMBERS} answered.
 *
 * @param granted whether the lease that was asked for is given
 * @param list which list it is, of which run of the server; another one where the list was lost
 * @param ageMillis how long ago that list was begun
 * @param serverMillis when the script ran, by the server's clock
 * @param receivers how many connections were sent the message
 * @param others the other members whose leases run
 */
record MemberReading(
        boolean granted, String list, long ageMillis, long serverMillis, long receivers, List<Member> others) {

    /**
     * Another member.
     *
     * @param leftMillis of its lease, when the script ran
     * @param rules fingerprint of its rules
     */
    record Member(String id, long leftMillis, String rules) {}

    /**
     * Reads an answer.
     *
     * @throws TripEnd.Unexpected where the answer is none of that script
     */
    private static MemberReading of(String incarnation, TripEnd.Replies replies, int place) {
        List<String> texts = replies.texts(place);
        if (texts.size() < 4 || texts.size() % 3 != 1) {
            throw new TripEnd.Unexpected();
        }
        List<Member> others = new ArrayList<>();
        for (int i = 4; i < texts.size(); i += 3) {
            String rules = texts.get(i + 2);
            others.add(new Member(
                    texts.get(i),
                    millis(texts.get(i + 1)),
                    rules.endsWith("!") ? rules.substring(0, rules.length() - 1) : rules));
        }
        return new MemberReading(
                texts.get(0).equals("ok"),
                incarnation + " " + texts.get(1),
                millis(texts.get(2)),
                millis(texts.get(1)) + millis(texts.get(2)),
                millis(texts.get(3)),
                List.copyOf(others));
    }

    private static long millis(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw new TripEnd.Unexpected();
        }
    }

    /** The reading at a place of a trip; null where there is none. */
    static @Nullable MemberReading of(TripEnd end, int place) {
        if (!(end instanceof TripEnd.Replies replies) || replies.refused(place)) {
            return null;
        }
        try {
            return of(replies.from().get(place).incarnation(), replies, place);
        } catch (TripEnd.Unexpected e) {
            replies.distrust();
            return null;
        }
    }

    Set<String> ids() {
        return others.stream().map(Member::id).collect(Collectors.toUnmodifiableSet());
    }
}
