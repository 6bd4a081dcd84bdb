package dev.larder.rules;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What parts of {@link Rules} say, wherever in the file they stand. Pure. */
public final class Meaning {

    /** Of records there is more than their parts: two of different kinds are never the same. */
    private record Bare(Class<?> kind, List<Object> parts) {}

    private Meaning() {}

    /** Whether two parts of a file, or of two files, say the same. */
    public static boolean same(Object one, Object other) {
        return of(one).equals(of(other));
    }

    /**
     * The parts of two records of one kind that do not say the same.
     *
     * @return names of components, in the order in which they are declared
     */
    public static <R extends Record> List<String> differing(R one, R other) {
        List<String> names = new ArrayList<>();
        for (RecordComponent component : one.getClass().getRecordComponents()) {
            if (!same(part(one, component), part(other, component))) {
                names.add(component.getName());
            }
        }
        return names;
    }

    private static Object of(Object said) {
        if (said instanceof Located<?> located) {
            return of(located.value());
        }
        if (said instanceof Optional<?> optional) {
            return optional.map(Meaning::of);
        }
        if (said instanceof List<?> list) {
            return list.stream().map(Meaning::of).toList();
        }
        if (said instanceof Set<?> set) {
            Set<Object> bare = new LinkedHashSet<>();
            set.forEach(element -> bare.add(of(element)));
            return bare;
        }
        if (said instanceof Map<?, ?> map) {
            Map<Object, Object> bare = new LinkedHashMap<>();
            map.forEach((name, value) -> bare.put(name, of(value)));
            return bare;
        }
        if (said instanceof Record record) {
            List<Object> parts = new ArrayList<>();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                parts.add(of(part(record, component)));
            }
            return new Bare(record.getClass(), parts);
        }
        return said;
    }

    private static Object part(Record record, RecordComponent component) {
        try {
            // The records of Rules are public, and hold no null.
            Object part = component.getAccessor().invoke(record);
            if (part == null) {
                throw new IllegalStateException(component + " is null");
            }
            return part;
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("a part of a public record cannot be read", impossible);
        }
    }
}
