package dev.larder.bench.course;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** The one PostgreSQL of all test classes, which ends with the last of them. */
public final class SharedDatabase {
    private static final Namespace NAMESPACE = Namespace.create(SharedDatabase.class);

    private SharedDatabase() {}

    /** The database, as it is. */
    public static CourseDatabase of(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent("database", name -> CourseDatabase.embedded(line -> {}), CourseDatabase.class);
    }

    /** The database with the seed data put back. */
    static CourseDatabase reseeded(ExtensionContext context) {
        CourseDatabase database = of(context);
        database.reseed(line -> {});
        return database;
    }
}
