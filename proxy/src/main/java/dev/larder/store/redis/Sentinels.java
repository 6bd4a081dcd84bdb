package dev.larder.store.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sentinels of a master: who it is, and whether it still is. Any thread.
 *
 * <p>A master that was replaced while nobody could reach it does not know of it, and answers and takes writes as before
 * until a sentinel tells it. So one is used only while more than half of the sentinels named in the URL have said within
 * {@link #GOOD_FOR} that it is the master, and none has said otherwise. Sentinels are asked several times a second while
 * the store is in use, and not at all while it is not.
 */
final class Sentinels {

    /** Less than the least time in which sentinels replace a master that has fallen silent. */
    private static final Duration GOOD_FOR = Duration.ofSeconds(1);

    private static final Duration ASKED_EVERY = Duration.ofMillis(250);

    /** A question that was not answered by then may be asked again beside it. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final RedisURI uri;
    private final String masterName;
    private final LongSupplier nanoTime;
    private final List<Sentinel> all;

    /** Guarded by {@code this}. */
    private @Nullable RedisLink watched;

    /** The address that the last connection was told of; guarded by {@code this}. */
    private String watchedAddress = "";

    /** Completed when most agree on a master; guarded by {@code this}. */
    private CompletableFuture<RedisURI> agreed = new CompletableFuture<>();

    /** Guarded by {@code this}. */
    private long askedNanos;

    /** Sentinels that have not been asked yet. */
    Sentinels(RedisURI uri, RedisClients clients, LongSupplier nanoTime) {
        this.uri = uri;
        this.masterName = String.valueOf(uri.getSentinelMasterId());
        this.nanoTime = nanoTime;
        this.askedNanos = nanoTime.getAsLong() - PATIENCE.toNanos();
        this.all = uri.getSentinels().stream()
                .map(one -> new Sentinel(one, clients))
                .toList();
    }

    /** For logs, without a password. */
    String name() {
        return uri.getSentinels().stream()
                        .map(one -> one.getHost() + ':' + one.getPort())
                        .collect(Collectors.joining(",", uri.isSsl() ? "rediss-sentinel://" : "redis-sentinel://", ""))
                + '/'
                + uri.getDatabase()
                + '#'
                + masterName;
    }

    /** Where the master is, as soon as most agree; stays incomplete while they do not. */
    CompletableFuture<RedisURI> master() {
        CompletableFuture<RedisURI> next;
        synchronized (this) {
            if (agreed.isDone()) {
                agreed = new CompletableFuture<>();
            }
            next = agreed;
        }
        all.forEach(Sentinel::forget);
        ask();
        return next;
    }

    /** Keeps telling this link whether its server is still the master. */
    synchronized void watch(RedisLink link) {
        watched = link;
    }

    /** Asks again in time, so that a link in use need not wait. */
    void step(RedisLink link, long nowNanos) {
        boolean due;
        synchronized (this) {
            due = nowNanos - askedNanos >= ASKED_EVERY.toNanos();
        }
        if (due && link.usedSince(nowNanos - GOOD_FOR.toNanos())) {
            ask();
        }
    }

    /** Asks all of them, unless they are being asked. */
    void ask() {
        synchronized (this) {
            askedNanos = nanoTime.getAsLong();
        }
        all.forEach(Sentinel::ask);
    }

    private void judge() {
        long now = nanoTime.getAsLong();
        List<Answer> answers = new ArrayList<>();
        for (Sentinel one : all) {
            Answer answer = one.answer;
            if (answer != null && now - answer.askedNanos < GOOD_FOR.toNanos()) {
                answers.add(answer);
            }
        }
        if (answers.isEmpty()) {
            return;
        }
        String master = answers.get(0).address;
        boolean one = answers.stream().allMatch(answer -> answer.address.equals(master));
        boolean enough = answers.size() > all.size() / 2;
        RedisLink link;
        boolean same;
        CompletableFuture<RedisURI> waiting;
        synchronized (this) {
            same = one && master.equals(watchedAddress);
            link = watched;
            waiting = agreed;
            if (one && enough && !waiting.isDone()) {
                watchedAddress = master;
            }
        }
        if (link != null && !link.isClosed()) {
            if (!same) {
                // Connecting anew asks them all again, and waits until they agree.
                link.close();
            } else if (enough) {
                long oldestNeeded = answers.stream()
                        .mapToLong(answer -> answer.askedNanos - now)
                        .sorted()
                        .skip(answers.size() - 1L - all.size() / 2)
                        .findFirst()
                        .orElseThrow();
                link.confirmed(now + oldestNeeded + GOOD_FOR.toNanos());
            }
        }
        if (one && enough) {
            waiting.complete(at(master));
        }
    }

    private RedisURI at(String address) {
        int colon = address.lastIndexOf(':');
        return RedisURI.builder()
                .withHost(address.substring(0, colon))
                .withPort(Integer.parseInt(address.substring(colon + 1)))
                .withDatabase(uri.getDatabase())
                .withSsl(uri)
                .withAuthentication(uri)
                .withTimeout(RedisClients.GREETING)
                .build();
    }

    /** What one said, and when it was asked. */
    private record Answer(String address, long askedNanos) {}

    /** One of them, and the connection to it. */
    private final class Sentinel {

        private final RedisURI where;
        private final RedisClients clients;
        private volatile @Nullable Answer answer;
        private volatile boolean forgotten;

        /** Guarded by {@code this}. */
        private @Nullable CompletableFuture<StatefulRedisSentinelConnection<String, String>> connection;

        /** Guarded by {@code this}. */
        private long pendingNanos;

        /** Guarded by {@code this}. */
        private boolean pending;

        private Sentinel(RedisURI where, RedisClients clients) {
            this.where = where;
            this.clients = clients;
        }

        /** What it said before is not to be relied on any more. */
        private void forget() {
            answer = null;
        }

        private void ask() {
            long now = nanoTime.getAsLong();
            CompletableFuture<StatefulRedisSentinelConnection<String, String>> by;
            synchronized (this) {
                if (forgotten || (pending && now - pendingNanos < PATIENCE.toNanos())) {
                    return;
                }
                if (connection == null || connection.isCompletedExceptionally() || isLost(connection) || pending) {
                    release();
                    connection = clients.connectToSentinel(where);
                }
                pending = true;
                pendingNanos = now;
                by = connection;
            }
            CompletableFuture<?> ignored = by.thenCompose(
                            opened -> opened.async().getMasterAddrByName(masterName))
                    .whenComplete((address, failure) -> {
                        synchronized (this) {
                            if (by != connection) {
                                return;
                            }
                            pending = false;
                        }
                        if (address != null) {
                            answer = new Answer(text(address), now);
                        }
                        judge();
                    });
        }

        private static boolean isLost(CompletableFuture<StatefulRedisSentinelConnection<String, String>> opening) {
            StatefulRedisSentinelConnection<String, String> opened =
                    opening.isCompletedExceptionally() ? null : opening.getNow(null);
            return opened != null && !opened.isOpen();
        }

        private static String text(SocketAddress address) {
            return address instanceof InetSocketAddress internet
                    ? internet.getHostString() + ':' + internet.getPort()
                    : address.toString();
        }

        private void release() {
            if (connection != null) {
                CompletableFuture<?> ignored = connection.thenCompose(StatefulRedisSentinelConnection::closeAsync);
            }
        }

        private synchronized void close() {
            forgotten = true;
        }
    }

    void close() {
        all.forEach(Sentinel::close);
    }
}
