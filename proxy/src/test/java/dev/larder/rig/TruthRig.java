package dev.larder.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.larder.rig.Attack.Asked;
import dev.larder.rig.RawClient.Answer;
import dev.larder.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A sidecar before a {@link Mirror}, and the mirror asked directly with the same bytes. What comes through the sidecar
 * must be what the backend alone answers.
 */
public final class TruthRig implements AutoCloseable {

    /** What a proxy adds or sets anew, and what the time of the answer decides. */
    private static final Set<String> ITS_OWN = Set.of("date", "via", "age", "cache-status", "connection");

    private static final int ROUNDS = 2;

    private final Mirror mirror;
    private final ProxyRig rig;
    private final Map<String, Answer> known = new HashMap<>();
    /** Null until it is used: a sidecar does not wait long for the first request of a connection. */
    private @Nullable RawClient proxy;

    private RawClient origin;
    private int unit;

    /** A rig with these rules and settings. */
    public TruthRig(String rules, Mirror mirror, UnaryOperator<Settings> changed) {
        this.mirror = mirror;
        this.rig = ProxyRig.with(rules, mirror, changed);
        this.origin = direct();
    }

    /** The sidecar and its origin. */
    public ProxyRig rig() {
        return rig;
    }

    /** The backend. */
    public Mirror mirror() {
        return mirror;
    }

    private RawClient direct() {
        return RawClient.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), rig.origin().port()));
    }

    /**
     * Sends the requests of an attack, cold and then warm, before servers of every kind: in every order before one of
     * them, and so that each is once the first before the others.
     */
    public void withstands(Attack attack) throws Exception {
        for (Reading reading : Reading.values()) {
            withstands(attack, reading, reading == Reading.STRICT ? attack.orders() : attack.rotations());
        }
    }

    /** The same in every order before servers of one kind. */
    public void withstands(Attack attack, Reading reading) throws Exception {
        withstands(attack, reading, attack.orders());
    }

    private void withstands(Attack attack, Reading reading, List<List<Asked>> orders) throws Exception {
        mirror.reads(reading);
        leave();
        for (List<Asked> order : orders) {
            String own = newUnit();
            for (int round = 0; round < ROUNDS; round++) {
                for (Asked asked : order) {
                    compare(attack + " before " + reading, asked, own);
                }
            }
            Asked victims = attack.asked().get(0);
            Until.holds(
                    "the victim's answer comes from storage: " + attack + " before " + reading,
                    () -> compare(attack + " before " + reading, victims, own)
                            .cacheStatus()
                            .startsWith("larder; hit"));
        }
    }

    /** A part of a path that nobody has asked for yet. */
    public String newUnit() {
        known.clear();
        return "u" + unit++;
    }

    /** Sends it to both, and says what came through the sidecar. */
    public Answer compare(String about, Asked asked, String own) throws IOException {
        String bytes = asked.in(own);
        int before = mirror.answers();
        Answer answer = through(bytes, asked.isHead());
        String said = about + ", " + bytes.strip() + "\n" + answer.cacheStatus();
        if (answer.status() == 400 && answer.cacheStatus().equals("larder; detail=refused")) {
            // Two parsers could read it differently: the backend has not seen it.
            assertEquals(before, mirror.answers(), said);
            return answer;
        }
        if (asked.judged()) {
            // The mirror is a function of the request, so it is asked once.
            Answer alone = known.get(bytes);
            if (alone == null) {
                alone = alone(bytes, asked.isHead());
                known.put(bytes, alone);
            }
            assertEquals(alone.status(), answer.status(), said);
            assertEquals(alone.text(), answer.text(), said);
            assertEquals(endToEnd(alone), endToEnd(answer), said);
        }
        return answer;
    }

    /** Sends bytes through the sidecar. */
    public Answer through(String bytes, boolean isHead) throws IOException {
        RawClient connection = proxy;
        if (connection == null) {
            connection = rig.client();
            proxy = connection;
        }
        Answer answer = connection.send(bytes).answer(isHead);
        if (answer.fields().getOrDefault("connection", "").equals("close")) {
            leave();
        }
        return answer;
    }

    /** The next request comes on another connection. */
    private void leave() {
        if (proxy != null) {
            proxy.close();
            proxy = null;
        }
    }

    /** Sends bytes to the backend. */
    public Answer alone(String bytes, boolean isHead) throws IOException {
        return origin.send(bytes).answer(isHead);
    }

    private static Map<String, String> endToEnd(Answer answer) {
        Map<String, String> fields = new TreeMap<>(answer.fields());
        fields.keySet().removeAll(ITS_OWN);
        return fields;
    }

    @Override
    public void close() {
        leave();
        origin.close();
        rig.close();
    }
}
