package dev.larder.bench.mix;

import java.time.Duration;

/** The ten read routes: what each costs the backend, and how long its answers may be kept. */
public enum ReadRoute {
    PUBLIC_LESSONS("public:lessons", 2, 0, Duration.ofMinutes(5), Depends.NOBODY),
    USER_COURSES("user:courses", 5, 2, Duration.ofMinutes(5), Depends.VISITOR),
    ADMIN_COURSES("admin:courses", 4, 2, Duration.ofMinutes(5), Depends.VISITOR),
    ADMIN_LESSONS("admin:lessons:course", 4, 2, Duration.ofMinutes(5), Depends.ROLE),
    ADMIN_COURSE("admin:course:details", 4, 2, Duration.ofHours(1), Depends.ROLE),
    USER_COURSE("user:course:details", 4, 2, Duration.ofHours(1), Depends.ROLE),
    ADMIN_LESSON("admin:lesson:details", 3, 2, Duration.ofMinutes(30), Depends.ROLE),
    ADMIN_PARTICIPANTS("admin:course:participants", 5, 2, Duration.ofMinutes(5), Depends.ROLE),
    USER_PARTICIPANTS("user:course:participants", 5, 2, Duration.ofMinutes(5), Depends.ROLE),
    USER_LESSONS("user:lessons:course", 10, 2, Duration.ofMinutes(10), Depends.VISITOR);

    /** On whom an answer depends. */
    public enum Depends {
        NOBODY,
        ROLE,
        VISITOR
    }

    private final String label;
    private final int statements;
    private final int sessionStatements;
    private final Duration lifetime;
    private final Depends depends;

    ReadRoute(String label, int statements, int sessionStatements, Duration lifetime, Depends depends) {
        this.label = label;
        this.statements = statements;
        this.sessionStatements = sessionStatements;
        this.lifetime = lifetime;
        this.depends = depends;
    }

    /** The route's name in the rules file. */
    public String label() {
        return label;
    }

    /** SQL statements of one answer of the backend, those for the session included. */
    public int statements() {
        return statements;
    }

    /** Those of them that find the session. */
    public int sessionStatements() {
        return sessionStatements;
    }

    /** The lifetime of its answers. */
    public Duration lifetime() {
        return lifetime;
    }

    /** On whom an answer depends. */
    public Depends depends() {
        return depends;
    }
}
