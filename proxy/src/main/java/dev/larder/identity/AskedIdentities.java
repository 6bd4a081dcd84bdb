package dev.larder.identity;

import dev.larder.http.RequestHead;
import dev.larder.http.SiteFields;
import dev.larder.identity.IdentityResolver.Carried;
import dev.larder.identity.IdentityResolver.Known;
import dev.larder.identity.KeptVisitors.Kept;
import dev.larder.identity.Question.Reply;
import dev.larder.key.Identity;
import dev.larder.rules.Rules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * if-error} after the ttl. Such a verdict stands for {@link KeptVisitors#PAUSE}, in which nobody has to wait for a backend that does
 * not answer.
 */
final class AskedIdentities implements IdentitySource {

    private static final Known.Unknown OUT_OF_TOUCH = new Known.Unknown("out-of-touch");

    private final Rules.Proof.Resolve rule;
    private final ClaimReader claims;
    private final Question question;
    private final QuestionPermits questions;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final BooleanSupplier inTouch;

    /**
     * Guards {@link #underWay}, {@link #holds}, every Inquiry, and every change of {@link #visitors}: an answer is compared
     * with what was ended or forgotten and kept in one step. Never held while the backend is asked or a stage is completed.
     */
    private final Object lock = new Object();

    private final KeptVisitors visitors;
    private final Map<VisitorKey, Inquiry> underWay = new HashMap<>();

    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();

    /** Of whom nothing is kept for a while. Guarded by the lock. */
    private final IdentityHolds holds = new IdentityHolds();

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
        this.visitors = new KeptVisitors(rule, bound, nanoTime);
    }

    // ---- asking --------------------------------------------------------------------------------------------------

    @Override
    public @Nullable Known peek(Carried.One carried, RequestHead request) {
        if (!inTouch.getAsBoolean()) {
            return OUT_OF_TOUCH;
        }
        VisitorKey key = VisitorKey.of(carried, request);
        long now = nanoTime.getAsLong();
        Kept kept = visitors.remembered(key);
        if (kept != null && visitors.isUsable(kept, now)) {
            if (!visitors.isDue(kept, now)) {
                return kept.somebody;
            }
            visitors.renewing(kept, now);
            begin(key).ifPresent(inquiry -> {
                visitors.renewed(kept, now, timeout);
                send(inquiry, carried, request);
            });
        }
        return visitors.known(key, now);
    }

    @Override
    public CompletionStage<Known> ask(Carried.One carried, RequestHead request) {
        if (!inTouch.getAsBoolean()) {
            return CompletableFuture.completedStage(OUT_OF_TOUCH);
        }
        VisitorKey key = VisitorKey.of(carried, request);
        Inquiry inquiry;
        CompletionStage<Known> answer;
        synchronized (lock) {
            Known known = visitors.known(key, nanoTime.getAsLong());
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
    private Optional<Inquiry> begin(VisitorKey key) {
        synchronized (lock) {
            boolean stranger = visitors.remembered(key) == null;
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
            waiting = inquiry.answered(known);
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

    private Known settle(Inquiry inquiry, Reply reply) {
        Verdict verdict = Verdict.of(reply, claims);
        if (verdict instanceof Verdict.Unsaid) {
            failed.increment();
        }
        synchronized (lock) {
            // The question stays on the list until here, so that whatever is ended meanwhile finds it.
            questions.release(inquiry.stranger);
            underWay.remove(inquiry.key, inquiry);
            if (inquiry.isDoomed()) {
                return new Known.Unknown("ended-meanwhile");
            }
            if (verdict instanceof Verdict.Is is) {
                return keep(inquiry, is.identity());
            }
            return verdict instanceof Verdict.Unsaid unsaid
                    ? visitors.unsaid(inquiry.key, unsaid)
                    : visitors.keepNobody(inquiry.key);
        }
    }

    private Known keep(Inquiry inquiry, Identity identity) {
        long now = nanoTime.getAsLong();
        Kept known = visitors.candidate(inquiry.key, identity, inquiry.sentNanos);
        if (inquiry.hasNoted(known.claims)) {
            return new Known.Unknown("forgotten-meanwhile");
        }
        if (holds.cover(inquiry.key.hash(), known.claims, now)) {
            return new Known.Unknown("hold");
        }
        return visitors.isTooLate(known, now) ? new Known.Unknown("answer-too-late") : visitors.keep(known);
    }

    // ---- ending and forgetting -----------------------------------------------------------------------------------

    @Override
    public void end(String hash) {
        synchronized (lock) {
            visitors.end(hash);
            underWay.values().removeIf(inquiry -> {
                boolean concerned = inquiry.key.hash().equals(hash);
                if (concerned) {
                    inquiry.doom();
                }
                return concerned;
            });
        }
    }

    @Override
    public void forgetAll() {
        synchronized (lock) {
            visitors.clear();
            underWay.values().forEach(Inquiry::doom);
            underWay.clear();
        }
    }

    @Override
    public void forget(List<String> forgotten) {
        synchronized (lock) {
            visitors.forget(forgotten);
            underWay.values().removeIf(inquiry -> {
                inquiry.note(forgotten);
                return inquiry.isDoomed();
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
}
