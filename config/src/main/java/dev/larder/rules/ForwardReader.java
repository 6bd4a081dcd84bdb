package dev.larder.rules;

import dev.larder.rules.Rules.Forwarded;
import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The field {@code forward} of a route. What is carried may change the answer, so it is in the key, or the file says in
 * so many words that it does not; a credential is neither.
 */
final class ForwardReader {

    private final Identities identities;
    private final Problems problems;

    ForwardReader(Identities identities, Problems problems) {
        this.identities = identities;
        this.problems = problems;
    }

    List<Forwarded> read(SectionReader route, Map<String, KeySource> key) {
        List<Forwarded> forward = new ArrayList<>();
        for (YamlNode item : route.items("forward")) {
            if (item instanceof YamlNode.Mapping) {
                SectionReader.of(Grammar.FORWARDED, item, "forward.", problems)
                        .flatMap(section -> forwarded(
                                section.text("from"), section.flag("unkeyed").orElse(false), key))
                        .ifPresent(forward::add);
            } else {
                forwarded(Scalars.text(item, "forward", route.meaning("forward"), problems), false, key)
                        .ifPresent(forward::add);
            }
        }
        return List.copyOf(forward);
    }

    private Optional<Forwarded> forwarded(Optional<Located<String>> text, boolean unkeyed, Map<String, KeySource> key) {
        Optional<Located<Source>> from = text.flatMap(located -> Sources.FORWARD.parse(located, "forward", problems));
        if (from.isEmpty()) {
            return Optional.empty();
        }
        Located<Source> source = from.get();
        String shown = text.map(Located::value).orElse("");
        if (source.value() instanceof Source.Cookie cookie && identities.isCredentialCookie(cookie.name())) {
            problems.add(
                    source.at(),
                    "forward would carry the credential " + shown,
                    "the identity in key or access: then its credential is carried");
            return Optional.empty();
        }
        boolean keyed = key.values().stream()
                .anyMatch(parameter -> parameter.from().value().equals(source.value()));
        if (!keyed && !unkeyed) {
            problems.add(
                    source.at(),
                    "forward is " + Quoted.text(shown) + ", which is not in the key",
                    "it in the key, or { from: " + shown + ", unkeyed: true } where no answer depends on it");
            return Optional.empty();
        }
        return Optional.of(new Forwarded(source, unkeyed));
    }
}
