package dev.larder.bench.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.bench.torture.Violation.Kind;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That a wrong answer is found, and a right one is none. */
class CheckerTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final World world = new World(4, now::get);
    private final Checker checker = new Checker(world);
    private final String own = world.openSession("u2");
    private final String other = world.openSession("u1");

    @BeforeEach
    void aFewVersions() {
        now.set(2_000);
        world.commit("w1", world.thing("note/u2/1"), true);
        now.set(2_500);
        world.answered("w1", now.get());
        now.set(5_000);
        world.commit("w2", world.thing("note/u2/1"), true);
        now.set(6_000);
        world.answered("w2", now.get());
    }

    private Asked note(String session, String... fields) {
        List<Map.Entry<String, String>> lines = new ArrayList<>(List.of(
                Map.entry("Host", "a.test"), Map.entry("X-Trace", "t1"), Map.entry("Cookie", "sid=" + session)));
        for (int i = 0; i < fields.length; i += 2) {
            lines.add(Map.entry(fields[i], fields[i + 1]));
        }
        return new Asked("GET", "/me/notes/1", lines, "");
    }

    private Got answer(Asked asked, Who who, int version) {
        Page page = Reads.read(Seen.of(asked), who);
        HttpHeaders fields = new DefaultHttpHeaders()
                .set("X-Owner", page.owner())
                .set("X-Read", page.readAsField())
                .set("X-Version", version)
                .set("X-Trace", "t0")
                .set("ETag", page.entityTag(version));
        return new Got(page.status(), fields, page.body(version, true), true, false);
    }

    private Optional<Kind> verdict(Asked asked, Got got, long sent, long received) {
        return checker.check(asked, got, sent, received).map(Violation::kind);
    }

    private static final Who OWNER = new Who("u2", "ADMIN");

    @Test
    void whatWasCurrentBetweenRequestAndAnswerIsRight() {
        Asked asked = note(own);
        assertEquals(Optional.empty(), verdict(asked, answer(asked, OWNER, 2), 7_000, 7_100));
        assertEquals(Optional.empty(), verdict(asked, answer(asked, OWNER, 1), 5_500, 5_600), "not answered yet");
        assertEquals(Optional.empty(), verdict(asked, answer(asked, OWNER, 2), 4_900, 5_100));
    }

    @Test
    void whatAnAnsweredWriteHasChangedIsStale() {
        Asked asked = note(own);
        assertEquals(Optional.of(Kind.STALE), verdict(asked, answer(asked, OWNER, 1), 6_001, 6_100));
        assertEquals(Optional.of(Kind.STALE), verdict(asked, answer(asked, OWNER, 0), 5_500, 5_600));
    }

    @Test
    void whatNobodyHasWrittenYetIsWrong() {
        Asked asked = note(own);
        assertEquals(Optional.of(Kind.MALFORMED), verdict(asked, answer(asked, OWNER, 2), 4_000, 4_500));
        assertEquals(Optional.of(Kind.MALFORMED), verdict(asked, answer(asked, OWNER, 9), 7_000, 7_100));
    }

    @Test
    void somebodyElsesAnswerIsForeign() {
        Asked asked = note(other);
        assertEquals(Optional.of(Kind.FOREIGN), verdict(asked, answer(asked, OWNER, 2), 7_000, 7_100));
        Asked nobody = note("no-such-session");
        assertEquals(Optional.of(Kind.FOREIGN), verdict(nobody, answer(nobody, OWNER, 2), 7_000, 7_100));
    }

    @Test
    void anAnswerFromBeforeASignOutIsForeignAfterIt() {
        Asked asked = note(own);
        Got got = answer(asked, OWNER, 2);
        now.set(8_000);
        world.commit("out", world.session(own), "");
        now.set(9_000);
        world.answered("out", now.get());
        assertEquals(Optional.empty(), verdict(asked, got, 8_500, 8_600), "not answered yet");
        assertEquals(Optional.of(Kind.FOREIGN), verdict(asked, got, 9_001, 9_100));
    }

    @Test
    void anAnswerForARoleThatIsNoMoreIsForeign() {
        Asked asked = new Asked(
                "GET", "/admin/inbox", List.of(Map.entry("Host", "a.test"), Map.entry("Cookie", "sid=" + own)), "");
        Got got = answer(asked, OWNER, 0);
        assertEquals(Optional.empty(), verdict(asked, got, 7_000, 7_100));
        now.set(8_000);
        world.commit("role", world.role("u2"), "READER");
        world.answered("role", now.get());
        assertEquals(Optional.of(Kind.FOREIGN), verdict(asked, got, 8_001, 8_100));
    }

    @Test
    void theRefusalOfAnotherRequestIsForeign() {
        Asked asked = note("no-such-session");
        Page page = Reads.read(Seen.of(asked), Who.NOBODY);
        HttpHeaders fields = new DefaultHttpHeaders()
                .set("X-Owner", page.owner())
                .set("X-Read", page.readAsField())
                .set("X-Version", 0);
        Got got = new Got(302, fields, page.body(0, true), true, false);
        fields.set("X-Trace", "t1");
        assertEquals(Optional.empty(), verdict(asked, got, 7_000, 7_100));
        fields.set("X-Trace", "t0");
        assertEquals(Optional.of(Kind.FOREIGN), verdict(asked, got, 7_000, 7_100));
    }

    @Test
    void anotherParameterOrHostIsAnotherVariant() {
        Asked asked = note(own);
        Asked elsewhere = new Asked("GET", "/me/notes/1?debug=1", asked.fields(), "");
        assertEquals(Optional.of(Kind.VARIANT), verdict(elsewhere, answer(asked, OWNER, 2), 7_000, 7_100));
        Asked rewritten = note(own, "X-Original-URL", "/me/notes/2");
        assertEquals(Optional.of(Kind.VARIANT), verdict(rewritten, answer(asked, OWNER, 2), 7_000, 7_100));
        Asked forwarded = note(own, "X-Forwarded-Host", "evil.test");
        assertEquals(Optional.empty(), verdict(forwarded, answer(asked, OWNER, 2), 7_000, 7_100), "a proxy's own");
    }

    @Test
    void aTornBodyOrALifetimeOfItsOwnIsMalformed() {
        Asked asked = note(own);
        Got whole = answer(asked, OWNER, 2);
        Got torn = new Got(200, whole.fields(), Arrays.copyOf(whole.body(), whole.body().length - 1), true, false);
        assertEquals(Optional.of(Kind.MALFORMED), verdict(asked, torn, 7_000, 7_100));
        whole.fields().set("Cache-Control", "max-age=20");
        assertEquals(Optional.of(Kind.MALFORMED), verdict(asked, whole, 7_000, 7_100));
    }

    @Test
    void aPartIsComparedWithItsPlace() {
        Asked asked = note(own, "Range", "bytes=5-9");
        Got whole = answer(asked, OWNER, 2);
        HttpHeaders fields = whole.fields().set("Content-Range", "bytes 5-9/" + whole.body().length);
        byte[] part = Arrays.copyOfRange(whole.body(), 5, 10);
        assertEquals(Optional.empty(), verdict(asked, new Got(206, fields, part, true, false), 7_000, 7_100));
        byte[] wrong = Arrays.copyOfRange(whole.body(), 6, 11);
        assertEquals(
                Optional.of(Kind.MALFORMED), verdict(asked, new Got(206, fields, wrong, true, false), 7_000, 7_100));
    }

    @Test
    void notModifiedIsAboutWhatTheVisitorMayHave() {
        Page page = Reads.read(Seen.of(note(own)), OWNER);
        for (int version = 1; version <= 2; version++) {
            Asked asked = note(own, "If-None-Match", page.entityTag(version));
            HttpHeaders fields = new DefaultHttpHeaders().set("ETag", page.entityTag(version));
            Optional<Kind> expected = version == 2 ? Optional.empty() : Optional.of(Kind.STALE);
            assertEquals(expected, verdict(asked, new Got(304, fields, new byte[0], true, false), 7_000, 7_100));
        }
        Asked foreign = note(other, "If-None-Match", page.entityTag(2));
        HttpHeaders fields = new DefaultHttpHeaders().set("ETag", page.entityTag(2));
        assertEquals(
                Optional.of(Kind.FOREIGN),
                verdict(foreign, new Got(304, fields, new byte[0], true, false), 7_000, 7_100));
    }

    @Test
    void theAnswerToAnotherWriteIsForeign() {
        Asked write = new Asked("PUT", "/items/1", List.of(Map.entry("X-Trace", "t1")), "");
        HttpHeaders fields = new DefaultHttpHeaders().set("X-Trace", "t1");
        assertEquals(Optional.empty(), verdict(write, new Got(200, fields, new byte[0], true, false), 7_000, 7_100));
        fields.set("X-Trace", "t2");
        assertEquals(
                Optional.of(Kind.FOREIGN),
                verdict(write, new Got(200, fields, new byte[0], true, false), 7_000, 7_100));
    }
}
