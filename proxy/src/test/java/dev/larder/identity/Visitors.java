package dev.larder.identity;

import dev.larder.http.Fields;
import dev.larder.http.RequestHead;
import dev.larder.http.Target;
import dev.larder.purge.PurgeGroup;
import dev.larder.rules.Located;
import dev.larder.rules.Position;
import dev.larder.rules.Rules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Requests and identities for tests: fields are written {@code Name: value | Name: value}. */
final class Visitors {

    static final Position AT = new Position(7, 3);

    private Visitors() {}

    /** As a sign-out does. */
    static void end(IdentityResolver identities, Credential credential) {
        identities.forget(List.of(PurgeGroup.ofCredential(credential.identity(), credential.hash())));
    }

    static RequestHead get(String fields) {
        return get("example", fields);
    }

    static RequestHead get(String authority, String fields) {
        List<String> lines = new ArrayList<>(List.of("Host", authority));
        for (String line : fields.split(" \\| ", -1)) {
            if (!line.isBlank()) {
                int colon = line.indexOf(':');
                lines.add(line.substring(0, colon).strip());
                // One leading blank is the field syntax's; what follows is as it came.
                lines.add(line.substring(colon + 1).stripLeading());
            }
        }
        return new RequestHead("GET", Target.parse("/a"), "http", authority, Fields.of(lines.toArray(new String[0])));
    }

    static Rules rules(Rules.IdentityRule... identities) {
        Map<String, Rules.IdentityRule> byName = new LinkedHashMap<>();
        for (Rules.IdentityRule identity : identities) {
            byName.put(identity.name().value(), identity);
        }
        return new Rules("rules.yaml", byName, List.of(), List.of(), List.of());
    }

    static Rules.IdentityRule identity(String name, Rules.CredentialSource source, Rules.Proof proof) {
        return new Rules.IdentityRule(new Located<>(name, AT), source, proof, List.of());
    }

    /** For rules without a URL of keys. */
    static final KeyFetch NO_KEYS = url -> CompletableFuture.failedFuture(new IllegalStateException("not asked"));
}
