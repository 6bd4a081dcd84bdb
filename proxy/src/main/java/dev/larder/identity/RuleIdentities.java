package dev.larder.identity;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The identities of a rules file. Each has a finder of its credential and a source that makes it known. Thread-safe; see
 * {@link IdentityResolver}.
 */
public final class RuleIdentities implements IdentityResolver {

    private static final String GROUP = "identity:";
    private static final String CREDENTIAL = "credential:";

    /**
     * What the proxy provides.
     *
     * @param folder of the rules file: other files that it names lie relative to it
     * @param environment value of an environment variable, where it is set
     * @param secret keys the hashes of credentials while {@code shared} is not known; not empty
     * @param shared keys the hashes of credentials, and the ids of opaque ones, which all who share a store must have alike;
     *     null while it is not known, and then nobody has such an id
     * @param question asks the backend
     * @param nanoTime monotonic time in nanoseconds
     * @param clock the wall clock, for the times in tokens
     * @param keys fetches JWK sets by URL
     * @param inTouch whether this process hears of it when another one ends a session or forgets a visitor
     */
    public record Surroundings(
            Path folder,
            Function<String, Optional<String>> environment,
            byte[] secret,
            Supplier<byte @Nullable []> shared,
            Question question,
            LongSupplier nanoTime,
            InstantSource clock,
            KeyFetch keys,
            BooleanSupplier inTouch) {

        /** With one secret for all. */
        public Surroundings(
                Path folder,
                Function<String, Optional<String>> environment,
                byte[] secret,
                Question question,
                LongSupplier nanoTime,
                InstantSource clock,
                KeyFetch keys,
                BooleanSupplier inTouch) {
            this(folder, environment, secret, () -> secret, question, nanoTime, clock, keys, inTouch);
        }

        /** Without the secret. */
        @Override
        public String toString() {
            return "Surroundings[" + folder + "]";
        }
    }

    /**
     * Limits.
     *
     * @param identities kept at once, over all identities of the file
     * @param questions under way at once
     * @param timeout how long one question may take
     */
    public record Limits(int identities, int questions, Duration timeout) {}

    /** What building came to. */
    public sealed interface Built {

        /** It can be used. */
        record Ok(RuleIdentities identities) implements Built {}

        /** Keys are missing or not usable. */
        record Refused(List<Problem> problems) implements Built {}
    }

    private record One(CredentialFinder finder, IdentitySource source) {}

    private final Map<String, One> identities;

    private RuleIdentities(Map<String, One> identities) {
        this.identities = Map.copyOf(identities);
    }

    /** Builds what the file's identities need; reads key files, so not to be called on an event loop. */
    public static Built build(Rules rules, Surroundings surroundings, Limits limits) {
        CredentialHash hash = new CredentialHash(surroundings.secret(), surroundings.shared());
        OpaqueIds ids = new OpaqueIds(surroundings.secret(), surroundings.shared());
        QuestionPermits questions = new QuestionPermits(limits.questions());
        int share =
                Math.max(1, limits.identities() / Math.max(1, rules.identities().size()));
        Map<String, One> identities = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        rules.identities().forEach((name, rule) -> {
            IdentitySource source = null;
            if (rule.proof() instanceof Rules.Proof.Resolve resolve) {
                source = new AskedIdentities(
                        name,
                        resolve,
                        surroundings.question(),
                        share,
                        questions,
                        limits.timeout(),
                        surroundings.nanoTime(),
                        surroundings.inTouch());
            } else if (rule.proof() instanceof Rules.Proof.Jwt jwt) {
                TokenVerifier.Made made = TokenVerifier.make(
                        rules.file(),
                        rule,
                        jwt,
                        surroundings.folder(),
                        surroundings.environment(),
                        surroundings.keys(),
                        surroundings.nanoTime());
                if (made instanceof TokenVerifier.Made.Ok ok) {
                    source = new TokenIdentities(ok.verifier(), surroundings.clock(), share, surroundings.inTouch());
                } else {
                    problems.add(((TokenVerifier.Made.Refused) made).problem());
                }
            } else {
                source = new OpaqueIdentities(name, share, ids, surroundings.inTouch());
            }
            if (source != null) {
                identities.put(name, new One(new CredentialFinder(name, rule.credential(), hash), source));
            }
        });
        return problems.isEmpty()
                ? new Built.Ok(new RuleIdentities(identities))
                : new Built.Refused(List.copyOf(problems));
    }

    @Override
    public Carried find(String name, RequestHead request) {
        return one(name).finder.find(request.fields());
    }

    @Override
    public boolean carriesAny(RequestHead request) {
        Fields fields = request.fields();
        if (fields.contains("authorization")) {
            return true;
        }
        for (One one : identities.values()) {
            if (one.finder.carries(fields)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable Known peek(Carried.One carried, RequestHead request) {
        return one(carried.credential().identity()).source.peek(carried, request);
    }

    @Override
    public CompletionStage<Known> ask(Carried.One carried, RequestHead request) {
        return one(carried.credential().identity()).source.ask(carried, request);
    }

    @Override
    public void forget(Collection<PurgeGroup> groups) {
        for (PurgeGroup group : groups) {
            if (group.name().startsWith(CREDENTIAL)) {
                end(group.name());
            } else {
                identities.forEach((name, one) -> forget(group.name(), GROUP + name, one.source));
            }
        }
    }

    /** {@code credential:NAME:HASH}. */
    private void end(String group) {
        int hash = group.lastIndexOf(':') + 1;
        One one = hash <= CREDENTIAL.length() ? null : identities.get(group.substring(CREDENTIAL.length(), hash - 1));
        if (one != null) {
            one.source.end(group.substring(hash));
        }
    }

    @Override
    public void forgetEverybody() {
        identities.values().forEach(one -> one.source.forgetAll());
    }

    /** {@code identity:NAME} is everybody; {@code identity:NAME:claim=value}, with more pairs behind, whoever has all. */
    private static void forget(String group, String everybody, IdentitySource source) {
        if (group.equals(everybody)) {
            source.forgetAll();
        } else if (group.startsWith(everybody + ":")) {
            // No escaped value holds a colon.
            source.forget(List.of(group.substring(everybody.length() + 1).split(":", -1)));
        }
    }

    private One one(String name) {
        One one = identities.get(name);
        if (one == null) {
            throw new IllegalArgumentException("no identity \"" + name + "\"; expected one of " + identities.keySet());
        }
        return one;
    }
}
