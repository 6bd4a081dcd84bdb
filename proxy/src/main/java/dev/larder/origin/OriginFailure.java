package dev.larder.origin;

/** Why a call on the origin came to nothing. Each has a token for Proxy-Status (RFC 9209 section 2.3) and a status. */
public sealed interface OriginFailure {

    /** Whether the origin cannot have seen any of the request. */
    boolean beforeAnythingWasSent();

    /** The error type of RFC 9209, e.g. {@code connection_refused}. */
    String proxyStatus();

    /** What the visitor gets where no answer has begun: 502, 503 or 504. */
    int status();

    /** No connection could be made. */
    record Refused(String detail) implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return true;
        }

        @Override
        public String proxyStatus() {
            return "connection_refused";
        }

        @Override
        public int status() {
            return 502;
        }
    }

    /** Nobody knows the backend's name. */
    record Unresolved() implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return true;
        }

        @Override
        public String proxyStatus() {
            return "dns_error";
        }

        @Override
        public int status() {
            return 502;
        }
    }

    /** One of the named waits was over. */
    record TimedOut(Wait which) implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return which == Wait.CONNECT || which == Wait.QUEUE;
        }

        @Override
        public String proxyStatus() {
            return switch (which) {
                case CONNECT -> "connection_timeout";
                case QUEUE -> "connection_limit_reached";
                case RESPONSE_HEAD -> "http_response_timeout";
                case BODY_IDLE -> "connection_read_timeout";
            };
        }

        @Override
        public int status() {
            return which == Wait.QUEUE ? 503 : 504;
        }
    }

    /** The waits of a call, each a setting. */
    enum Wait {
        CONNECT,
        QUEUE,
        RESPONSE_HEAD,
        BODY_IDLE
    }

    /** The connection ended before the answer did. */
    record Reset(boolean headSeen) implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return false;
        }

        @Override
        public String proxyStatus() {
            return headSeen ? "http_response_incomplete" : "connection_terminated";
        }

        @Override
        public int status() {
            return 502;
        }
    }

    /** What came is not an HTTP response that two parsers would read alike. */
    record BadFraming(String detail) implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return false;
        }

        @Override
        public String proxyStatus() {
            return "http_protocol_error";
        }

        @Override
        public int status() {
            return 502;
        }
    }

    /** As many connections as allowed are busy, and as many requests as allowed wait for one. */
    record OverCapacity() implements OriginFailure {
        @Override
        public boolean beforeAnythingWasSent() {
            return true;
        }

        @Override
        public String proxyStatus() {
            return "connection_limit_reached";
        }

        @Override
        public int status() {
            return 503;
        }
    }
}
