package dev.larder.rules;

/**
 * A place in a rules or settings file.
 *
 * @param line from 1
 * @param column from 1
 */
public record Position(int line, int column) implements Comparable<Position> {

    /** Not a place within a file. */
    public static final Position NOWHERE = new Position(0, 0);

    @Override
    public int compareTo(Position other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }
}
