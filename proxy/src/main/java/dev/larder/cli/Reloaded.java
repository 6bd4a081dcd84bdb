package dev.larder.cli;

import dev.larder.plan.RulesChange;
import dev.larder.rules.Problem;
import java.time.Instant;
import java.util.List;

/** What a reload came to. */
sealed interface Reloaded {

    /** When it was over. */
    Instant at();

    /** Who or what asked for it: watch, signal, api. */
    String cause();

    /**
     * Settings that are written otherwise now than when this process began, by path; they change with a restart, and not
     * before.
     */
    List<String> needRestart();

    /** The file is in force. */
    record Applied(Instant at, String cause, RulesChange change, String fingerprint, List<String> needRestart)
            implements Reloaded {}

    /** The file, or what it names, cannot be used: what was in force before still is. */
    record Refused(Instant at, String cause, List<Problem> problems, List<String> needRestart) implements Reloaded {}
}
