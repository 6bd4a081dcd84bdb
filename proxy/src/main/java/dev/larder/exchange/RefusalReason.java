package dev.larder.exchange;

import java.util.Locale;

/** Why a request was refused before it became an exchange: a fixed number of tokens, for metrics and the access log. */
public enum RefusalReason {
    /** Not HTTP, or not as two parsers would read it alike. */
    MALFORMED,
    /** A request line beyond the bound. */
    LINE_TOO_LONG,
    /** A head beyond the bound. */
    HEAD_TOO_LONG,
    /** Neither HTTP/1.0 nor HTTP/1.1. */
    VERSION,
    /** One that a reverse proxy does not serve. */
    METHOD,
    /** None, several, or one that names no host. */
    HOST,
    /** In no form that a reverse proxy is asked in. */
    TARGET,
    /** Lengths and codings that contradict each other, or are not understood. */
    FRAMING,
    /** One that nobody here knows. */
    EXPECTATION,
    /** The head, or the body's beginning, did not come in time. */
    TIMEOUT,
    /** A body that broke before anything was forwarded. */
    BODY,
    /** As many hops as it allowed itself. */
    MAX_FORWARDS,
    /** As many connections as allowed. */
    OVERLOAD;

    /** The reason in small letters, e.g. {@code head-too-long}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
