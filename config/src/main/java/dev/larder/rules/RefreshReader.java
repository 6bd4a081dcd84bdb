package dev.larder.rules;

import dev.larder.rules.Rules.Jitter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields {@code jitter} and {@code early-refresh} of a route. */
final class RefreshReader {

    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}) ?%");
    private static final Pattern EAGERNESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3})?");
    private static final int WHOLE = 100;

    private final Ttls ttls;

    RefreshReader(Ttls ttls) {
        this.ttls = ttls;
    }

    Jitter jitter(SectionReader route) {
        Optional<Located<String>> text = route.text("jitter");
        Matcher share = SHARE.matcher(text.map(Located::value).orElse(""));
        if (share.matches()) {
            int percent = Integer.parseInt(share.group(1));
            if (percent <= WHOLE) {
                return new Jitter.Share(percent);
            }
            route.problem("jitter", text.orElseThrow(), "a share from 0% to 100%", Optional.empty());
            return Jitter.NONE;
        }
        return text.isEmpty()
                ? Jitter.NONE
                : route.lifetime("jitter", ttls).<Jitter>map(Jitter.UpTo::new).orElse(Jitter.NONE);
    }

    double early(SectionReader route) {
        Optional<Located<String>> text = route.text("early-refresh");
        String value = text.map(Located::value).orElse("false");
        if (EAGERNESS.matcher(value).matches()) {
            return Double.parseDouble(value);
        }
        if (!Grammar.BOOLEANS.contains(value)) {
            route.problem("early-refresh", text.orElseThrow(), "true, false or a number such as 1.5", Optional.empty());
        }
        return value.equals("true") ? 1 : 0;
    }
}
