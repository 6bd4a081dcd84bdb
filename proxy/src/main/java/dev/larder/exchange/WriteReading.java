package dev.larder.exchange;

import dev.larder.http.ResponseHead;
import dev.larder.key.Identity;
import dev.larder.plan.WritePlan;
import dev.larder.plan.WritePlan.Answer;
import dev.larder.plan.WritePlan.Body;
import dev.larder.plan.WritePlan.Settlement;
import dev.larder.relay.BodyCapture;
import dev.larder.relay.BodyRelay;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rules read of one write, its request and its answer, while they pass, and what the write comes to by that. A body counts
 * as readable only when all of it has passed; what is read never changes what is forwarded. Confined to the loop of the exchange.
 */
final class WriteReading {

    private final Exchange exchange;
    private final WritePlan plan;
    private @Nullable BodyCapture request;
    private @Nullable BodyCapture answer;
    private boolean requestWhole;

    WriteReading(Exchange exchange, WritePlan plan) {
        this.exchange = exchange;
        this.plan = plan;
    }

    /** The request's body is about to be sent by this relay. */
    void request(BodyRelay upload) {
        if (plan.readsRequestBody()) {
            request = capture();
            upload.inspect(request);
        }
    }

    /** All of the request's body has been handed over. */
    void requestEnded() {
        requestWhole = true;
    }

    /**
     * The answer's body is about to come by this relay.
     *
     * @return whether its head has to wait for it
     */
    boolean answer(BodyRelay download) {
        if (!plan.readsAnswerBody()) {
            return false;
        }
        answer = capture();
        download.inspect(answer);
        return true;
    }

    /** Whether the answer's body is being read. */
    boolean readsAnswer() {
        return answer != null;
    }

    /** Whether it is already known that the answer's body will not be readable. */
    boolean givesUpOnAnswer() {
        return answer != null && !answer.isWhole();
    }

    private BodyCapture capture() {
        return new BodyCapture(
                exchange.services().settings().bounds().maxInspectBytes(),
                exchange.services().captures());
    }

    /**
     * What the write comes to by its answer.
     *
     * @param whole whether all of the answer's body has come
     */
    Settlement settle(ResponseHead head, boolean whole, Map<String, Identity> writers) {
        BodyCapture read = answer;
        Body body = read != null && read.isWhole() && whole
                ? new Body.Whole(read.toBytes(), head.fields())
                : new Body.Unreadable();
        Settlement came = plan.settle(requestBody(), new Answer.Answered(head, body), writers);
        releaseAnswer();
        return came;
    }

    /**
     * What the write may come to while, or because, its answer is not known.
     *
     * @param head of an answer that was cut short, which may have named what else it changed; null without any
     */
    Settlement unknown(@Nullable ResponseHead head, Map<String, Identity> writers) {
        Settlement possible = plan.settle(requestBody(), new Answer.Unknown(), writers);
        return head == null
                ? possible
                : possible.and(plan.settle(requestBody(), new Answer.Answered(head, new Body.Unreadable()), writers));
    }

    private Body requestBody() {
        if (!exchange.hasBody()) {
            return new Body.None();
        }
        BodyCapture read = request;
        return read != null && read.isWhole() && requestWhole
                ? new Body.Whole(read.toBytes(), exchange.request().fields())
                : new Body.Unreadable();
    }

    /** Gives back the memory of what was read; what has been read is not readable any more. */
    void release() {
        if (request != null) {
            request.release();
        }
        releaseAnswer();
    }

    private void releaseAnswer() {
        if (answer != null) {
            answer.release();
            answer = null;
        }
    }
}
