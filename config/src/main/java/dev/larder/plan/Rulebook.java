package dev.larder.plan;

import dev.larder.http.RequestHead;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.util.List;

/** A compiled rules file: immutable, shared between threads, asked for every request. Skeleton. */
public final class Rulebook {

    /** What compiling came to: a rulebook, or all that is wrong. */
    public sealed interface Compiled {

        /** It can be used. */
        record Ok(Rulebook rulebook) implements Compiled {}

        /** It cannot. */
        record Refused(List<Problem> problems) implements Compiled {}
    }

    private Rulebook() {}

    /** Compiles and cross-checks a file that was read without problems. */
    public static Compiled compile(Rules rules) {
        throw new UnsupportedOperationException("skeleton: " + rules.file());
    }

    /** What the rules say about a request. */
    public Plan plan(RequestHead request) {
        throw new UnsupportedOperationException("skeleton: " + request);
    }

    /** The file it was compiled from. */
    public Rules rules() {
        throw new UnsupportedOperationException("skeleton");
    }

    /** All routes in file order. */
    public List<RouteRule> routes() {
        throw new UnsupportedOperationException("skeleton");
    }
}
