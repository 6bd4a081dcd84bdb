package dev.larder.store.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.resp.Question;
import io.lettuce.core.RedisURI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReaderGreetingTest {

    private static final String SERVER = "# Server\r\nredis_version:6.2.11\r\nrun_id:0123456789abcdef\r\n";
    private static final String REPLICATION = "role:master\r\nmaster_replid:fedcba9876543210\r\n";
    private static final String RUN =
            ServerFacts.read(SERVER, REPLICATION).incarnation().orElseThrow();

    private final List<String> verdicts = new ArrayList<>();

    private List<Question> questions(String uri) {
        return new ReaderGreeting(RedisURI.create(uri), RUN, verdicts::add).questions();
    }

    private void answer(List<Question> questions, Object... replies) {
        for (int i = 0; i < replies.length; i++) {
            Object reply = replies[i] instanceof String text && !text.equals("OK")
                    ? text.getBytes(StandardCharsets.UTF_8)
                    : replies[i];
            assertTrue(questions.get(i).replied(reply));
        }
    }

    static Stream<Arguments> uris() {
        return Stream.of(
                Arguments.of("redis://h:1", List.of("INFO server", "INFO replication")),
                Arguments.of("redis://:p@h:1", List.of("AUTH p", "INFO server", "INFO replication")),
                Arguments.of("redis://u:p@h:1", List.of("AUTH u p", "INFO server", "INFO replication")),
                Arguments.of(
                        "redis://u:p@h:1/3?clientName=larder",
                        List.of("AUTH u p", "SELECT 3", "CLIENT SETNAME larder", "INFO server", "INFO replication")));
    }

    @ParameterizedTest
    @MethodSource("uris")
    void itSaysWhatTheLinkSaid(String uri, List<String> said) {
        assertEquals(
                said,
                questions(uri).stream()
                        .map(question -> String.join(" ", question.words()))
                        .toList());
    }

    @Test
    void theSameRunIsReadFrom() {
        answer(questions("redis://h:1"), SERVER, REPLICATION);
        assertEquals(List.of(""), verdicts);
    }

    @Test
    void aNameThatMayNotBeSetIsDoneWithout() {
        answer(
                questions("redis://h:1?clientName=larder"),
                new Question.Refusal("NOPERM no CLIENT"),
                SERVER,
                REPLICATION);
        assertEquals(List.of(""), verdicts);
    }

    @Test
    void anotherRunIsNot() {
        answer(questions("redis://h:1"), SERVER.replace("0123", "3210"), REPLICATION);
        assertEquals(List.of("it is not the run of the master that it was"), verdicts);
    }

    @Test
    void aServerThatHasBeenDemotedAndPromotedIsAnotherOne() {
        answer(questions("redis://h:1"), SERVER, REPLICATION.replace("fedc", "cdef"));
        assertEquals(List.of("it is not the run of the master that it was"), verdicts);
    }

    @Test
    void aMasterThatHasJustBeenDemotedIsNoneAnyMore() {
        answer(questions("redis://h:1"), SERVER, REPLICATION.replace("role:master", "role:slave"));
        assertEquals(List.of("it is not the run of the master that it was"), verdicts);
    }

    @Test
    void aServerThatDoesNotSayIsNot() {
        answer(questions("redis://h:1"), new Question.Refusal("NOPERM"), new Question.Refusal("NOPERM"));
        assertEquals(List.of("it is not the run of the master that it was"), verdicts);
    }

    @Test
    void aWrongPasswordOrDatabaseIsToldInTheServersWords() {
        answer(
                questions("redis://u:p@h:1/99"),
                new Question.Refusal("WRONGPASS invalid username-password pair"),
                new Question.Refusal("ERR DB index is out of range"),
                new Question.Refusal("NOAUTH"),
                new Question.Refusal("NOAUTH"));
        assertEquals(List.of("WRONGPASS invalid username-password pair"), verdicts);
    }
}
