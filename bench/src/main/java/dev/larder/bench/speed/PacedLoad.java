package dev.larder.bench.speed;

import dev.larder.bench.stage.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Sends requests when they are due, whatever became of those before: an open loop in the manner of wrk2. A request is due at the beginning
 * plus its number divided by the rate. What is noted of it is the time from then until its answer is whole, so that waiting for a free
 * connection counts, and a proxy that stops for a while is seen by all who would have met it.
 *
 * <p>What the load itself is late by is noted apart: from when a request was due until it was this loop's turn to send it, whether a
 * connection was free or not. Where that is long, the times say nothing about the proxy.
 *
 * <p>One event loop does all; {@link #run} blocks until the last answer.
 */
final class PacedLoad {
    private static final double NANOS = 1e9;
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** After the last request was due. What is not answered then counts as failed. */
    private static final long LAST_ANSWERS_NANOS = TimeUnit.SECONDS.toNanos(20);

    private static final int FIRST_STATUS_OF_FAILURE = 400;

    private final EventLoop loop;
    private final OpenLoopJob job;
    private final BrowserRequest requests;
    private final Histogram latency = new Histogram(LONGEST_NANOS, 3);
    private final Histogram late = new Histogram(LONGEST_NANOS, 3);
    private final Deque<PacedConnection> idle = new ArrayDeque<>();
    private final Bootstrap bootstrap;
    private final ChannelGroup connections;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long all;
    /** Those before it are sent and not counted. */
    private final long firstCounted;

    private long startNanos;
    /** Up to here the time of requests has come. */
    private long due;
    /** Up to here they are sent; those from here up to {@link #due} wait for a connection. */
    private long sent;

    private long over;
    private long answered;
    private boolean started;

    PacedLoad(EventLoop loop, OpenLoopJob job) {
        this.loop = loop;
        this.job = job;
        this.requests = new BrowserRequest("127.0.0.1:" + job.port(), job.target(), job.run());
        this.firstCounted = (long) job.rate() * job.warmMillis() / 1_000;
        this.all = firstCounted + (long) job.rate() * job.seconds();
        this.connections = new DefaultChannelGroup(loop, true);
        this.bootstrap = new Bootstrap()
                .group(loop)
                .channel(Transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        channel.pipeline().addLast(new PacedConnection(PacedLoad.this));
                    }
                });
    }

    /**
     * Runs the job.
     *
     * @throws IOException where nobody listens
     */
    OpenLoopResult run() throws IOException, InterruptedException {
        try {
            for (int i = 0; i < OpenLoopJob.CONNECTIONS; i++) {
                bootstrap.connect("127.0.0.1", job.port()).sync();
            }
            loop.execute(this::start);
            ended.await();
        } finally {
            connections.close().sync();
        }
        return OpenLoopResult.of(all - firstCounted, answered, late, latency);
    }

    private void start() {
        started = true;
        startNanos = System.nanoTime();
        var unused =
                loop.schedule(ended::countDown, dueNanos(all) - startNanos + LAST_ANSWERS_NANOS, TimeUnit.NANOSECONDS);
        tick();
    }

    private long dueNanos(long number) {
        return startNanos + (long) (number * NANOS / job.rate());
    }

    private void tick() {
        sendDue();
        if (due < all) {
            var unused =
                    loop.schedule(this::tick, Math.max(0, dueNanos(due) - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void sendDue() {
        while (due < all) {
            long lateNanos = System.nanoTime() - dueNanos(due);
            if (lateNanos < 0) {
                break;
            }
            if (due >= firstCounted) {
                late.recordValue(Math.min(lateNanos, LONGEST_NANOS));
            }
            due++;
            sendWaiting();
        }
        sendWaiting();
    }

    private void sendWaiting() {
        while (sent < due && !idle.isEmpty()) {
            idle.remove().send(sent++, requests);
        }
    }

    /** A connection has nothing under way any more. */
    void free(PacedConnection connection) {
        idle.add(connection);
        if (started) {
            sendDue();
        }
    }

    /** The answer to a request is whole. */
    void answered(long number, int status) {
        if (number >= firstCounted && status < FIRST_STATUS_OF_FAILURE) {
            answered++;
            latency.recordValue(Math.min(System.nanoTime() - dueNanos(number), LONGEST_NANOS));
        }
        end();
    }

    /** A connection has been closed, with a request under way or without. Another one takes its place. */
    void lost(PacedConnection connection, boolean underWay) {
        boolean unusedWasIdle = idle.remove(connection);
        if (underWay) {
            end();
        }
        if (ended.getCount() > 0) {
            var unused = bootstrap.connect("127.0.0.1", job.port());
        }
    }

    private void end() {
        over++;
        if (over == all) {
            ended.countDown();
        }
    }
}
