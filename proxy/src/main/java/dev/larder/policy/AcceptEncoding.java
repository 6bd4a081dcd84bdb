package dev.larder.policy;

import dev.larder.http.Fields;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which content coding a client is sent (RFC 9110 section 12.5.3). Pure. */
public final class AcceptEncoding {

    /** A coding and its weight (RFC 9110 section 12.4.2). */
    private static final Pattern MEMBER =
            Pattern.compile("([^;\\s]+)(?:\\s*;\\s*[qQ]\\s*=\\s*(0(?:\\.\\d{0,3})?|1(?:\\.0{0,3})?))?");

    private static final double NOT_SAID = -1;

    private AcceptEncoding() {}

    /**
     * Whether a client takes this coding, and does not like the plain form better. One that says nothing of codings could
     * take any by the letter; what it understands nobody knows, so it gets the plain form.
     *
     * @param coding in lower case, e.g. {@code gzip}
     */
    public static boolean prefers(Fields request, String coding) {
        double given = NOT_SAID;
        double any = NOT_SAID;
        double plain = NOT_SAID;
        for (String member : request.members("accept-encoding")) {
            Matcher matcher = MEMBER.matcher(member);
            if (!matcher.matches()) {
                // Whatever it was meant to say, the plain form is understood.
                continue;
            }
            double weight = matcher.group(2) == null ? 1 : Double.parseDouble(matcher.group(2));
            String name = matcher.group(1).toLowerCase(Locale.ROOT);
            if (name.equals(coding) || name.equals("x-" + coding)) {
                given = Math.max(given, weight);
            } else if (name.equals("*")) {
                any = weight;
            } else if (name.equals("identity")) {
                plain = weight;
            }
        }
        double wanted = given == NOT_SAID ? any : given;
        return wanted > 0 && wanted >= plain;
    }
}
