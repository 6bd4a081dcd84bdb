package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.http.SiteFields;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.identity.Question.Reply;
import dev.larder.key.CacheKey;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Visitors whom only the backend knows: it is asked with their own credential, and its answer is kept for the rule's ttl,
 * counted from when the question was <em>sent</em>. Thread-safe; nothing blocks.
 *
 * <p>What is known is known of a credential at one authority, since a backend may serve several sites and see a visitor
 * differently on each. There is one question under way for each at most, whoever waits for it, but for doomed ones.
 *
 * <p><b>Doom.</b> A sign-out or a change of claims dooms the questions that were sent before it: their answers may tell of
 * the time before. {@link #end} knows the credential and takes its questions off the list. {@link #forget} may not know
 * yet whom a question is about, so it leaves a note with every question under way, and whoever the answer turns out to
 * describe is compared with the notes. A doomed answer is not kept, and unknown to those who waited for it. Where a
 * sign-out or a change may still be under way, because nobody knows what came of it, a hold does the same to every
 * question that is answered before it ends.
 *
 * <p><b>Failure.</b> Where the backend cannot be asked, or answers 5xx, a visitor known before stays known until {@code
 * if-error} after the ttl. Such a verdict stands for {@link #PAUSE}, in which nobody has to wait for a backend that does
 * not answer.
 */
final class AskedIdentities implements IdentitySource {

    /** How long it counts that a credential belongs to nobody, and that the backend could not be asked. */
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** How much longer a visitor is remembered, only so that a question about them is not one about a stranger. */
    private static final Duration REMEMBERED = Duration.ofMinutes(10);

    /** Notes with one question beyond which it is doomed without comparing: bounds memory and time. */
    private static final int MOST_NOTES = 64;

    private static final Known.Nobody NOBODY = new Known.Nobody();
    private static final Known.Unknown OUT_OF_TOUCH = new Known.Unknown("out-of-touch");

    private record Key(String hash, String site) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && hash.equals(key.hash) && site.equals(key.site);
        }

        @Override
        public int hashCode() {
            return 31 * site.hashCode() + hash.hashCode();
        }
    }

    /** Somebody who is kept. Its times are moved on by any thread; a lost update costs one question more. */
    private static final class Kept {
        final Key key;
        final Known.Somebody somebody;
        final List<String> claims;
        final long sentNanos;

        /** From when on whoever uses it asks anew in the background. */
        volatile long renewNanos;

        /** Until when it may be used beyond its ttl, because the backend could not be asked; at first never. */
        volatile long graceNanos;

        Kept(Key key, Identity identity, long sentNanos, long renewNanos) {
            this.key = key;
            this.somebody = new Known.Somebody(identity);
            this.claims = claimsOf(identity);
            this.sentNanos = sentNanos;
            this.renewNanos = renewNanos;
            this.graceNanos = sentNanos;
        }
    }

    /** One question under way. Doom and notes are guarded by the lock. */
    private static final class Inquiry {
        final Key key;
        final long sentNanos;

        /** Whether nobody was known by this credential when it was sent. */
        final boolean stranger;

        /** Who waits for it, the first first: one future for all would tell the last first. */
        final List<CompletableFuture<Known>> waiting = new ArrayList<>(1);

        final List<List<String>> notes = new ArrayList<>(0);
        boolean doomed;

        @Nullable
        Known answer;

        Inquiry(Key key, long sentNanos, boolean stranger) {
            this.key = key;
            this.sentNanos = sentNanos;
            this.stranger = stranger;
        }

        CompletionStage<Known> follow() {
            Known answered = answer;
            if (answered != null) {
                return CompletableFuture.completedStage(answered);
            }
            CompletableFuture<Known> own = new CompletableFuture<>();
            waiting.add(own);
            return own.minimalCompletionStage();
        }
    }

    private final Rules.Proof.Resolve rule;
    private final ClaimReader claims;
    private final Question question;
    private final QuestionPermits questions;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final BooleanSupplier inTouch;
    private final long ttlNanos;
    private final long ifErrorNanos;
    private final long pauseNanos;

    /**
     * Guards {@link #underWay}, {@link #byMark}, {@link #holds}, every Inquiry's doom, answer and followers, and every change of {@link #visitors} and {@link
     * #nobodies}: an answer is compared with what was ended or forgotten and kept in one step. Never held while the
     * backend is asked or a stage is completed.
     */
    private final Object lock = new Object();

    private final BoundedTable<Key, Kept> visitors;

    /** Credentials of nobody, until when: apart from the others, so that a flood of made-up ones evicts no visitor. */
    private final BoundedTable<Key, Long> nobodies;

    private final Map<Key, Inquiry> underWay = new HashMap<>();

    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** Of whom nothing is kept for a while. Guarded by the lock. */
    private final IdentityHolds holds = new IdentityHolds();

    /** Keys of those kept by what they can be ended or forgotten by: their hash, and each {@code claim=value}. */
    private final Map<String, Set<Key>> byMark = new HashMap<>();

    /**
     * Asks for one identity.
     *
     * @param bound how many visitors are kept at most
     * @param questions permits for questions under way, shared with other identities
     * @param timeout how long one question may take
     * @param nanoTime monotonic time in nanoseconds
     * @param inTouch whether this process hears of it when another one ends a session; if not, nobody is known
     */
    AskedIdentities(
            String identity,
            Rules.Proof.Resolve rule,
            Question question,
            int bound,
            QuestionPermits questions,
            Duration timeout,
            LongSupplier nanoTime,
            BooleanSupplier inTouch) {
        this.rule = rule;
        this.claims = new ClaimReader(identity, rule.claims());
        this.question = question;
        this.questions = questions;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
        this.inTouch = inTouch;
        this.ttlNanos = rule.ttl().toNanos();
        this.ifErrorNanos = rule.ifError().toNanos();
        this.pauseNanos = Math.min(ttlNanos, PAUSE.toNanos());
        this.visitors = new BoundedTable<>(bound, this::isOver, this::dropMarks);
        this.nobodies =
                new BoundedTable<>(Math.max(64, bound / 4), until -> nanoTime.getAsLong() - until >= 0, until -> {});
    }

    // ---- asking --------------------------------------------------------------------------------------------------

    @Override
    public @Nullable Known peek(Carried.One carried, RequestHead request) {
        if (!inTouch.getAsBoolean()) {
            return OUT_OF_TOUCH;
        }
        Key key = key(carried, request);
        long now = nanoTime.getAsLong();
        Kept kept = visitors.get(key);
        if (kept != null && isUsable(kept, now)) {
            if (now - kept.renewNanos < 0) {
                return kept.somebody;
            }
            renew(kept, carried, request, now);
        }
        return known(key, now);
    }

    private @Nullable Known known(Key key, long now) {
        Kept kept = visitors.get(key);
        if (kept != null && isUsable(kept, now)) {
            return kept.somebody;
        }
        Long nobodyUntil = nobodies.get(key);
        return nobodyUntil != null && now - nobodyUntil < 0 ? NOBODY : null;
    }

    private boolean isUsable(Kept known, long now) {
        long age = now - known.sentNanos;
        return age < ttlNanos || (now - known.graceNanos < 0 && age < ttlNanos + ifErrorNanos);
    }

    private boolean isOver(Kept known) {
        return nanoTime.getAsLong() - known.sentNanos >= ttlNanos + ifErrorNanos + REMEMBERED.toNanos();
    }

    private void renew(Kept known, Carried.One carried, RequestHead request, long now) {
        known.renewNanos = now + Math.max(1, ttlNanos / 8);
        begin(known.key).ifPresent(inquiry -> {
            if (now - known.sentNanos >= ttlNanos) {
                // The backend could not be asked a moment ago: nobody waits while it is tried again.
                known.graceNanos = now + Math.max(pauseNanos, timeout.toNanos());
            }
            send(inquiry, carried, request);
        });
    }

    @Override
    public CompletionStage<Known> ask(Carried.One carried, RequestHead request) {
        if (!inTouch.getAsBoolean()) {
            return CompletableFuture.completedStage(OUT_OF_TOUCH);
        }
        Key key = key(carried, request);
        Inquiry inquiry;
        CompletionStage<Known> answer;
        synchronized (lock) {
            Known known = known(key, nanoTime.getAsLong());
            if (known != null) {
                return CompletableFuture.completedStage(known);
            }
            Inquiry present = underWay.get(key);
            if (present != null) {
                return present.follow();
            }
            Optional<Inquiry> begun = begin(key);
            if (begun.isEmpty()) {
                return CompletableFuture.completedStage(new Known.Unknown("too-many-questions"));
            }
            inquiry = begun.get();
            answer = inquiry.follow();
        }
        send(inquiry, carried, request);
        return answer;
    }

    /** A new question, to be sent by the caller; empty where one is under way, or too many are. */
    private Optional<Inquiry> begin(Key key) {
        synchronized (lock) {
            boolean stranger = visitors.get(key) == null;
            if (underWay.containsKey(key)) {
                return Optional.empty();
            }
            if (!questions.tryAcquire(stranger)) {
                refused.increment();
                return Optional.empty();
            }
            Inquiry inquiry = new Inquiry(key, nanoTime.getAsLong(), stranger);
            underWay.put(key, inquiry);
            return Optional.of(inquiry);
        }
    }

    private void send(Inquiry inquiry, Carried.One carried, RequestHead request) {
        asked.increment();
        CompletableFuture<Reply> asked;
        try {
            asked = question.ask(rule.path(), carried.line(), SiteFields.of(request))
                    .toCompletableFuture()
                    .copy();
        } catch (RuntimeException failed) {
            asked = CompletableFuture.failedFuture(failed);
        }
        // Bounded here, whatever becomes of the question: a permit that never came back would be lost for good.
        Future<?> unused = asked.completeOnTimeout(
                        new Reply.Failed("question-timeout"), timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionally(failure -> new Reply.Failed("question-failed"))
                .thenAccept(reply -> answer(inquiry, reply));
    }

    private void answer(Inquiry inquiry, Reply reply) {
        Known known = new Known.Unknown("question-failed");
        try {
            known = settle(inquiry, reply);
        } finally {
            tell(inquiry, known);
        }
    }

    /** In the order in which they asked: what an earlier request brought may be stored when a later one looks for it. */
    private void tell(Inquiry inquiry, Known known) {
        List<CompletableFuture<Known>> waiting;
        synchronized (lock) {
            inquiry.answer = known;
            waiting = List.copyOf(inquiry.waiting);
        }
        waiting.forEach(one -> one.complete(known));
    }

    @Override
    public IdentityCounts counts() {
        int questionsNow;
        synchronized (lock) {
            questionsNow = underWay.size();
        }
        return new IdentityCounts(visitors.size(), questionsNow, asked.sum(), failed.sum(), refused.sum());
    }

    private static Key key(Carried.One carried, RequestHead request) {
        String beyond = request.site();
        // No authority holds a slash.
        String site = beyond.isEmpty() ? request.authority() : request.authority() + '/' + beyond;
        return new Key(carried.credential().hash(), site);
    }

    // ---- what the backend says -----------------------------------------------------------------------------------

    private Known settle(Inquiry inquiry, Reply reply) {
        Verdict verdict = verdict(reply);
        if (verdict instanceof Verdict.Unsaid) {
            failed.increment();
        }
        synchronized (lock) {
            // The question stays on the list until here, so that whatever is ended meanwhile finds it.
            questions.release(inquiry.stranger);
            underWay.remove(inquiry.key, inquiry);
            if (inquiry.doomed) {
                return new Known.Unknown("ended-meanwhile");
            }
            if (verdict instanceof Verdict.Is is) {
                return keep(inquiry, is.identity);
            }
            if (verdict instanceof Verdict.No) {
                remove(inquiry.key);
                nobodies.put(inquiry.key, nanoTime.getAsLong() + pauseNanos);
                return NOBODY;
            }
            return unsaid((Verdict.Unsaid) verdict, visitors.get(inquiry.key));
        }
    }

    private Known keep(Inquiry inquiry, Identity identity) {
        long now = nanoTime.getAsLong();
        Kept known = new Kept(inquiry.key, identity, inquiry.sentNanos, inquiry.sentNanos + ttlNanos / 2);
        for (List<String> note : inquiry.notes) {
            if (known.claims.containsAll(note)) {
                return new Known.Unknown("forgotten-meanwhile");
            }
        }
        if (holds.cover(inquiry.key.hash, known.claims, now)) {
            return new Known.Unknown("hold");
        }
        if (now - inquiry.sentNanos >= ttlNanos) {
            return new Known.Unknown("answer-too-late");
        }
        Kept former = visitors.put(inquiry.key, known);
        if (former != null) {
            dropMarks(former);
        }
        mark(known);
        return known.somebody;
    }

    private Known unsaid(Verdict.Unsaid unsaid, @Nullable Kept known) {
        long now = nanoTime.getAsLong();
        if (known == null) {
            return new Known.Unknown(unsaid.detail);
        }
        long age = now - known.sentNanos;
        if (age < ttlNanos) {
            return known.somebody;
        }
        if (!unsaid.outage || age >= ttlNanos + ifErrorNanos) {
            known.graceNanos = known.sentNanos;
            return new Known.Unknown(unsaid.detail);
        }
        known.graceNanos = now + pauseNanos;
        known.renewNanos = now + pauseNanos / 2;
        return known.somebody;
    }

    private sealed interface Verdict {
        record Is(Identity identity) implements Verdict {}

        record No() implements Verdict {}

        /**
         * The backend did not say.
         *
         * @param outage whether it could not
         */
        record Unsaid(String detail, boolean outage) implements Verdict {}
    }

    private Verdict verdict(Reply reply) {
        if (reply instanceof Reply.Failed failed) {
            return new Verdict.Unsaid(failed.detail(), true);
        }
        Reply.Answered answered = (Reply.Answered) reply;
        int status = answered.status();
        if (status >= 500) {
            return new Verdict.Unsaid("status-" + status, true);
        }
        if ((status >= 300 && status < 400) || status == 401 || status == 403 || status == 404) {
            return new Verdict.No();
        }
        if (status < 200 || status > 299) {
            return new Verdict.Unsaid("status-" + status, false);
        }
        Optional<JsonDocument> document = JsonDocument.parse(answered.body());
        if (document.isEmpty() || !(document.get().isObject() || document.get().isNull())) {
            return new Verdict.Unsaid("unreadable-answer", false);
        }
        Identity identity = claims.read(document.get());
        return identity.scalars().isEmpty() && identity.arrays().isEmpty()
                ? new Verdict.No()
                : new Verdict.Is(identity);
    }

    // ---- ending and forgetting -----------------------------------------------------------------------------------

    @Override
    public void end(String hash) {
        synchronized (lock) {
            marked(hash).forEach(this::remove);
            underWay.values().removeIf(inquiry -> {
                boolean concerned = inquiry.key.hash.equals(hash);
                inquiry.doomed |= concerned;
                return concerned;
            });
        }
    }

    @Override
    public void forgetAll() {
        synchronized (lock) {
            visitors.clear();
            byMark.clear();
            underWay.values().forEach(inquiry -> inquiry.doomed = true);
            underWay.clear();
        }
    }

    @Override
    public void forget(List<String> forgotten) {
        synchronized (lock) {
            for (Key key : marked(forgotten.get(0))) {
                Kept known = visitors.get(key);
                if (known != null && known.claims.containsAll(forgotten)) {
                    remove(key);
                }
            }
            underWay.values().removeIf(inquiry -> {
                inquiry.notes.add(forgotten);
                inquiry.doomed |= inquiry.notes.size() > MOST_NOTES;
                return inquiry.doomed;
            });
        }
    }

    @Override
    public void hold(String hash, Duration length) {
        synchronized (lock) {
            end(hash);
            holds.add(List.of(hash), nanoTime.getAsLong(), length.toNanos());
        }
    }

    @Override
    public void hold(List<String> held, Duration length) {
        synchronized (lock) {
            if (held.isEmpty()) {
                forgetAll();
            } else {
                forget(held);
            }
            holds.add(held, nanoTime.getAsLong(), length.toNanos());
        }
    }

    private void remove(Key key) {
        Kept former = visitors.remove(key);
        if (former != null) {
            dropMarks(former);
        }
    }

    // ---- marks; all with the lock held ---------------------------------------------------------------------------

    private Set<Key> marked(String mark) {
        return Set.copyOf(byMark.getOrDefault(mark, Set.of()));
    }

    private void mark(Kept known) {
        byMark.computeIfAbsent(known.key.hash, unseen -> new HashSet<>(2)).add(known.key);
        for (String claim : known.claims) {
            byMark.computeIfAbsent(claim, unseen -> new HashSet<>(2)).add(known.key);
        }
    }

    private void dropMarks(Kept known) {
        dropMark(known.key.hash, known.key);
        known.claims.forEach(claim -> dropMark(claim, known.key));
    }

    private void dropMark(String mark, Key key) {
        Set<Key> keys = byMark.get(mark);
        if (keys != null) {
            keys.remove(key);
            if (keys.isEmpty()) {
                byMark.remove(mark);
            }
        }
    }

    /** Each claim as the name of its group ends: {@code claim=value}; an array makes one for each element. */
    static List<String> claimsOf(Identity identity) {
        List<String> marks = new ArrayList<>();
        identity.scalars().forEach((claim, value) -> marks.add(claim + "=" + CacheKey.escape(value)));
        identity.arrays()
                .forEach((claim, values) -> values.forEach(value -> marks.add(claim + "=" + CacheKey.escape(value))));
        return List.copyOf(marks);
    }
}
