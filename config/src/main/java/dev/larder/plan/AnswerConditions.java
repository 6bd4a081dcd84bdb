package dev.larder.plan;

import dev.larder.http.ResponseHead;
import dev.larder.purge.TextGlob;
import dev.larder.rules.Rules;
import java.util.List;

/** Conditions on an answer: {@code store-if}, and {@code refused} of a purge. Pure. */
final class AnswerConditions {

    private AnswerConditions() {}

    /** Whether it holds for certain; what cannot be read holds nothing, not even that something is absent. */
    static boolean holds(Rules.Condition condition, ResponseHead head, MessageBody body) {
        Rules.Source source = condition.source().value();
        if (source instanceof Rules.Source.ResponseBody read) {
            return body.certainly(read.line(), read.pointer(), condition.expectation());
        }
        if (source instanceof Rules.Source.ResponseHeader field) {
            return field(head.fields().all(field.name()), condition.expectation());
        }
        return false;
    }

    private static boolean field(List<String> lines, Rules.Expectation expectation) {
        if (expectation instanceof Rules.Expectation.Present) {
            return !lines.isEmpty();
        }
        if (expectation instanceof Rules.Expectation.Absent) {
            return lines.isEmpty();
        }
        String glob = ((Rules.Expectation.Glob) expectation).glob();
        return !lines.isEmpty() && lines.stream().allMatch(line -> TextGlob.matches(glob, line));
    }

    /** Whether it looks into the body. */
    static boolean readsBody(Rules.Condition condition) {
        return condition.source().value() instanceof Rules.Source.ResponseBody;
    }

    /**
     * Whether an answer means that nothing was written. An answer of 5xx is excused by its status alone, where a rule
     * names it: an error page that looks like a refusal says nothing about what was written before it.
     */
    static boolean refuses(List<Rules.Refusal> refused, ResponseHead head, MessageBody body) {
        for (Rules.Refusal refusal : refused) {
            if (refusal instanceof Rules.Refusal.Status status
                    && head.status() >= status.from()
                    && head.status() <= status.to()) {
                return true;
            }
            if (refusal instanceof Rules.Refusal.Answer answer
                    && head.status() < 500
                    && holds(answer.condition(), head, body)) {
                return true;
            }
        }
        return false;
    }
}
