package dev.larder.rules;

import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.Source;
import dev.larder.rules.Rules.ValueType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a route's keys are made of. */
final class KeyReader {

    private static final Set<String> CREDENTIAL_FIELDS = Set.of("authorization", "proxy-authorization", "cookie");

    private final Identities identities;
    private final Problems problems;

    KeyReader(Identities identities, Problems problems) {
        this.identities = identities;
        this.problems = problems;
    }

    /**
     * The parameters in the file's order; where the file says nothing, those of the path.
     *
     * @param template of the route
     * @param identity that applies to it, if one does
     */
    Map<String, KeySource> read(SectionReader route, Located<String> template, Optional<String> identity) {
        Set<String> variables = Names.variables(template.value());
        Map<String, KeySource> key = new LinkedHashMap<>();
        if (!route.has("key")) {
            variables.forEach(name -> key.put(name, plain(new Located<>(new Source.Path(name), template.at()))));
            return Collections.unmodifiableMap(key);
        }
        int before = problems.count();
        for (YamlNode.Entry entry : route.entries("key")) {
            if (!Names.isParameter(entry.key())) {
                problems.add(
                        entry.at(),
                        "the key parameter's name is " + Quoted.text(entry.key()),
                        "letters, digits and . _ ~ -, e.g. courseId");
            }
            parameter(entry).ifPresent(source -> {
                checkSource(source.from(), template.value(), variables, identity);
                key.put(entry.key(), source);
            });
        }
        if (problems.count() == before) {
            checkPathIsCovered(route.at("key"), variables, key);
        }
        return Collections.unmodifiableMap(key);
    }

    private Optional<KeySource> parameter(YamlNode.Entry entry) {
        String what = "key." + entry.key();
        if (!(entry.value() instanceof YamlNode.Mapping)) {
            return Scalars.text(entry.value(), what, "a source such as query.page, or a map", problems)
                    .flatMap(text -> Sources.KEY.parse(text, what, problems))
                    .map(KeyReader::plain);
        }
        Optional<SectionReader> section = SectionReader.of(Grammar.KEY_PARAMETER, entry.value(), what + ".", problems);
        if (section.isEmpty()) {
            return Optional.empty();
        }
        SectionReader parameter = section.get();
        Optional<Located<Source>> from =
                parameter.text("from").flatMap(text -> Sources.KEY.parse(text, what + ".from", problems));
        ValueType type = parameter
                .word("type", Grammar.TYPES)
                .map(word -> ValueType.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(ValueType.STRING);
        List<String> values =
                parameter.texts("values").stream().map(Located::value).toList();
        List<String> fold = parameter.words("fold", Grammar.FOLDS);
        Many many = parameter
                .word("many", Grammar.MANY)
                .map(word -> Many.valueOf(word.toUpperCase(Locale.ROOT)))
                .orElse(Many.ONE);
        Optional<Located<String>> defaultValue = defaultValue(parameter);
        OptionalLong min = bound(parameter, "min", type);
        OptionalLong max = bound(parameter, "max", type);
        Optional<KeySource> source = from.map(located -> new KeySource(
                located,
                type,
                values,
                defaultValue.map(Located::value),
                min,
                max,
                fold.contains("trim"),
                fold.contains("lower"),
                many));
        checkValues(parameter, type, values);
        if (min.isPresent() && max.isPresent() && min.getAsLong() > max.getAsLong()) {
            problems.add(
                    parameter.at("min"),
                    what + ".min is " + min.getAsLong() + " and max is " + max.getAsLong(),
                    "a min that is at most max");
        } else if (source.isPresent() && defaultValue.isPresent()) {
            checkDefault(parameter, source.get(), defaultValue.get());
        }
        return source;
    }

    private static KeySource plain(Located<Source> from) {
        return new KeySource(
                from,
                ValueType.STRING,
                List.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                false,
                false,
                Many.ONE);
    }

    private Optional<Located<String>> defaultValue(SectionReader parameter) {
        return parameter.has("default") ? parameter.text("default") : Optional.empty();
    }

    private OptionalLong bound(SectionReader parameter, String field, ValueType type) {
        if (parameter.has(field) && (type == ValueType.BOOL || type == ValueType.ENUM)) {
            problems.add(
                    parameter.at(field),
                    parameter.what(field) + " beside type " + word(type),
                    "bounds only of an int or a string");
            return OptionalLong.empty();
        }
        return parameter.number(field, type == ValueType.INT ? Long.MIN_VALUE : 0, Long.MAX_VALUE);
    }

    private void checkValues(SectionReader parameter, ValueType type, List<String> values) {
        if (type == ValueType.ENUM && values.isEmpty()) {
            problems.add(
                    parameter.at("type"),
                    parameter.what("type") + " is enum without values",
                    parameter.meaning("values"));
        } else if (type != ValueType.ENUM && parameter.has("values")) {
            problems.add(parameter.at("values"), parameter.what("values") + " beside type " + word(type), "type: enum");
        }
    }

    /** A default is a value like any other: what would not be cached when a visitor sends it cannot stand for nothing. */
    private void checkDefault(SectionReader parameter, KeySource source, Located<String> given) {
        String value = given.value();
        switch (source.type()) {
            case INT -> {
                OptionalLong number = Scalars.integer(value);
                if (number.isEmpty()) {
                    parameter.problem("default", given, "a whole number, as its type says", Optional.empty());
                } else if (!within(source, number.getAsLong())) {
                    parameter.problem(
                            "default", given, "a number within its bounds, " + bounds(source), Optional.empty());
                }
            }
            case STRING -> {
                if (!within(source, value.codePointCount(0, value.length()))) {
                    parameter.problem(
                            "default", given, "a length within its bounds, " + bounds(source), Optional.empty());
                }
            }
            case BOOL -> {
                if (!Grammar.BOOLEANS.contains(value)) {
                    parameter.problem("default", given, "true or false, as its type says", Optional.empty());
                }
            }
            case ENUM -> {
                if (!source.values().contains(value) && !source.values().isEmpty()) {
                    parameter.problem(
                            "default",
                            given,
                            "one of its values, " + String.join(", ", source.values()),
                            Nearest.of(value, source.values()));
                }
            }
        }
    }

    private static boolean within(KeySource source, long number) {
        return number >= source.min().orElse(Long.MIN_VALUE)
                && number <= source.max().orElse(Long.MAX_VALUE);
    }

    private static String bounds(KeySource source) {
        String least = source.min().isPresent() ? "from " + source.min().getAsLong() + " " : "";
        return (least + (source.max().isPresent() ? "to " + source.max().getAsLong() : "up")).strip();
    }

    private static String word(ValueType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private void checkSource(Located<Source> from, String template, Set<String> variables, Optional<String> identity) {
        if (from.value() instanceof Source.Path path && !variables.contains(path.name())) {
            problems.add(
                    from.at(),
                    "path." + path.name() + " is no variable of " + template,
                    variables.isEmpty()
                            ? "a variable in the route's template first, e.g. {" + path.name() + "}"
                            : "one of " + dotted("path.", variables),
                    Nearest.of(path.name(), variables).map(name -> "path." + name));
        } else if (from.value() instanceof Source.Claim claim) {
            checkClaim(from.at(), claim.name(), identity);
        } else if (from.value() instanceof Source.Header header
                && (CREDENTIAL_FIELDS.contains(header.name().toLowerCase(Locale.ROOT))
                        || identities.isCredentialField(header.name()))) {
            credential(from.at(), "header." + header.name());
        } else if (from.value() instanceof Source.Cookie cookie && identities.isCredentialCookie(cookie.name())) {
            credential(from.at(), "cookie." + cookie.name());
        }
    }

    private void credential(Position at, String source) {
        problems.add(at, source + " would put a credential into the key", "a claim of an identity, e.g. identity.id");
    }

    private void checkClaim(Position at, String claim, Optional<String> identity) {
        if (identities.isEmpty()) {
            problems.add(
                    at, "identity." + claim + " without an identity", "a section identity that says who a visitor is");
            return;
        }
        identity.flatMap(identities::claims)
                .filter(claims -> !claims.contains(claim))
                .ifPresent(claims -> problems.add(
                        at,
                        "the identity " + identity.get() + " has no claim " + Quoted.text(claim),
                        "one of " + dotted("identity.", claims),
                        Nearest.of(claim, claims).map(name -> "identity." + name)));
    }

    /** Two paths must never share a key, so a key that the file spells out names every variable of the path. */
    private void checkPathIsCovered(Position at, Set<String> variables, Map<String, KeySource> key) {
        for (String variable : variables) {
            boolean covered = key.values().stream()
                    .anyMatch(source -> source.from().value() instanceof Source.Path path
                            && path.name().equals(variable));
            if (!covered) {
                problems.add(
                        at,
                        "the key leaves out {" + variable + "} of the path, so different paths would share a response",
                        "a parameter such as " + variable + ": path." + variable);
            }
        }
    }

    private static String dotted(String prefix, Set<String> names) {
        return String.join(", ", names.stream().map(name -> prefix + name).toList());
    }
}
