package dev.larder.plan;

import dev.larder.http.Fields;
import dev.larder.purge.Variables;
import dev.larder.rules.Document;
import dev.larder.rules.Rules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A body as rules look into it: read once, when first asked for, and never beyond a bound. Confined to one thread.
 */
final class MessageBody {

    /** A small compressed body must not become a large one in memory. */
    private static final int MAX_DECODED_BYTES = 1 << 20;

    private final WritePlan.Body body;
    private final String whose;
    private @Nullable Optional<Document> document;
    private final Map<Integer, Document.Read> lines = new HashMap<>();

    /**
     * Reads nothing yet.
     *
     * @param whose for sentences: {@code the request's body}
     */
    MessageBody(WritePlan.Body body, String whose) {
        this.body = body;
        this.whose = whose;
    }

    /**
     * Whether a condition of a {@code when} is met. One on a body that cannot be read counts as met; a pointer that a
     * readable body lacks is not met; a glob is about a scalar.
     */
    Certainty meets(String pointer, Rules.Expectation expectation) {
        if (body instanceof WritePlan.Body.None) {
            return expectation instanceof Rules.Expectation.Absent ? Certainty.YES : Certainty.NO;
        }
        return whole().map(read -> holds(read, pointer, expectation)).orElse(Certainty.MAYBE);
    }

    /** Whether a condition on an answer holds for certain; what cannot be read holds nothing. */
    boolean certainly(OptionalInt line, String pointer, Rules.Expectation expectation) {
        return at(line).map(read -> holds(read, pointer, expectation) == Certainty.YES)
                .orElse(false);
    }

    /** What stands at a pointer; an array is each of its elements. */
    Variables.Value value(OptionalInt line, String pointer) {
        Optional<Document> read = at(line);
        if (read.isEmpty()) {
            return new Variables.Value.Unreadable(whose + " cannot be read");
        }
        List<String> values = read.get().values(pointer);
        return values.isEmpty()
                ? new Variables.Value.Unreadable(whose + " has no value at " + pointer)
                : new Variables.Value.Known(values);
    }

    private static Certainty holds(Document document, String pointer, Rules.Expectation expectation) {
        if (expectation instanceof Rules.Expectation.Glob glob) {
            return Certainty.ofMatches(document.candidates(pointer), glob.glob());
        }
        boolean present = document.isPresent(pointer);
        return present == expectation instanceof Rules.Expectation.Present ? Certainty.YES : Certainty.NO;
    }

    private Optional<Document> at(OptionalInt line) {
        if (line.isEmpty()) {
            return whole();
        }
        return lines.computeIfAbsent(line.getAsInt(), this::line) instanceof Document.Read.Ok read
                ? Optional.of(read.document())
                : Optional.empty();
    }

    private Optional<Document> whole() {
        Optional<Document> known = document;
        if (known == null) {
            known = body instanceof WritePlan.Body.Whole whole
                    ? Document.read(whole.bytes(), type(whole.fields()), coding(whole.fields()), MAX_DECODED_BYTES)
                    : Optional.empty();
            document = known;
        }
        return known;
    }

    private Document.Read line(int line) {
        return body instanceof WritePlan.Body.Whole whole
                ? Document.readLine(whole.bytes(), coding(whole.fields()), MAX_DECODED_BYTES, line)
                : new Document.Read.Unreadable();
    }

    private static @Nullable String type(Fields fields) {
        return fields.combined("content-type");
    }

    private static @Nullable String coding(Fields fields) {
        return fields.combined("content-encoding");
    }
}
