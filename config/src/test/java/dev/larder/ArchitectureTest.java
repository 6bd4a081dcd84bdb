package dev.larder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.regex.Pattern;

/** Who imports whom in this module. Each wall says its sentence when it is broken. */
@AnalyzeClasses(packages = "dev.larder", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String HTTP = "dev.larder.http";
    private static final String RULES = "dev.larder.rules";
    private static final String ROUTE = "dev.larder.route";
    private static final String KEY = "dev.larder.key";
    private static final String PURGE = "dev.larder.purge";
    private static final String PLAN = "dev.larder.plan";
    private static final String SETTINGS = "dev.larder.settings";
    private static final Pattern OURS = Pattern.compile("dev\\.larder\\..*");

    @ArchTest
    static final ArchRule HTTP_KNOWS_NOTHING =
            wall(HTTP, "http is values that everyone shares, so it imports nothing of ours");

    @ArchTest
    static final ArchRule RULES_ARE_DATA =
            wall(RULES, "rules is the file as data: what it means is decided above it", HTTP);

    @ArchTest
    static final ArchRule ROUTES = wall(ROUTE, "a path chooses a route before anything is known of keys", HTTP, RULES);

    @ArchTest
    static final ArchRule KEYS = wall(KEY, "a key is derived without knowing what purges it", HTTP, RULES, ROUTE);

    @ArchTest
    static final ArchRule PURGES =
            wall(PURGE, "purging is told by plan what matched, and asks nothing of it", HTTP, RULES, ROUTE, KEY);

    @ArchTest
    static final ArchRule PLANS =
            wall(PLAN, "plan is the top of the rules language and knows no settings", HTTP, RULES, ROUTE, KEY, PURGE);

    @ArchTest
    static final ArchRule SETTINGS_STAND_ASIDE =
            wall(SETTINGS, "settings shares durations, sizes and problems with rules, nothing else", RULES);

    @ArchTest
    static final ArchRule NO_CYCLES = slices().matching("dev.larder.(*)..")
            .should()
            .beFreeOfCycles()
            .because("packages build on one another one way");

    @ArchTest
    static final ArchRule PARSERS_STAY_BELOW = noClasses()
            .that()
            .resideOutsideOfPackages(RULES + "..", SETTINGS + "..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml..", "org.yaml..")
            .because("Jackson and SnakeYAML are the business of rules and settings alone");

    @ArchTest
    static final ArchRule NO_NETWORK = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.lettuce..", "io.micrometer..", "java.net.http..")
            .because("every judgement in this module is a pure function over values");

    @ArchTest
    static final ArchRule NO_THREADS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class)
            .because("nothing in this module waits, schedules or shares mutable state");

    @ArchTest
    static final ArchRule NO_CLOCK = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(ZonedDateTime.class, "now")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .because("a verdict is the same at any time: now is a parameter");

    @ArchTest
    static final ArchRule NO_INHERITANCE = classes()
            .that()
            .areNotInterfaces()
            .should(extendNothingOfOurs())
            .because("our classes are composed, not inherited");

    /** A wall that nothing could break would hold nothing. */
    @ArchTest
    static void wallsAreBrokenByWhatCrossesThem(JavaClasses classes) {
        assertTrue(wall(PLAN, "plan imports purge", HTTP, RULES, ROUTE, KEY)
                .evaluate(classes)
                .hasViolation());
        assertFalse(PLANS.evaluate(classes).hasViolation());
    }

    private static ArchRule wall(String importer, String sentence, String... imported) {
        return noClasses()
                .that()
                .resideInAPackage(importer + "..")
                .should()
                .dependOnClassesThat(isOursOutside(importer, imported))
                .because(sentence)
                .allowEmptyShould(true);
    }

    private static DescribedPredicate<JavaClass> isOursOutside(String importer, String... imported) {
        return new DescribedPredicate<>("are ours beyond " + importer + " and " + String.join(", ", imported)) {
            @Override
            public boolean test(JavaClass javaClass) {
                String name = javaClass.getPackageName();
                if (!OURS.matcher(name + ".").lookingAt() || name.equals(importer)) {
                    return false;
                }
                for (String allowed : imported) {
                    if (name.equals(allowed)) {
                        return false;
                    }
                }
                return true;
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
                // An enum constant with a body is a class that extends its enum; there it is no design.
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
