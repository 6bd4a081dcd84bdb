package dev.larder.plan;

import java.util.List;

/**
 * The requests that end what is known of a visitor.
 *
 * @param identity whose credential in the request is ended
 * @param patterns of the requests
 */
record EndRule(String identity, List<RequestPattern> patterns) {

    EndRule {
        patterns = List.copyOf(patterns);
    }
}
