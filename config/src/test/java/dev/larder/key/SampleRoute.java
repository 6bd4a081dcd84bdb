package dev.larder.key;

import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import dev.larder.rules.Rules.KeySource;
import dev.larder.rules.Rules.Many;
import dev.larder.rules.Rules.Source;
import dev.larder.rules.Rules.ValueType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Routes as a rules file would say them, for tests. */
final class SampleRoute {

    private static final Position NOWHERE = new Position(1, 1);

    private final String name;
    private final String template;
    private final Map<String, KeySource> key = new LinkedHashMap<>();
    private Rules.OtherQuery other = Rules.OtherQuery.BYPASS;
    private List<String> ignore = List.of();

    private SampleRoute(String name, String template) {
        this.name = name;
        this.template = template;
    }

    static SampleRoute of(String name, String template) {
        return new SampleRoute(name, template);
    }

    SampleRoute key(String parameter, KeySource source) {
        key.put(parameter, source);
        return this;
    }

    SampleRoute other(Rules.OtherQuery otherQuery) {
        other = otherQuery;
        return this;
    }

    SampleRoute ignore(String... globs) {
        ignore = List.of(globs);
        return this;
    }

    /** The page, limit and search of the course application. */
    SampleRoute paged() {
        return key("page", query("page").ofType(ValueType.INT).or("1").min(1).source())
                .key(
                        "limit",
                        query("limit")
                                .ofType(ValueType.INT)
                                .or("5")
                                .min(1)
                                .max(100)
                                .source())
                .key("search", query("search").or("").max(64).source());
    }

    Rules.Route build() {
        return new Rules.Route(
                located(name),
                located(template),
                Optional.empty(),
                Optional.empty(),
                new Rules.Access.Public(true),
                key,
                new Rules.QueryRule(other, ignore),
                new Rules.Ttl.Fixed(Duration.ofMinutes(5)),
                Duration.ZERO,
                Duration.ZERO,
                Map.of(200, Optional.empty()),
                List.of(),
                1 << 20,
                OptionalLong.empty(),
                Set.of(),
                List.of(),
                Rules.VaryRule.NONE,
                List.of(),
                Rules.Jitter.NONE,
                0,
                Rules.Compression.NONE);
    }

    static From path(String variable) {
        return new From(new Source.Path(variable));
    }

    static From query(String parameter) {
        return new From(new Source.Query(parameter));
    }

    static From header(String field) {
        return new From(new Source.Header(field));
    }

    static From cookie(String cookie) {
        return new From(new Source.Cookie(cookie));
    }

    static From claim(String claim) {
        return new From(new Source.Claim(claim));
    }

    private static <T> Located<T> located(T value) {
        return new Located<>(value, NOWHERE);
    }

    /** One key parameter under construction. */
    static final class From {
        private final Source from;
        private ValueType type = ValueType.STRING;
        private List<String> values = List.of();
        private Optional<String> defaultValue = Optional.empty();
        private OptionalLong min = OptionalLong.empty();
        private OptionalLong max = OptionalLong.empty();
        private boolean trim;
        private boolean lower;
        private Many many = Many.ONE;

        private From(Source from) {
            this.from = from;
        }

        From ofType(ValueType valueType) {
            type = valueType;
            return this;
        }

        From oneOf(String... allowed) {
            values = List.of(allowed);
            return ofType(ValueType.ENUM);
        }

        From or(String absent) {
            defaultValue = Optional.of(absent);
            return this;
        }

        From min(long least) {
            min = OptionalLong.of(least);
            return this;
        }

        From max(long greatest) {
            max = OptionalLong.of(greatest);
            return this;
        }

        From trim() {
            trim = true;
            return this;
        }

        From lower() {
            lower = true;
            return this;
        }

        From many(Many howMany) {
            many = howMany;
            return this;
        }

        KeySource source() {
            return new KeySource(located(from), type, values, defaultValue, min, max, trim, lower, many);
        }
    }
}
