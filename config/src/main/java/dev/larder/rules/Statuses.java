package dev.larder.rules;

import dev.larder.rules.Rules.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Statuses: those that are stored, and those that mean that nothing was written. */
final class Statuses {

    private static final Pattern STATUS = Pattern.compile("[1-9]\\d\\d");
    private static final Pattern CLASS = Pattern.compile("([1-5])(?:xx|XX)");
    private static final Pattern RANGE = Pattern.compile("([1-9]\\d\\d)-([1-9]\\d\\d)");
    private static final List<Refusal> CLIENT_ERRORS = List.of(new Refusal.Status(400, 499));

    private final Ttls ttls;
    private final Problems problems;

    Statuses(Ttls ttls, Problems problems) {
        this.ttls = ttls;
        this.problems = problems;
    }

    /** A map to lifetimes, a list, a single status, or any; 200 where nothing is said. */
    Map<Integer, Optional<Duration>> stored(SectionReader route) {
        Map<Integer, Optional<Duration>> statuses = new LinkedHashMap<>();
        Optional<YamlNode> node = route.node("store-status");
        if (node.isEmpty()) {
            statuses.put(200, Optional.empty());
        } else if (isText(node, "any")) {
            return any(route, node.get());
        } else if (node.get() instanceof YamlNode.Mapping mapping) {
            for (YamlNode.Entry entry : mapping.entries()) {
                storable(new Located<>(entry.key(), entry.at())).ifPresent(status -> statuses.put(status, own(entry)));
            }
        } else {
            for (Located<String> text : route.texts("store-status")) {
                storable(text).ifPresent(status -> statuses.put(status, Optional.empty()));
            }
        }
        return Collections.unmodifiableMap(statuses);
    }

    private static boolean isText(Optional<YamlNode> node, String text) {
        return node.isPresent()
                && node.get() instanceof YamlNode.Scalar scalar
                && scalar.text().equals(text);
    }

    /** A lifetime by force would keep whatever goes wrong at the backend, so only the backend may give all of them one. */
    private Map<Integer, Optional<Duration>> any(SectionReader route, YamlNode node) {
        if (route.has("ttl") && !isText(route.node("ttl"), Ttls.ORIGIN)) {
            problems.add(
                    node.at(),
                    "store-status is any, beside a ttl of the rule's own",
                    "ttl: origin, with which the backend says of each answer how long it lasts, or a list of statuses");
        }
        return Rules.ANY_STATUS;
    }

    private Optional<Duration> own(YamlNode.Entry entry) {
        if (entry.value() instanceof YamlNode.Scalar scalar && scalar.isEmpty()) {
            return Optional.empty();
        }
        String what = "store-status." + entry.key();
        String expected = "nothing, a duration such as 10s, or a name of ttls";
        return Scalars.text(entry.value(), what, expected, problems)
                .flatMap(text -> ttls.lifetime(text, what, expected, problems));
    }

    /** A part (206) and a confirmation (304) are no responses of their own; what is below 200 is not the answer. */
    private Optional<Integer> storable(Located<String> text) {
        int status = STATUS.matcher(text.value()).matches() ? Integer.parseInt(text.value()) : 0;
        if (status < 200 || status > 599 || status == 206 || status == 304) {
            problems.add(
                    text.at(),
                    "store-status is " + Quoted.text(text.value()),
                    "a status from 200 to 599, but for 206 and 304, which are no whole responses");
            return Optional.empty();
        }
        return Optional.of(status);
    }

    /** Items such as 4xx, 307, 400-422, or a condition; 4xx where nothing is said. */
    List<Refusal> refused(SectionReader purge) {
        if (!purge.has("refused")) {
            return CLIENT_ERRORS;
        }
        List<Refusal> refused = new ArrayList<>();
        for (YamlNode item : purge.items("refused")) {
            if (item instanceof YamlNode.Mapping mapping) {
                if (mapping.entries().size() != 1) {
                    problems.add(
                            item.at(),
                            "an item of refused with " + mapping.entries().size() + " conditions",
                            "one condition in each item, any of which means nothing was written");
                    continue;
                }
                Expectations.conditions(mapping.entries(), problems)
                        .forEach(condition -> refused.add(new Refusal.Answer(condition)));
            } else {
                Scalars.text(item, "refused", "a status such as 307, 4xx or 400-422, or a condition", problems)
                        .flatMap(this::status)
                        .ifPresent(refused::add);
            }
        }
        return List.copyOf(refused);
    }

    private Optional<Refusal> status(Located<String> text) {
        Matcher ofClass = CLASS.matcher(text.value());
        if (ofClass.matches()) {
            int hundred = Integer.parseInt(ofClass.group(1)) * 100;
            return Optional.of(new Refusal.Status(hundred, hundred + 99));
        }
        Matcher range = RANGE.matcher(text.value());
        if (range.matches()) {
            int from = Integer.parseInt(range.group(1));
            int to = Integer.parseInt(range.group(2));
            if (from <= to) {
                return Optional.of(new Refusal.Status(from, to));
            }
        }
        if (STATUS.matcher(text.value()).matches()) {
            int status = Integer.parseInt(text.value());
            return Optional.of(new Refusal.Status(status, status));
        }
        problems.add(
                text.at(),
                "refused is " + Quoted.text(text.value()),
                "a status such as 307, 4xx or 400-422, or a condition",
                suggestClass(text.value()));
        return Optional.empty();
    }

    private static Optional<String> suggestClass(String text) {
        Matcher almost = Pattern.compile("([1-5])(?:\\*|\\*\\*|x|X|00s|xX|Xx)").matcher(text);
        return almost.matches() ? Optional.of(almost.group(1) + "xx") : Optional.empty();
    }
}
