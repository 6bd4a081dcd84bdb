package dev.larder.bench.rivals;

import java.net.URI;
import java.nio.file.Path;

/**
 * What a proxy stands on.
 *
 * @param port where it is to listen, on the loopback address
 * @param origin the backend behind it
 * @param redis the Redis that those with one use
 * @param folder for its files, its own and empty
 * @param user who runs it, as nginx has to be told when that is root
 */
public record Ground(int port, URI origin, URI redis, Path folder, String user) {
    /** Host and port of the backend. */
    String originAuthority() {
        return origin.getHost() + ":" + origin.getPort();
    }
}
