package dev.larder.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is said of a command line that is wrong: the error, not pages of help below it. */
class CalledWronglyTest {

    private static List<String> said(String... arguments) {
        StringWriter said = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setErr(new PrintWriter(said));
        assertEquals(2, line.execute(arguments), said::toString);
        return said.toString().lines().toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            keys --limit many   | larder: Invalid value for option '--limit': 'many' is not an int | larder keys
            run --no-such-thing | larder: Unknown option: '--no-such-thing'                                 | larder run
            purge --all --preview | larder: --all needs no preview: it is what larder keys lists            | larder purge
            check a b | larder: Unmatched argument at index 2: 'b' | larder check
            """)
    void theErrorAndWhereHelpIs(String arguments, String error, String command) {
        assertEquals(List.of(error, command + " --help says what can be asked for"), said(arguments.split(" ")));
    }

    @Test
    void aCommandThatIsNearlyRightIsNamed() {
        List<String> said = said("relaod");
        assertEquals(3, said.size(), said.toString());
        assertTrue(said.get(1).startsWith("Did you mean: larder reload"), said.toString());
    }
}
