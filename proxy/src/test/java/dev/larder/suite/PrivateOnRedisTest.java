package dev.larder.suite;

import dev.larder.rig.Attack;
import dev.larder.rig.Attack.Asked;
import dev.larder.rig.Reading;
import dev.larder.rig.TruthRig;
import dev.larder.store.redis.RealRedis;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The attacks again where names of keys, sites and variants are spelt out: in a real Redis. */
class PrivateOnRedisTest {

    private static RealRedis redis;
    private static TruthRig rig;
    private static TruthRig behindHop;

    @BeforeAll
    static void start() {
        redis = new RealRedis();
        rig = Truth.rig(Truth.storedAt("redis://127.0.0.1:" + redis.port()));
        behindHop = Truth.rig(of -> Truth.trusting("127.0.0.1", "::1")
                .apply(Truth.storedAt("redis://127.0.0.1:" + redis.port()).apply(of)));
    }

    @AfterAll
    static void stop() {
        rig.close();
        behindHop.close();
        redis.close();
    }

    @ParameterizedTest
    @MethodSource
    void theBackendAloneWouldHaveSaidThat(Attack attack) throws Exception {
        rig.withstands(attack, Reading.STRICT);
        rig.withstands(attack, Reading.SERVLET);
    }

    static Stream<Attack> theBackendAloneWouldHaveSaidThat() {
        Stream<Attack> tossed = PrivateCookiesTest.tossed()
                .map(lines -> Attack.of(
                        "my page with " + lines,
                        Attack.get("/mine/{u}/item", "Cookie: sid=user-1"),
                        Attack.get("/mine/{u}/item", lines.toArray(new String[0]))));
        return Stream.of(
                        PrivateKeysTest.values(),
                        PrivateKeysTest.openQueries(),
                        PrivateKeysTest.lists(),
                        PrivatePathsTest.trees(),
                        PrivateFieldsTest.believed(),
                        PrivateFieldsTest.bodies(),
                        PrivateFieldsTest.negotiation(),
                        tossed)
                .flatMap(each -> each)
                .map(PrivateOnRedisTest::firstTwo);
    }

    /** Every order of two is enough here. */
    private static Attack firstTwo(Attack attack) {
        List<Asked> asked = attack.asked();
        return asked.size() < 3 ? attack : new Attack(attack.name(), List.of(asked.get(0), asked.get(1)));
    }

    @ParameterizedTest
    @MethodSource
    void sitesAreApart(Attack attack) throws Exception {
        behindHop.withstands(attack, Reading.STRICT);
    }

    static Stream<Attack> sitesAreApart() {
        return Stream.concat(PrivateSitesTest.hosts(), PrivateSitesTest.whatATrustedHopSaysOfTheSiteTellsSitesApart());
    }
}
