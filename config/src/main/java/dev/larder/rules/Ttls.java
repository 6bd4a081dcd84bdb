package dev.larder.rules;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The section {@code ttls}: lifetimes by name. */
final class Ttls {

    /** As a route's ttl: as the response says. */
    static final String ORIGIN = "origin";

    private final Map<String, Optional<Duration>> byName = new LinkedHashMap<>();

    /** Reads the section. A name whose duration is broken is still known, so that it is one problem and not many. */
    static Ttls read(List<YamlNode.Entry> entries, Problems problems) {
        Ttls ttls = new Ttls();
        for (YamlNode.Entry entry : entries) {
            String name = entry.key();
            if (name.equals(ORIGIN) || Durations.parse(name).isPresent()) {
                problems.add(
                        entry.at(),
                        "the name " + Quoted.text(name) + " in ttls means something already",
                        "a name of its own, e.g. LISTS");
                continue;
            }
            String what = "ttls." + name;
            ttls.byName.put(
                    name,
                    Scalars.text(entry.value(), what, Durations.EXPECTED, problems)
                            .flatMap(text -> duration(text, what, Durations.EXPECTED, problems)));
        }
        return ttls;
    }

    /** A duration, or one of these by its name. */
    Optional<Duration> lifetime(Located<String> text, String what, String expected, Problems problems) {
        Optional<Duration> named = byName.get(text.value());
        if (named != null) {
            return named;
        }
        Optional<Duration> parsed = Durations.parse(text.value());
        if (parsed.isEmpty()) {
            problems.add(text.at(), what + " is " + Quoted.text(text.value()), expected, suggest(text.value()));
        }
        return parsed;
    }

    private Optional<String> suggest(String text) {
        List<String> known = new ArrayList<>(byName.keySet());
        known.add(ORIGIN);
        return Durations.suggest(text).or(() -> Nearest.of(text, known));
    }

    private static Optional<Duration> duration(Located<String> text, String what, String expected, Problems problems) {
        Optional<Duration> parsed = Durations.parse(text.value());
        if (parsed.isEmpty()) {
            problems.add(
                    text.at(), what + " is " + Quoted.text(text.value()), expected, Durations.suggest(text.value()));
        }
        return parsed;
    }
}
