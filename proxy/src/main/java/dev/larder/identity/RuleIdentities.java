package dev.larder.identity;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.identity.IdentityChanges.Concerned;
import dev.larder.key.Identity;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Meaning;
import dev.larder.rules.Problem;
import dev.larder.rules.Rules;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private final Rules rules;
    private final Map<String, One> identities;
    private final Lineage lineage;

    private RuleIdentities(Rules rules, Map<String, One> identities, Lineage lineage) {
        this.rules = rules;
        this.identities = Map.copyOf(identities);
        this.lineage = lineage;
        lineage.began(this);
    }

    /**
     * What one reload after the other has in common. Exchanges go on by the rules they began with, so whoever is forgotten
     * must be forgotten by all identities that some exchange still goes by; the others are found by nobody.
     */
    private static final class Lineage {

        private final Surroundings surroundings;
        private final Limits limits;
        private final QuestionPermits questions;
        private final IdentityChanges changes = new IdentityChanges();

        /** Guarded by itself. */
        private final List<WeakReference<RuleIdentities>> generations = new ArrayList<>();

        Lineage(Surroundings surroundings, Limits limits) {
            this.surroundings = surroundings;
            this.limits = limits;
            this.questions = new QuestionPermits(limits.questions());
        }

        void began(RuleIdentities one) {
            synchronized (generations) {
                generations.removeIf(past -> past.get() == null);
                generations.add(new WeakReference<>(one));
            }
        }

        /** All that anybody may still go by, each identity once where several files share it. */
        Map<String, Set<IdentitySource>> sources() {
            Map<String, Set<IdentitySource>> sources = new HashMap<>();
            synchronized (generations) {
                for (WeakReference<RuleIdentities> generation : generations) {
                    RuleIdentities alive = generation.get();
                    if (alive != null) {
                        alive.identities.forEach(
                                (name, one) -> sources.computeIfAbsent(name, first -> new LinkedHashSet<>())
                                        .add(one.source));
                    }
                }
            }
            return sources;
        }
    }

    /** Builds what the file's identities need; reads key files, so not to be called on an event loop. */
    public static Built build(Rules rules, Surroundings surroundings, Limits limits) {
        return build(rules, new Lineage(surroundings, limits), null);
    }

    /**
     * The same for other rules, which take the place of these. An identity of which the file says the same as before goes
     * on with what it knows; keys that are read from a file are read again. Not to be called on an event loop.
     */
    public Built next(Rules other) {
        return build(other, lineage, this);
    }

    /** What an identity knows is of use as long as the same would become of each credential. */
    private @Nullable IdentitySource kept(String name, Rules.IdentityRule rule) {
        One one = identities.get(name);
        Rules.IdentityRule was = rules.identities().get(name);
        boolean readsFile =
                rule.proof() instanceof Rules.Proof.Jwt jwt && jwt.jwksFile().isPresent();
        return one == null || was == null || readsFile || !Meaning.same(was, rule) ? null : one.source;
    }

    private static Built build(Rules rules, Lineage lineage, @Nullable RuleIdentities before) {
        Surroundings surroundings = lineage.surroundings;
        Limits limits = lineage.limits;
        QuestionPermits questions = lineage.questions;
        CredentialHash hash = new CredentialHash(surroundings.secret(), surroundings.shared());
        OpaqueIds ids = new OpaqueIds(surroundings.secret(), surroundings.shared());
        int share =
                Math.max(1, limits.identities() / Math.max(1, rules.identities().size()));
        Map<String, One> identities = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        rules.identities().forEach((name, rule) -> {
            IdentitySource source = before == null ? null : before.kept(name, rule);
            if (source != null) {
                identities.put(name, new One(new CredentialFinder(name, rule.credential(), hash), source));
                return;
            }
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
                ? new Built.Ok(new RuleIdentities(rules, identities, lineage))
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
        Map<String, Set<IdentitySource>> sources = lineage.sources();
        for (Concerned concerned : concerned(groups, sources.keySet())) {
            for (IdentitySource source : sources.getOrDefault(concerned.identity(), Set.of())) {
                if (concerned.marks().isEmpty()) {
                    source.forgetAll();
                } else if (concerned.isCredential()) {
                    source.end(concerned.marks().get(0));
                } else {
                    source.forget(concerned.marks());
                }
            }
            lineage.changes.came(concerned);
        }
    }

    @Override
    public void forgetEverybody() {
        lineage.sources().forEach((name, sources) -> {
            sources.forEach(IdentitySource::forgetAll);
            lineage.changes.came(new Concerned(name, List.of()));
        });
    }

    @Override
    public void hold(Collection<PurgeGroup> groups, Duration length) {
        Map<String, Set<IdentitySource>> sources = lineage.sources();
        for (Concerned concerned : concerned(groups, sources.keySet())) {
            for (IdentitySource source : sources.getOrDefault(concerned.identity(), Set.of())) {
                if (concerned.isCredential()) {
                    source.hold(concerned.marks().get(0), length);
                } else {
                    source.hold(concerned.marks(), length);
                }
            }
            lineage.changes.came(concerned);
        }
    }

    @Override
    public Change changing(Collection<PurgeGroup> groups) {
        return lineage.changes.begin(
                groups.isEmpty()
                        ? List.of()
                        : concerned(groups, lineage.sources().keySet()));
    }

    @Override
    public long moment() {
        return lineage.changes.moment();
    }

    @Override
    public boolean isChangedSince(long moment, Credential credential, Identity identity, @Nullable Change besides) {
        return lineage.changes.concern(credential.identity(), marks(credential, identity), moment, besides);
    }

    private static List<String> marks(Credential credential, Identity identity) {
        List<String> marks = new ArrayList<>(KeptVisitors.claimsOf(identity));
        marks.add(credential.hash());
        return marks;
    }

    @Override
    public boolean isAmong(Collection<PurgeGroup> groups, Credential credential, Identity identity) {
        return !groups.isEmpty()
                && IdentityChanges.isAmong(
                        concerned(groups, Set.of(credential.identity())),
                        credential.identity(),
                        marks(credential, identity));
    }

    @Override
    public IdentityCounts counts() {
        return identities.values().stream()
                .map(one -> one.source.counts())
                .reduce(IdentityCounts.NONE, IdentityCounts::and);
    }

    private static List<Concerned> concerned(Collection<PurgeGroup> groups, Set<String> names) {
        List<Concerned> all = new ArrayList<>();
        for (PurgeGroup group : groups) {
            for (String name : names) {
                String credential = CREDENTIAL + name + ":";
                if (group.name().startsWith(credential)) {
                    all.add(new Concerned(name, List.of(group.name().substring(credential.length()))));
                } else {
                    claims(group.name(), GROUP + name).ifPresent(claims -> all.add(new Concerned(name, claims)));
                }
            }
        }
        return all;
    }

    /**
     * {@code identity:NAME} is everybody, so no claim; {@code identity:NAME:claim=value}, with more pairs behind, whoever
     * has all. Empty where the group is of something else.
     */
    private static Optional<List<String>> claims(String group, String everybody) {
        if (group.equals(everybody)) {
            return Optional.of(List.of());
        }
        // No escaped value holds a colon.
        return group.startsWith(everybody + ":")
                ? Optional.of(List.of(group.substring(everybody.length() + 1).split(":", -1)))
                : Optional.empty();
    }

    private One one(String name) {
        One one = identities.get(name);
        if (one == null) {
            throw new IllegalArgumentException("no identity \"" + name + "\"; expected one of " + identities.keySet());
        }
        return one;
    }
}
