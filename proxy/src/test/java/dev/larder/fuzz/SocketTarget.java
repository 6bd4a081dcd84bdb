package dev.larder.fuzz;

import dev.larder.fuzz.RequestReading.Message;
import dev.larder.rig.Wire;
import dev.larder.rig.WireRig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Feeds what a client sends to a whole sidecar over sockets, and takes down what its origin gets. */
final class SocketTarget implements Target, AutoCloseable {

    /** Those of the rig's sidecar. */
    private static final RequestReading.Limits LIMITS = new RequestReading.Limits(8192, 32768);

    private final List<Message> messages = Collections.synchronizedList(new ArrayList<>());
    private final List<String> faults = Collections.synchronizedList(new ArrayList<>());
    private final WireRig rig;
    private final RequestJudge judge;

    SocketTarget() throws IOException {
        this.rig = WireRig.with().rules(RequestTarget.RULES).before(this::serve);
        this.judge = new RequestJudge("127.0.0.1:" + rig.origin().port());
    }

    private void serve(Wire wire, int number) throws Exception {
        RecordingOrigin origin = new RecordingOrigin(messages);
        for (byte[] bytes = wire.some(); bytes.length > 0; bytes = wire.some()) {
            wire.send(origin.answer(bytes));
            String fault = origin.fault();
            if (fault != null) {
                faults.add(fault);
                return;
            }
        }
    }

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public List<byte[]> seeds() {
        return Seeds.requests();
    }

    @Override
    public List<String> words() {
        return Seeds.requestWords();
    }

    @Override
    public Result run(byte[] input, List<int[]> divisions) {
        RequestReading reading = RequestReading.of(input, LIMITS);
        String signature = "";
        for (int[] cuts : divisions) {
            if (cuts.length > input.length / 2) {
                // A system call for each byte is left to the fuzzer in one process.
                continue;
            }
            Seen seen = feed(input, cuts);
            Finding finding = judge.judge(reading, seen);
            if (finding != null) {
                return new Result(
                        signature, new Finding(finding.kind(), finding.detail() + "; read as " + reading.end()));
            }
            signature = java.util.Arrays.toString(judge.statuses(seen, reading.messages())) + reading.end();
        }
        return new Result(signature, null);
    }

    private Seen feed(byte[] input, int[] cuts) {
        if (!messages.isEmpty()) {
            messages.clear();
            return new Seen(List.of(), 0, "a message after its client had ended", new byte[0], true);
        }
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        boolean closed = false;
        try (Wire client = rig.connect()) {
            try {
                for (byte[] segment : Cuts.of(input, cuts)) {
                    client.send(segment);
                }
                client.finish();
            } catch (SocketException refused) {
                // What was refused need not be listened to.
            }
            try {
                for (byte[] bytes = client.some(); bytes.length > 0; bytes = client.some()) {
                    answers.writeBytes(bytes);
                }
                closed = true;
            } catch (SocketTimeoutException silence) {
                closed = false;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        List<Message> seen = List.copyOf(messages);
        messages.clear();
        return new Seen(seen, 0, fault(), answers.toByteArray(), closed);
    }

    private @Nullable String fault() {
        return faults.isEmpty() ? null : faults.remove(0);
    }

    @Override
    public void close() {
        rig.close();
    }
}
