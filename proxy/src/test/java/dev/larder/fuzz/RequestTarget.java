package dev.larder.fuzz;

import dev.larder.fuzz.RequestReading.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Feeds what a client sends to larder in one process, in several divisions into segments. */
final class RequestTarget implements Target {

    static final String RULES = """
            version: 1
            routes:
              - name: items
                get: /items/{id}
                ttl: 0s
            purges:
              - name: item-changed
                when: "PUT /items/{id}"
                purge: ["items:id:{id}"]
            """;

    private static final RequestReading.Limits LIMITS =
            new RequestReading.Limits(InProcess.REQUEST_LINE_BYTES, InProcess.HEAD_BYTES);

    private final InProcess larder = new InProcess(RULES);
    private final RequestJudge judge = new RequestJudge("127.0.0.1:80");

    @Override
    public String name() {
        return "requests";
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
        String first = null;
        for (int[] cuts : divisions) {
            Seen seen;
            String left;
            try {
                seen = feed(input, cuts);
            } finally {
                left = larder.end();
            }
            Finding finding = judge.judge(reading, seen);
            if (finding == null && left != null) {
                finding = new Finding("left behind", left);
            }
            String outcome = outcome(reading, seen);
            if (finding == null && first != null && !first.equals(outcome)) {
                finding = new Finding("segmentation", outcome + " instead of " + first);
            }
            if (finding != null) {
                return new Result(
                        signature,
                        new Finding(finding.kind(), finding.detail() + reason(reading) + Cuts.text(input, cuts)));
            }
            if (first == null) {
                first = outcome;
                signature = signature(reading, seen);
            }
        }
        return new Result(signature, null);
    }

    private static String reason(RequestReading reading) {
        return "; read as " + reading.messages().size() + " messages and " + reading.end();
    }

    private Seen feed(byte[] input, int[] cuts) {
        List<Message> messages = new ArrayList<>();
        List<RecordingOrigin> origins = new ArrayList<>();
        List<Integer> taken = new ArrayList<>();
        larder.begin((channel, number) -> {
            while (origins.size() <= number) {
                origins.add(new RecordingOrigin(messages));
                taken.add(0);
            }
            byte[] all = channel.received();
            byte[] more = Arrays.copyOfRange(all, taken.get(number), all.length);
            taken.set(number, all.length);
            String answer = origins.get(number).answer(more);
            if (!answer.isEmpty()) {
                channel.offer(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        });
        PipeChannel client = larder.connect();
        Cuts.of(input, cuts).forEach(client::offer);
        if (cuts.length > 0) {
            larder.run();
        }
        // What comes in one piece comes together with its end.
        client.finish();
        larder.run();
        return new Seen(
                messages,
                origins.stream().mapToInt(RecordingOrigin::rest).sum(),
                origins.stream()
                        .map(RecordingOrigin::fault)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                client.received(),
                client.isEnded());
    }

    /** What must not depend on segments. */
    private String outcome(RequestReading reading, Seen seen) {
        StringBuilder outcome = new StringBuilder(Arrays.toString(judge.statuses(seen, reading.messages())));
        for (Message message : seen.atOrigin()) {
            outcome.append(' ').append(message.method()).append(' ').append(message.target());
            outcome.append(message.fields()).append(message.body().length);
        }
        return outcome.toString();
    }

    /** What is new about an input is new here. */
    private String signature(RequestReading reading, Seen seen) {
        String answers = new String(seen.answers(), StandardCharsets.ISO_8859_1);
        String refusal = answers.contains("larder: ") ? answers.substring(answers.lastIndexOf("larder: ")) : "";
        return Arrays.toString(judge.statuses(seen, reading.messages()))
                + refusal
                + reading.end()
                + reading.messages().stream()
                        .skip(Math.max(0, reading.messages().size() - 2))
                        .map(RequestTarget::kind)
                        .collect(Collectors.joining("|"))
                + Math.min(4, reading.messages().size())
                + Math.min(3, seen.rest());
    }

    private static String kind(Message message) {
        return (message.method().length() > 7 ? "X" : message.method())
                + message.framing()
                + message.http10()
                + message.closes()
                + message.doubts()
                + (message.body().length == 0)
                + message.trailers().size()
                + message.fields().stream()
                        .map(Field::lower)
                        .filter(Seeds.NOTABLE::contains)
                        .sorted()
                        .toList();
    }
}
