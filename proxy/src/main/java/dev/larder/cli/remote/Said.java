package dev.larder.cli.remote;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Where a command writes: lines for people, or JSON as it came. */
final class Said {

    private Said() {}

    static PrintWriter out(@Nullable CommandSpec of) {
        return line(of).getOut();
    }

    static PrintWriter err(@Nullable CommandSpec of) {
        return line(of).getErr();
    }

    static CommandLine line(@Nullable CommandSpec of) {
        if (of == null) {
            throw new IllegalStateException("a command without a command line");
        }
        return of.commandLine();
    }

    /** Each text ends its line. */
    static void json(@Nullable CommandSpec of, String text) {
        PrintWriter out = out(of);
        out.println(text.strip());
        out.flush();
    }

    static void lines(@Nullable CommandSpec of, List<String> lines) {
        PrintWriter out = out(of);
        lines.forEach(out::println);
        out.flush();
    }

    static void aside(@Nullable CommandSpec of, String text) {
        PrintWriter err = err(of);
        err.println(text);
        err.flush();
    }
}
