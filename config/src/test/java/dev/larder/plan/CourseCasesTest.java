package dev.larder.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.purge.PurgeGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Golden cases over the course rules: what stands behind {@code >} is asked, what stands behind {@code =} must come of
 * it. With {@code -Dgolden.write=true} the files are written anew, and the diff is what changed.
 */
class CourseCasesTest {

    private static final Path CASES = Path.of("src/test/resources/keys");
    private static final Rulebook COURSE = Books.course();

    @ParameterizedTest
    @ValueSource(strings = {"reads.cases", "writes.cases", "doubts.cases"})
    void whatComesOfARequestIsAsWrittenDown(String file) throws IOException {
        List<String> written = Files.readAllLines(CASES.resolve(file));
        List<String> answered = answer(written);
        if (Boolean.getBoolean("golden.write")) {
            Files.write(CASES.resolve(file), answered);
        } else {
            assertEquals(String.join("\n", written), String.join("\n", answered));
        }
        assertTrue(answered.stream().filter(line -> line.startsWith("> ")).count() >= 8, file + " is too short");
    }

    private static List<String> answer(List<String> lines) {
        List<String> answered = new ArrayList<>();
        List<String> block = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("=")) {
                continue;
            }
            if (line.isBlank() && !block.isEmpty()) {
                answered.addAll(outcome(block));
                block.clear();
            }
            if (!line.isBlank() && !line.startsWith("#")) {
                block.add(line);
            }
            answered.add(line);
        }
        if (!block.isEmpty()) {
            answered.addAll(outcome(block));
        }
        return answered;
    }

    private static List<String> outcome(List<String> block) {
        Sample sample = sample(block);
        Plan plan = COURSE.plan(sample.request());
        Verdict verdict = Verdict.of(COURSE, sample);
        List<String> lines = new ArrayList<>();
        if (verdict instanceof Verdict.Passed passed) {
            lines.add("= bypass " + passed.reason().token()
                    + passed.detail().map(detail -> " (" + detail + ")").orElse(""));
            passed.route().ifPresent(route -> lines.add("= route " + route.name()));
        } else if (verdict instanceof Verdict.Cached cached) {
            lines.add("= route " + cached.route().name());
            lines.add("= key " + cached.cacheable().key().text());
            groups(lines, "group", cached.cacheable().groups());
        } else if (verdict instanceof Verdict.Written written && plan instanceof Plan.Write write) {
            groups(lines, "intend", write.plan().intents());
            written.settlement().applied().forEach(rule -> lines.add("= applies " + rule));
            groups(lines, "purge", written.settlement().purge());
            written.settlement().ended().forEach(identity -> lines.add("= ends " + identity));
            written.settlement().widened().forEach(sentence -> lines.add("= widened " + sentence));
        }
        return lines;
    }

    private static void groups(List<String> lines, String word, List<PurgeGroup> groups) {
        groups.forEach(group -> lines.add("= " + word + " " + group.name()));
        if (groups.isEmpty()) {
            lines.add("= " + word + " nothing");
        }
    }

    private static Sample sample(List<String> block) {
        String method = "";
        String target = "";
        Fields.Builder fields = Fields.builder();
        Fields.Builder answerFields = Fields.builder();
        Optional<String> body = Optional.empty();
        Optional<String> answerBody = Optional.empty();
        Optional<Map<String, Object>> visitor = Optional.empty();
        int status = 200;
        for (String line : block) {
            String[] words = line.split(" ", 2);
            String rest = words.length > 1 ? words[1] : "";
            switch (words[0]) {
                case ">" -> {
                    method = rest.substring(0, rest.indexOf(' '));
                    target = rest.substring(rest.indexOf(' ') + 1);
                }
                case "as" -> visitor = Optional.of(claims(rest));
                case "field" -> fields.add(name(rest), value(rest));
                case "body" -> body = Optional.of(rest);
                case "answer" -> status = Integer.parseInt(rest);
                case "answer-field" -> answerFields.add(name(rest), value(rest));
                case "answer-body" -> answerBody = Optional.of(rest);
                default -> throw new AssertionError("no such line: " + line);
            }
        }
        Sample sample = Sample.of(method, target, fields.build()).answered(status, answerFields.build(), answerBody);
        if (body.isPresent()) {
            sample = sample.withBody(body.get());
        }
        return visitor.isPresent() ? sample.by(visitor.get()) : sample;
    }

    private static String name(String line) {
        return line.substring(0, line.indexOf(": "));
    }

    private static String value(String line) {
        return line.substring(line.indexOf(": ") + 2);
    }

    private static Map<String, Object> claims(String text) {
        Map<String, Object> claims = new LinkedHashMap<>();
        for (String claim : text.split(" ")) {
            claims.put(claim.substring(0, claim.indexOf('=')), claim.substring(claim.indexOf('=') + 1));
        }
        return claims;
    }
}
