package dev.larder.exchange;

import dev.larder.key.BypassReason;
import java.time.Duration;
import java.util.Optional;

/** What is known of an answer's way through the cache when its head goes out. Rendered by {@link StatusFields}. */
public sealed interface Disposition {

    /** One token for metrics and logs: hit, validated, stale, miss, collapsed, bypass, write, error, refused. */
    String token();

    /** Why it was not a hit, as a token, where there is a reason to name. */
    default Optional<String> detail() {
        return Optional.empty();
    }

    /** From a stored response that is fresh; {@code timeToLive} is what is left of its lifetime. */
    record Hit(Duration timeToLive) implements Disposition {
        @Override
        public String token() {
            return "hit";
        }
    }

    /** From a stored response, of which the origin has just said that it still holds; stored: it is fresh again. */
    record Validated(boolean stored) implements Disposition {
        @Override
        public String token() {
            return "validated";
        }
    }

    /** From a stored response that is no longer fresh, for the reason in {@code why}. */
    record Stale(Duration staleness, Allowance why) implements Disposition {

        /** What allows a stale answer (RFC 5861). */
        public enum Allowance {
            WHILE_REVALIDATE,
            IF_ERROR
        }

        @Override
        public String token() {
            return "stale";
        }

        @Override
        public Optional<String> detail() {
            return Optional.of(why == Allowance.IF_ERROR ? "stale-if-error" : "stale-while-revalidate");
        }
    }

    /**
     * From the origin, on a route that is cached.
     *
     * @param why why it was not answered from the store
     * @param stored whether the answer is being stored
     * @param collapsed whether it was another request's fetch
     * @param detail more, e.g. why it is not stored
     * @param lifetime how long what is being stored stays fresh; zero where nothing is
     */
    record Miss(Why why, boolean stored, boolean collapsed, Optional<String> detail, Duration lifetime)
            implements Disposition {

        /** Of an answer that is not being stored, or whose lifetime nobody needs. */
        public Miss(Why why, boolean stored, boolean collapsed, Optional<String> detail) {
            this(why, stored, collapsed, detail, Duration.ZERO);
        }

        /** What the fwd parameter of RFC 9211 section 2.2 says, and a little more. */
        public enum Why {
            URI_MISS("uri-miss"),
            /** Something was there, and a purge has made it invalid. */
            PURGED("uri-miss"),
            VARY_MISS("vary-miss"),
            STALE("stale"),
            /** Nothing was looked for: whose answer it is was not known. */
            MISS("miss");

            private final String forwarded;

            Why(String forwarded) {
                this.forwarded = forwarded;
            }

            /** The value of the fwd parameter. */
            public String forwarded() {
                return forwarded;
            }
        }

        @Override
        public String token() {
            return collapsed ? "collapsed" : "miss";
        }
    }

    /** From the origin, as if nothing were there. */
    record Bypass(BypassReason reason, Optional<String> about) implements Disposition {
        @Override
        public String token() {
            return reason == BypassReason.WRITE ? "write" : "bypass";
        }

        @Override
        public Optional<String> detail() {
            return Optional.of(reason.token());
        }
    }

    /** Made here: neither the origin nor the store had an answer. */
    record Refused(int status, String error, String explanation) implements Disposition {
        @Override
        public String token() {
            return "error";
        }

        @Override
        public Optional<String> detail() {
            return Optional.of(error);
        }
    }

    /** Not served: the request was refused before anybody looked at what it asks for. */
    record Rejected(RefusalReason why) implements Disposition {
        @Override
        public String token() {
            return "refused";
        }

        @Override
        public Optional<String> detail() {
            return Optional.of(why.token());
        }
    }
}
