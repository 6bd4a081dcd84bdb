package dev.larder.exchange;

import dev.larder.http.RequestHead;
import dev.larder.http.SiteFields;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which stored responses a request may see by where it was sent to: those of its own scheme and authority, and of the
 * authorities that share with it. What a trusted hop says of the host or the scheme that the visitor used, and what we
 * pass on for the backend to believe, tells sites apart as well. Purges name no site, so they reach all of them alike.
 * Immutable but for a memo; any thread.
 */
public final class Sites {

    /** Authority in lower case to the one that stands for its group. */
    private final Map<String, String> shared = new HashMap<>();

    private record Site(String scheme, String authority, String text) {}

    /** What was asked for last: a sidecar has one site as a rule. Whoever comes later finds this one or another, whole. */
    private @Nullable Site last;

    /**
     * Sites.
     *
     * @param groups of authorities that share, in lower case
     */
    public Sites(List<List<String>> groups) {
        for (List<String> group : groups) {
            group.forEach(authority -> shared.put(authority, group.get(0)));
        }
    }

    /** Scheme and authority, e.g. {@code https://courses.example}, and what else tells sites apart. It holds no blank. */
    public String of(RequestHead request) {
        String group = shared.isEmpty() ? null : shared.get(request.authority().toLowerCase(Locale.ROOT));
        String beyond = group == null ? request.site() : SiteFields.beyondHost(request);
        String site = plain(request.scheme(), group == null ? request.authority() : group);
        // No authority holds a slash.
        return beyond.isEmpty() ? site : site + '/' + beyond;
    }

    private String plain(String scheme, String authority) {
        Site known = last;
        if (known == null || !known.authority.equals(authority) || !known.scheme.equals(scheme)) {
            known = new Site(scheme, authority, scheme + "://" + authority);
            last = known;
        }
        return known.text;
    }
}
