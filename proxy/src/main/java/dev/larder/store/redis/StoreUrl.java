package dev.larder.store.redis;

import dev.larder.settings.Settings;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the setting {@code store.url} says. Pure, but for looking whether files are there. The messages of its exceptions
 * hold no password.
 */
sealed interface StoreUrl {

    /** {@code redis://} or {@code rediss://}: one server. */
    record Server(RedisURI uri) implements StoreUrl {}

    /** {@code redis-sentinel://} or {@code rediss-sentinel://}: the master that these sentinels name. */
    record BySentinels(RedisURI uri) implements StoreUrl {}

    /** {@code redis-cluster://} or {@code rediss-cluster://}: the cluster that some of its nodes tell of; never empty. */
    record Cluster(List<RedisURI> nodes) implements StoreUrl {}

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException where it names no Redis
     */
    static StoreUrl read(String url, Settings.Tls tls) {
        int colon = Math.max(0, url.indexOf("://"));
        String rest = url.substring(Math.min(url.length(), colon + 3));
        String scheme = url.substring(0, colon);
        try {
            return switch (scheme) {
                case "redis", "rediss" -> new Server(checked(RedisURI.create(url), tls));
                case "redis-sentinel", "rediss-sentinel" -> sentinels(RedisURI.create(url), tls);
                case "redis-cluster" -> new Cluster(nodes("redis://", rest, tls));
                case "rediss-cluster" -> new Cluster(nodes("rediss://", rest, tls));
                default ->
                    throw new IllegalArgumentException("store.url has the scheme \"" + scheme
                            + "\"; expected memory, redis://, rediss://, redis-sentinel:// or redis-cluster://");
            };
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).startsWith("store.")) {
                throw e;
            }
            // Its message quotes the URL, which may hold a password.
            throw new IllegalArgumentException(
                    "store.url cannot be read; expected redis://HOST:PORT/DATABASE, rediss://USER:PASSWORD@HOST:PORT, "
                            + "redis-sentinel://HOST:PORT,HOST:PORT/DATABASE#NAME or redis-cluster://HOST:PORT,HOST:PORT, "
                            + "with special characters of the password percent-encoded");
        }
    }

    private static StoreUrl sentinels(RedisURI uri, Settings.Tls tls) {
        if (uri.getSentinelMasterId() == null || uri.getSentinelMasterId().isEmpty()) {
            throw new IllegalArgumentException("store.url names sentinels but no master; expected #NAME at its end");
        }
        uri.getSentinels().forEach(sentinel -> checked(sentinel, tls));
        return new BySentinels(checked(uri, tls));
    }

    /** Every node with the user and password that stand before the first. */
    private static List<RedisURI> nodes(String scheme, String rest, Settings.Tls tls) {
        int at = rest.lastIndexOf('@');
        String user = rest.substring(0, at + 1);
        List<RedisURI> nodes = new ArrayList<>();
        for (String host : rest.substring(at + 1).split(",", -1)) {
            RedisURI node =
                    RedisURI.create(scheme + user + (host.endsWith("/") ? host.substring(0, host.length() - 1) : host));
            if (node.getDatabase() != 0) {
                throw new IllegalArgumentException("store.url names a database, and a cluster has only one");
            }
            nodes.add(checked(node, tls));
        }
        return nodes;
    }

    private static RedisURI checked(RedisURI uri, Settings.Tls tls) {
        uri.setTimeout(RedisClients.GREETING);
        switch (tls.verify()) {
            case FULL -> {
                // What the URL itself may say stays.
            }
            case CA -> uri.setVerifyPeer(SslVerifyMode.CA);
            case NONE -> uri.setVerifyPeer(SslVerifyMode.NONE);
        }
        return uri;
    }

    /** Where it points to, without a password. */
    static String shown(RedisURI uri) {
        return (uri.isSsl() ? "rediss://" : "redis://") + uri.getHost() + ':' + uri.getPort() + '/' + uri.getDatabase();
    }

    /**
     * Whom to trust with TLS, and what to show.
     *
     * @throws IllegalArgumentException where a file is not there
     */
    static SslOptions tls(Settings.Tls tls) {
        SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
        file("store.tls-ca-file", tls.caFile()).ifPresent(options::trustManager);
        Optional<File> certificate = file("store.tls-certificate-file", tls.certificateFile());
        Optional<File> key = file("store.tls-key-file", tls.keyFile());
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    "one of store.tls-certificate-file and store.tls-key-file is missing; expected both or neither");
        }
        if (certificate.isPresent() && key.isPresent()) {
            options.keyManager(certificate.get(), key.get(), null);
        }
        return options.build();
    }

    private static Optional<File> file(String setting, Optional<Path> path) {
        if (path.isPresent() && !Files.isReadable(path.get())) {
            throw new IllegalArgumentException(setting + " names " + path.get() + "; expected a file that can be read");
        }
        return path.map(Path::toFile);
    }
}
