package dev.larder.bench.jmh;

import dev.larder.http.Cookies;
import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.plan.Plan;
import dev.larder.plan.RouteRule;
import dev.larder.plan.Rulebook;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** From a request's head to its key. */
@State(Scope.Thread)
public class RequestSteps {

    private final Rulebook rulebook = Given.rulebook();
    private final Fields fields = Given.fields();
    private final RequestHead request = Given.request();
    private final RouteRule route = Given.route(rulebook, request);

    /** Path and query of a raw target. */
    @Benchmark
    public Target targetParse() {
        return Target.parse(Given.TARGET);
    }

    /** The route among ten, and that the rules let it be read; the target is parsed. */
    @Benchmark
    public Plan routeMatch() {
        return rulebook.plan(request);
    }

    /** The key with a default and an ignored parameter, and the groups that it belongs to. */
    @Benchmark
    public Plan.Derived keyDerivation() {
        return route.derive(request, null);
    }

    /** Three cookies of a browser's head. */
    @Benchmark
    public Cookies cookieParse() {
        return Cookies.parse(fields);
    }

    /** A field's list of members. */
    @Benchmark
    public List<String> fieldMembers() {
        return fields.members("accept-encoding");
    }
}
