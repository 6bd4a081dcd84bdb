package dev.larder.server;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/**
 * Encodes answers one exchange at a time: it knows whether the present one answers a HEAD, which has no body whatever
 * its fields say (RFC 9110 section 9.3.2).
 */
final class AnswerEncoder extends HttpResponseEncoder {

    private boolean head;

    void answerToHead(boolean answersHead) {
        head = answersHead;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
        return (head && answer.status().code() >= 200) || super.isContentAlwaysEmpty(answer);
    }
}
