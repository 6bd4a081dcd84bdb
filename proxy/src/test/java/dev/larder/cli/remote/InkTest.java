package dev.larder.cli.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people see: colours, columns, amounts. */
class InkTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            true  | ''        | xterm | true  | true
            true  | 1         | xterm | false | true
            true  | ''        | dumb  | false | false
            false | ''        | xterm | false | false
            """)
    void coloursAreForTerminalsOfPeopleWhoWantThem(
            boolean terminal, String noColor, String term, boolean coloured, boolean repaints) {
        Ink ink = Ink.of(terminal, Map.of("NO_COLOR", noColor, "TERM", term));
        assertEquals(new Ink(coloured, repaints), ink);
        assertEquals(coloured ? "\u001b[31mno\u001b[0m" : "no", ink.bad("no"));
    }

    @Test
    void columnsAreAlignedAndNothingInThemCommandsTheTerminal() {
        Table table = new Table("KEY", ">SIZE", "SITE");
        table.row("item:1", "12 B", "a");
        table.row("a:longer:one", "1.5 KiB", "\u001b[2Jb\n");
        assertEquals(
                List.of("KEY              SIZE  SITE", "item:1           12 B  a", "a:longer:one  1.5 KiB  ?[2Jb?"),
                table.lines(new Ink(false, false)));
    }

    @ParameterizedTest
    @CsvSource({"0,0s", "59,59s", "60,1m", "190,3m10s", "3600,1h", "7500,2h5m", "90000,1d1h", "-61,-1m1s"})
    void secondsAreReadable(long seconds, String text) {
        assertEquals(text, Amounts.seconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"-1,-", "0,0 B", "1023,1023 B", "1536,1.5 KiB", "1048576,1.0 MiB"})
    void bytesAreReadable(long bytes, String text) {
        assertEquals(text, Amounts.bytes(bytes));
    }
}
