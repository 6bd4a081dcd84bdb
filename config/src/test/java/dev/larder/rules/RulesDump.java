package dev.larder.rules;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.NullUnmarked;

/** A rules file after loading, as indented text: every component of every record, so that nothing changes unseen. */
@NullUnmarked
final class RulesDump {

    private final StringBuilder text = new StringBuilder();

    static String of(Rules rules) {
        RulesDump dump = new RulesDump();
        for (RecordComponent component : Rules.class.getRecordComponents()) {
            if (!component.getName().equals("file")) {
                dump.field(component.getName(), value(component, rules), 0);
            }
        }
        return dump.text.toString();
    }

    private void field(String name, Object value, int depth) {
        text.append("  ".repeat(depth)).append(name).append(':');
        value(value, depth);
    }

    private void value(Object value, int depth) {
        if (value.equals(Rules.ANY_STATUS)) {
            text.append(" any\n");
        } else if (value instanceof Collection<?> items && !items.isEmpty() && !scalars(items)) {
            text.append('\n');
            for (Object item : items) {
                text.append("  ".repeat(depth + 1)).append('-');
                value(item, depth + 1);
            }
        } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            text.append('\n');
            map.forEach((key, inner) -> field(key.toString(), inner, depth + 1));
        } else if (value instanceof Optional<?> optional && optional.isPresent()) {
            value(optional.get(), depth);
        } else if (value instanceof Located<?> located && !(located.value() instanceof Record)) {
            text.append(' ')
                    .append(scalar(located.value()))
                    .append(" @")
                    .append(at(located.at()))
                    .append('\n');
        } else if (value instanceof Located<?> located) {
            text.append(" @").append(at(located.at()));
            value(located.value(), depth);
        } else if (value instanceof Record record) {
            text.append(' ').append(value.getClass().getSimpleName()).append('\n');
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                field(component.getName(), value(component, record), depth + 1);
            }
        } else {
            text.append(' ').append(scalar(value)).append('\n');
        }
    }

    private static boolean scalars(Collection<?> items) {
        return items.stream().allMatch(item -> item instanceof String || item instanceof Number);
    }

    private static String scalar(Object value) {
        if (value instanceof String string) {
            return Quoted.text(string);
        }
        if (value instanceof Duration duration) {
            return Durations.print(duration);
        }
        if (value instanceof OptionalLong number) {
            return number.isPresent() ? Long.toString(number.getAsLong()) : "-";
        }
        if (value instanceof OptionalInt number) {
            return number.isPresent() ? Integer.toString(number.getAsInt()) : "-";
        }
        return value instanceof Optional<?> ? "-" : String.valueOf(value);
    }

    private static String at(Position at) {
        return at.line() + ":" + at.column();
    }

    private static Object value(RecordComponent component, Object record) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
