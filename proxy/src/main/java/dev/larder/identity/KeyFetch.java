package dev.larder.identity;

import java.net.URI;
import java.util.concurrent.CompletionStage;

/** Fetches a JWK set. Any thread; never blocks. */
@FunctionalInterface
public interface KeyFetch {

    /** The octets of the answer, bounded in size and time; fails where there is none, or none of status 200. */
    CompletionStage<byte[]> get(URI url);
}
