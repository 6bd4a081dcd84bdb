package dev.larder.bench.speed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options of the comparison that name nothing: refused before anything is started, with what there is. */
class SpeedCommandTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --scenario one-key,zzz | there is no scenario "zzz"; expected some of figure, mix, one-key,
            --against nginx,squid  | there is no proxy "squid"; expected some of nginx, haproxy, varnish, nginx+lua, alone
            """)
    void whatDoesNotExistIsNamedBesideWhatDoes(String arguments, String error) {
        StringWriter said = new StringWriter();
        CommandLine line = new CommandLine(new SpeedCommand());
        line.setErr(new PrintWriter(said));
        assertEquals(2, line.execute(arguments.split(" ")));
        assertTrue(said.toString().startsWith(error), said.toString());
    }
}
