package dev.larder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.larder.exchange.Disposition;
import dev.larder.exchange.ExchangeListener;
import dev.larder.exchange.Outcome;
import dev.larder.exchange.Trace;
import dev.larder.exchange.Tracing;
import io.netty.util.ReferenceCounted;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;

/** Who imports whom in this module, and what nobody does. Each wall says its sentence when it is broken. */
@AnalyzeClasses(packages = "dev.larder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String NETTY = "io.netty..";
    private static final String BUFFERS = "io.netty.buffer..";
    private static final String LETTUCE = "io.lettuce..";
    private static final String MICROMETER = "io.micrometer..";

    private static String ours(String name) {
        return "dev.larder." + name + "..";
    }

    // ---- who imports whom --------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule POLICY_IS_PURE = never(
            "policy judges heads: no connection, no store, no thread",
            "policy",
            NETTY,
            LETTUCE,
            MICROMETER,
            "java.util.concurrent..",
            ours("store"),
            ours("identity"),
            ours("relay"),
            ours("origin"),
            ours("exchange"),
            ours("server"));

    @ArchTest
    static final ArchRule STORES_DECIDE_NOTHING = never(
            "a store keeps and compares; what is fresh, fetched or answered is decided above it",
            "store",
            ours("policy"),
            ours("origin"),
            ours("relay"),
            ours("identity"),
            ours("exchange"),
            ours("server"),
            BUFFERS);

    @ArchTest
    static final ArchRule RESP_CARRIES = classes()
            .that()
            .resideInAPackage(ours("resp"))
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(ours("resp"), "java..", NETTY, "org.slf4j..", "org.jspecify..")
            .because("resp carries words and replies, and knows neither what they mean nor who asks");

    @ArchTest
    static final ArchRule ONE_PACKAGE_KNOWS_LETTUCE = noClasses()
            .that()
            .resideOutsideOfPackage(ours("store.redis"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(LETTUCE)
            .because("Redis is one store of several, and only its own package knows its client");

    @ArchTest
    static final ArchRule RELAYS_MOVE_BODIES = never(
            "relay moves bodies and knows neither whose they are nor what becomes of them",
            "relay",
            ours("exchange"),
            ours("store"),
            ours("policy"),
            ours("origin"),
            ours("identity"),
            ours("server"));

    @ArchTest
    static final ArchRule ORIGINS_CALL = never(
            "origin makes calls and knows nothing of caching",
            "origin",
            ours("exchange"),
            ours("store"),
            ours("policy"),
            ours("identity"),
            ours("server"));

    @ArchTest
    static final ArchRule IDENTITIES_ASK = never(
            "identity finds out who asks, and nothing of what they get",
            "identity",
            ours("exchange"),
            ours("store"),
            ours("policy"),
            ours("server"));

    @ArchTest
    static final ArchRule EXCHANGES_DRIVE = never(
            "an exchange drives what lies below it and touches no buffer, client library or meter",
            "exchange",
            ours("server"),
            ours("observe"),
            BUFFERS,
            LETTUCE,
            MICROMETER);

    @ArchTest
    static final ArchRule OBSERVERS_SEE_OUTCOMES = classes()
            .that()
            .resideInAPackage(ours("observe"))
            .should()
            .onlyDependOnClassesThat(new DescribedPredicate<>("are outcomes, or nobody's of ours") {
                @Override
                public boolean test(JavaClass javaClass) {
                    String name = javaClass.getPackageName();
                    return !name.startsWith("dev.larder")
                            || name.equals("dev.larder.observe")
                            || name.equals("dev.larder.http")
                            || Set.of(
                                            ExchangeListener.class,
                                            Outcome.class,
                                            Disposition.class,
                                            Trace.class,
                                            Tracing.class)
                                    .stream()
                                    .map(Class::getName)
                                    .anyMatch(of -> javaClass.getName().equals(of)
                                            || javaClass.getName().startsWith(of + '$'));
                }
            })
            .because("metrics and logs are views of an outcome and take part in nothing");

    @ArchTest
    static final ArchRule NOBODY_SEES_OBSERVERS = noClasses()
            .that()
            .resideOutsideOfPackages(ours("observe"), ours("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ours("observe"))
            .because("observers listen; only the composition root knows them by name");

    @ArchTest
    static final ArchRule NOBODY_SEES_THE_COMPOSITION_ROOT = noClasses()
            .that()
            .resideOutsideOfPackage(ours("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ours("cli"))
            .because("cli puts everything together, so nothing can need it");

    @ArchTest
    static final ArchRule NOBODY_WAITS_FOR_ADMINS = noClasses()
            .that()
            .resideOutsideOfPackages(ours("admin"), ours("cli"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ours("admin"))
            .because("the admin address looks on; what serves visitors does not know of it");

    @ArchTest
    static final ArchRule METERS_ARE_OBSERVED = noClasses()
            .that()
            .resideOutsideOfPackage(ours("observe"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(MICROMETER)
            .because("how something is counted is the business of observe alone");

    @ArchTest
    static final ArchRule SPANS_ARE_OBSERVED = noClasses()
            .that()
            .resideOutsideOfPackage(ours("observe"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.opentelemetry..")
            .because("what a span is, is the business of observe alone, and nobody who wants none loads it");

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("dev.larder.(*)..")
            .should()
            .beFreeOfCycles()
            .because("packages build on one another one way");

    // ---- what nobody does --------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule ONLY_RELAY_RETAINS = noClasses()
            .that()
            .resideOutsideOfPackage(ours("relay"))
            .should()
            .accessTargetWhere(method("retain a buffer", ReferenceCounted.class, "retain.*|.*[rR]etained.*"))
            .because("a piece of a body has one owner at a time: whoever holds it passes it on or releases it");

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .accessTargetWhere(method("sleep", Thread.class, "sleep"))
            .because("a thread that sleeps serves nobody, and on an event loop that is everybody");

    @ArchTest
    static final ArchRule NOBODY_WAITS = noClasses()
            .should()
            .accessTargetWhere(method("wait for a future", Future.class, "get|join|resultNow")
                    .or(method("wait for a stage", CompletionStage.class, "join|get")))
            .because("what comes later is told when it comes; an event loop that waits for it may wait for itself");

    @ArchTest
    static final ArchRule TIME_IS_INJECTED = noClasses()
            .that()
            .resideOutsideOfPackage(ours("cli"))
            .should()
            .accessTargetWhere(method("read a clock", Instant.class, "now")
                    .or(method("read a clock", System.class, "nanoTime|currentTimeMillis"))
                    .or(method("read a clock", Clock.class, "system.*|tick.*"))
                    .or(method("read a clock", InstantSource.class, "system")))
            .because("only the composition root knows what time it is, so that a test may say otherwise");

    @ArchTest
    static final ArchRule NO_INHERITANCE = classes()
            .that()
            .areNotInterfaces()
            .should(extendNothingOfOurs())
            .because("our classes are composed, not inherited");

    private static ArchRule never(String sentence, String importer, String... imported) {
        return noClasses()
                .that()
                .resideInAPackage(ours(importer))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(imported)
                .because(sentence);
    }

    /** Calls and references alike. */
    private static DescribedPredicate<JavaAccess<?>> method(String what, Class<?> owner, String names) {
        return new DescribedPredicate<>(what + " (" + owner.getSimpleName() + "." + names + ")") {
            @Override
            public boolean test(JavaAccess<?> access) {
                return access.getTargetOwner().isAssignableTo(owner)
                        && access.getTarget().getName().matches(names);
            }
        };
    }

    private static ArchCondition<JavaClass> extendNothingOfOurs() {
        return new ArchCondition<>("extend no class of ours") {
            @Override
            public void check(JavaClass javaClass, ConditionEvents events) {
                boolean inherits = javaClass
                        .getRawSuperclass()
                        .map(parent -> parent.getPackageName().startsWith("dev.larder"))
                        .orElse(false);
                boolean isConstant =
                        javaClass.getRawSuperclass().map(JavaClass::isEnum).orElse(false);
                if (inherits && !isConstant) {
                    events.add(
                            SimpleConditionEvent.violated(javaClass, javaClass.getName() + " extends a class of ours"));
                }
            }
        };
    }
}
