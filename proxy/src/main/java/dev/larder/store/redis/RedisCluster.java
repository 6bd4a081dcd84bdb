package dev.larder.store.redis;

import io.lettuce.core.RedisURI;
import io.netty.util.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on a Redis Cluster: a link to each master, and who has which slot. Replicas are never read. Any thread.
 *
 * <p>While the store is in use, the masters are asked for their view of the cluster several times a second. That finds a new
 * master as soon as one of the others knows it, and it is what makes an old one harmless: a master that the others cannot reach
 * goes on answering for up to the cluster's node timeout, longer where its process was stopped for a while. So a link is
 * used only while so many other masters have vouched for it within {@link #GOOD_FOR} that the rest cannot elect another
 * in its place; a replica waits longer than that after they have given its master up.
 */
final class RedisCluster implements RedisServers {

    private static final Logger LOG = LoggerFactory.getLogger(RedisCluster.class);

    /** The least time between a master being given up by most others and a replica being elected in its place. */
    private static final Duration GOOD_FOR = Duration.ofMillis(500);

    private static final Duration ASKED_EVERY = Duration.ofMillis(150);

    /** Longer than until the next answers are there. */
    private static final Duration DENIED_FOR = Duration.ofMillis(400);

    private static final Duration ASKED_AGAIN = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofMillis(400);

    /** A view that is older says nothing of what is. */
    private static final Duration VIEW_HOLDS = Duration.ofSeconds(2);

    /** Where no master says anything, any node is asked. */
    private static final Duration SEEK_AGAIN = Duration.ofMillis(200);

    private static final long LONGEST_PAUSE_MILLIS = 200;
    private static final Duration IN_USE = Duration.ofSeconds(1);

    private final List<RedisURI> seeds;
    private final RedisURI any;
    private final RedisClients clients;
    private final Timer timer;
    private final LongSupplier nanoTime;
    private final int maxInFlight;
    private final Consumer<RedisShards> beforeUse;
    private final Consumer<RedisShards> onOpen;

    /** A master that trips are sent to. */
    private record Member(String address, RedisConnector connector) {}

    /** A view and when it was asked for. */
    private record Told(ClusterView view, long askedNanos) {}

    /** By id; changed under {@code this} only. */
    private final Map<String, Member> members = new ConcurrentHashMap<>();

    /** By the id of the master; changed under {@code this} only. */
    private final Map<String, RedisLink> links = new ConcurrentHashMap<>();

    /** The last view of each node that was asked; guarded by {@code this}. */
    private final Map<String, Told> views = new HashMap<>();

    /** Guarded by {@code this}. */
    private Map<String, ClusterView.Master> masters = Map.of();

    /** Nodes that may be asked when no master answers; guarded by {@code this}. */
    private Set<String> known = Set.of();

    /** Guarded by {@code this}. */
    private long askedNanos;

    /** Guarded by {@code this}. */
    private long soughtNanos;

    /** Guarded by {@code this}. */
    private boolean seeking;

    /** Guarded by {@code this}. */
    private int sought;

    private volatile @Nullable RedisShards shards;
    private volatile boolean closed;
    private volatile String trouble = "";

    /**
     * A cluster that has not been asked yet.
     *
     * @param seeds some of its nodes, at least one
     * @param beforeUse takes the same, before {@link #shards()} shows it; does not block, and sends nothing
     * @param onOpen takes what there is now, whenever a master has been reached
     */
    RedisCluster(
            List<RedisURI> seeds,
            RedisClients clients,
            Timer timer,
            LongSupplier nanoTime,
            int maxInFlight,
            Consumer<RedisShards> beforeUse,
            Consumer<RedisShards> onOpen) {
        this.seeds = seeds;
        this.any = seeds.get(0);
        this.clients = clients;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.maxInFlight = maxInFlight;
        this.beforeUse = beforeUse;
        this.onOpen = onOpen;
        this.askedNanos = nanoTime.getAsLong();
        this.soughtNanos = askedNanos;
    }

    @Override
    public void start() {
        seek();
    }

    @Override
    public void step(long nowNanos) {
        if (closed) {
            return;
        }
        boolean ask;
        boolean seek;
        synchronized (this) {
            boolean whole = !masters.isEmpty()
                    && links.values().stream().noneMatch(RedisLink::isClosed)
                    && links.keySet().containsAll(masters.keySet());
            boolean used = links.values().stream().anyMatch(link -> link.usedSince(nowNanos - IN_USE.toNanos()));
            ask = nowNanos - askedNanos >= ASKED_EVERY.toNanos() && (used || !whole);
            boolean told = views.values().stream()
                    .anyMatch(one -> nowNanos - one.askedNanos < PATIENCE.toNanos() + ASKED_EVERY.toNanos());
            seek = !whole && !told && nowNanos - soughtNanos >= SEEK_AGAIN.toNanos();
        }
        if (ask) {
            ask();
        }
        if (seek) {
            seek();
        }
    }

    /** Asks every master for its view, at most fifty times a second. */
    private void ask() {
        long now = nanoTime.getAsLong();
        synchronized (this) {
            if (now - askedNanos < ASKED_AGAIN.toNanos()) {
                return;
            }
            askedNanos = now;
        }
        members.forEach((id, member) -> {
            RedisLink link = links.get(id);
            if (link != null && !link.isClosed()) {
                CompletableFuture<?> ignored = view(link, host(member.address)).thenAccept(view -> {
                    if (view != null) {
                        adopt(view, now);
                    }
                });
            }
        });
    }

    private CompletableFuture<@Nullable ClusterView> view(RedisLink link, String host) {
        Trip trip = new Trip();
        int nodes = trip.clusterNodes();
        return link.sendHeartbeat(trip, nanoTime.getAsLong() + PATIENCE.toNanos())
                .thenApply(end -> {
                    if (!(end instanceof TripEnd.Replies replies)) {
                        return null;
                    }
                    String text = replies.text(nodes);
                    if (text == null) {
                        trouble = replies.refusal(nodes);
                        return null;
                    }
                    try {
                        return ClusterView.read(text, host);
                    } catch (TripEnd.Unexpected e) {
                        trouble = "its view of the cluster cannot be read";
                        return null;
                    }
                });
    }

    private static String host(String address) {
        return address.substring(0, address.lastIndexOf(':'));
    }

    /** Asks one node after the other, over a connection of its own, until one tells of masters. */
    private void seek() {
        long now = nanoTime.getAsLong();
        RedisURI node;
        synchronized (this) {
            if (seeking || closed) {
                return;
            }
            seeking = true;
            soughtNanos = now;
            List<RedisURI> candidates = new ArrayList<>(seeds);
            known.forEach(address -> candidates.add(at(address)));
            node = candidates.get(Math.floorMod(sought++, candidates.size()));
        }
        CompletableFuture<?> ignored = clients.connect(node)
                .thenCompose(connection -> {
                    RedisLink link =
                            new RedisLink(connection, timer, nanoTime, maxInFlight, clients.boundOf(connection), null);
                    return view(link, node.getHost()).whenComplete((view, failure) -> link.close());
                })
                .whenComplete((view, failure) -> {
                    synchronized (this) {
                        seeking = false;
                    }
                    if (view != null) {
                        adopt(view, now);
                    } else {
                        complain(node, failure);
                    }
                });
    }

    private void complain(RedisURI node, @Nullable Throwable failure) {
        Throwable deepest = failure;
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String why = deepest != null ? String.valueOf(deepest.getMessage()) : trouble;
        if (why.contains("cluster support disabled")) {
            why = "it is no node of a cluster; write store.url as redis://HOST:PORT";
        }
        boolean first = !why.equals(trouble) || shards == null;
        trouble = why;
        if (first && sought <= seeds.size()) {
            LOG.warn("store {} cannot be used; trying on: {}", StoreUrl.shown(node), why);
        }
    }

    private RedisURI at(String address) {
        return RedisURI.builder(any)
                .withHost(host(address))
                .withPort(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)))
                .build();
    }

    private void adopt(ClusterView view, long askedAtNanos) {
        List<RedisConnector> begun = new ArrayList<>();
        List<RedisConnector> left = new ArrayList<>();
        long now = nanoTime.getAsLong();
        synchronized (this) {
            if (closed) {
                return;
            }
            Told before = views.get(view.node());
            if (before != null && before.askedNanos - askedAtNanos > 0) {
                return;
            }
            views.put(view.node(), new Told(view, askedAtNanos));
            views.values().removeIf(one -> now - one.askedNanos > VIEW_HOLDS.toNanos());
            Set<String> addresses = new LinkedHashSet<>();
            views.values().forEach(one -> addresses.addAll(one.view.addresses()));
            known = addresses;
            Map<String, ClusterView.Master> next =
                    ClusterSlots.merged(views.values().stream().map(Told::view).toList());
            if (!sameMap(next)) {
                masters = next;
                reconcile(begun, left);
                shards = RedisShards.of(ClusterSlots.of(masters, links, this::ask));
            }
        }
        left.forEach(RedisConnector::drop);
        begun.forEach(RedisConnector::start);
        vouch(now);
    }

    /** Fears change often, and nothing about who has what. */
    private boolean sameMap(Map<String, ClusterView.Master> next) {
        return next.size() == masters.size()
                && next.values().stream().allMatch(one -> {
                    ClusterView.Master before = masters.get(one.id());
                    return before != null
                            && before.address().equals(one.address())
                            && before.configEpoch() == one.configEpoch()
                            && before.slots().equals(one.slots());
                });
    }

    private void reconcile(List<RedisConnector> begun, List<RedisConnector> left) {
        members.forEach((id, member) -> {
            ClusterView.Master master = masters.get(id);
            if (master == null || !master.address().equals(member.address)) {
                members.remove(id);
                links.remove(id);
                left.add(member.connector);
            }
        });
        masters.forEach((id, master) -> {
            if (!members.containsKey(id)) {
                RedisConnector connector =
                        new RedisConnector(new Node(id, master.address()), clients, timer, nanoTime, maxInFlight);
                members.put(id, new Member(master.address(), connector));
                begun.add(connector);
            }
        });
    }

    /** Tells each link what the other masters say of its server. */
    private void vouch(long now) {
        Map<RedisLink, Long> confirmed = new LinkedHashMap<>();
        List<RedisLink> denied = new ArrayList<>();
        synchronized (this) {
            // The most of the others that a vote can do without.
            int needed = masters.size() - 1 - masters.size() / 2;
            links.forEach((id, link) -> {
                List<Long> ages = new ArrayList<>();
                boolean feared = false;
                for (Told one : views.values()) {
                    if (!masters.containsKey(one.view.node()) || now - one.askedNanos > GOOD_FOR.toNanos()) {
                        continue;
                    }
                    if (one.view.node().equals(id) == (needed > 0)) {
                        // Its own word counts only where there is no other.
                        continue;
                    }
                    if (one.view.vouchesFor(id)) {
                        ages.add(now - one.askedNanos);
                    } else {
                        feared = true;
                    }
                }
                int most = Math.max(1, needed);
                if (ages.size() >= most) {
                    ages.sort(null);
                    confirmed.put(link, now - ages.get(most - 1) + GOOD_FOR.toNanos());
                } else if (feared) {
                    denied.add(link);
                }
            });
        }
        confirmed.forEach(RedisLink::confirmed);
        denied.forEach(link -> link.denied(now + DENIED_FOR.toNanos()));
    }

    private void opened(String id, RedisLink link) {
        RedisShards now;
        synchronized (this) {
            if (!members.containsKey(id) || closed) {
                return;
            }
            links.put(id, link);
            now = RedisShards.of(ClusterSlots.of(masters, links, this::ask));
            beforeUse.accept(now);
            shards = now;
        }
        trouble = "";
        ask();
        onOpen.accept(now);
    }

    /** One master, to its connector. */
    private final class Node implements RedisConnector.Server {

        private final String id;
        private final String address;

        private Node(String id, String address) {
            this.id = id;
            this.address = address;
        }

        @Override
        public String name() {
            return StoreUrl.shown(at(address));
        }

        @Override
        public CompletableFuture<RedisURI> where() {
            return CompletableFuture.completedFuture(at(address));
        }

        @Override
        public @Nullable String objection(ServerFacts facts) {
            return facts.mode().isEmpty() || facts.mode().equals("cluster") ? null : "it is no node of a cluster";
        }

        @Override
        public void opened(RedisLink link) {
            RedisCluster.this.opened(id, link);
        }

        @Override
        public long longestPauseMillis() {
            return LONGEST_PAUSE_MILLIS;
        }

        @Override
        public Runnable witnesses() {
            return RedisCluster.this::ask;
        }
    }

    @Override
    public @Nullable RedisShards shards() {
        RedisShards now = shards;
        return now != null && now.isOpen() ? now : null;
    }

    @Override
    public Collection<RedisLink> links() {
        return links.values().stream().filter(link -> !link.isClosed()).toList();
    }

    @Override
    public void lost(RedisLink gone) {
        gone.close();
        members.values().forEach(member -> member.connector.lost(gone));
    }

    @Override
    public String detail() {
        long open;
        synchronized (this) {
            // Not before trips find them.
            open = links.values().stream().filter(link -> !link.isClosed()).count();
        }
        String version = members.values().stream()
                .map(member -> member.connector.serverVersion())
                .filter(told -> !told.isEmpty())
                .findFirst()
                .orElse("");
        String troubles = members.values().stream()
                .filter(member -> !member.connector.trouble().isEmpty())
                .map(member -> member.address + ": " + member.connector.trouble())
                .collect(Collectors.joining("; "));
        return "cluster of " + members.size() + " masters at " + StoreUrl.shown(any)
                + (version.isEmpty() ? "" : ", version " + version)
                + ", " + open + " connected"
                + (troubles.isEmpty() && !trouble.isEmpty() ? " (" + trouble + ")" : "")
                + (troubles.isEmpty() ? "" : " (" + troubles + ")");
    }

    @Override
    public void close() {
        List<RedisConnector> all;
        synchronized (this) {
            closed = true;
            all = members.values().stream().map(Member::connector).toList();
        }
        all.forEach(RedisConnector::close);
        clients.close();
    }
}
