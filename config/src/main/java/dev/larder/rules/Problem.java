package dev.larder.rules;

import java.util.Optional;

/**
 * One thing that is wrong with a file, said so that it can be mended: where, what, what was expected, and the nearest
 * known name where one is near.
 *
 * @param file the file's name as the user gave it
 * @param at where; {@link Position#NOWHERE} for the file as a whole, or for what stands in no file
 * @param wrong what is wrong, naming the value
 * @param expected what was expected, without a leading "expected"
 * @param suggestion the nearest known name, for "did you mean"
 */
public record Problem(String file, Position at, String wrong, String expected, Optional<String> suggestion) {

    /** {@code rules.yaml:14:7: ttl is "5 minuts"; expected a duration such as 30s or 5m; did you mean "5m"?} */
    @Override
    public String toString() {
        String place = at.equals(Position.NOWHERE) ? "" : ":" + at.line() + ":" + at.column();
        return file + place + ": " + wrong + "; expected " + expected
                + suggestion.map(name -> "; did you mean \"" + name + "\"?").orElse("");
    }
}
