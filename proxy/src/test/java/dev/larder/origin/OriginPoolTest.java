package dev.larder.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import dev.larder.rig.Until;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class OriginPoolTest {
    private static final int CALLS = 8;

    private final AtomicLong now = new AtomicLong();
    private final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());
    private EventLoopGroup loops;
    private EventLoop loop;
    private KeepAliveOrigin origin;
    private OriginPool pool;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Epoll.isAvailable(), "file descriptors are reused behind one's back with epoll alone");
        origin = new KeepAliveOrigin();
        loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        loop = loops.next();
        Duration patience = Duration.ofSeconds(20);
        pool = new OriginPool(
                loop,
                EpollSocketChannel::new,
                new OriginSettings(
                        URI.create("http://127.0.0.1:" + origin.port()), patience, patience, patience, 100, 100, 8192),
                now::get);
    }

    @AfterEach
    void end() throws Exception {
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
            origin.close();
        }
    }

    /**
     * The end of connections that have been idle for long comes in one batch of events with a request that finds them too
     * old, closes them and connects anew. The operating system gives the new ones the numbers of those just closed.
     */
    @Test
    void newConnectionIsNotMetByTheEventsOfAClosedOneWhoseDescriptorItGot() throws Exception {
        loop.execute(this::callAll);
        Until.holds("first calls are over", () -> outcomes.size() == CALLS);
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel trigger = connectTrigger(listening.getLocalPort());
            try (Socket socket = listening.accept()) {
                CountDownLatch busy = new CountDownLatch(1);
                CountDownLatch goOn = new CountDownLatch(1);
                loop.execute(() -> {
                    busy.countDown();
                    await(goOn);
                });
                await(busy);
                socket.getOutputStream().write('!');
                now.addAndGet(TimeUnit.SECONDS.toNanos(6));
                origin.closeConnections();
                goOn.countDown();
                Until.holds("second calls are over", () -> outcomes.size() == 2 * CALLS);
            }
            trigger.close().await(5, TimeUnit.SECONDS);
        }
        assertEquals(Collections.nCopies(2 * CALLS, "200 ok"), List.copyOf(outcomes));
    }

    private Channel connectTrigger(int port) throws InterruptedException {
        return new Bootstrap()
                .group(loops)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        ReferenceCountUtil.release(message);
                        callAll();
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), port)
                .sync()
                .channel();
    }

    private void callAll() {
        for (int i = 0; i < CALLS; i++) {
            Collecting collecting = new Collecting();
            collecting.call = pool.call(OriginRequest.bodiless("GET", "/", Fields.of("Host", "origin")), collecting);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(15, TimeUnit.SECONDS)) {
                throw new AssertionError("the latch was never released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Notes the status and the body, or the failure. */
    private final class Collecting implements OriginListener {
        private OriginCall call;
        private String text = "";

        @Override
        public void informational(ResponseHead head) {}

        @Override
        public void head(ResponseHead head) {
            text = head.status() + " ";
            call.read();
        }

        @Override
        public void piece(HttpContent piece) {
            text += piece.content().toString(StandardCharsets.US_ASCII);
            piece.release();
            call.read();
        }

        @Override
        public void ended(Fields trailers) {
            outcomes.add(text);
        }

        @Override
        public void failed(OriginFailure failure) {
            outcomes.add(failure.toString());
        }

        @Override
        public void requestWritable() {}

        @Override
        public void switched(ResponseHead head, Channel channel) {
            outcomes.add("switched");
        }
    }

    /** Answers requests when as many are there as the test sends at once, and keeps connections. */
    private static final class KeepAliveOrigin implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        private final List<Socket> connections = Collections.synchronizedList(new ArrayList<>());
        private final CyclicBarrier allThere = new CyclicBarrier(CALLS);

        KeepAliveOrigin() throws IOException {
            start(this::accept);
        }

        int port() {
            return listening.getLocalPort();
        }

        void closeConnections() throws IOException {
            for (Socket socket : List.copyOf(connections)) {
                connections.remove(socket);
                socket.close();
            }
        }

        private static void start(Runnable work) {
            Thread thread = new Thread(work, "origin");
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listening.accept();
                    connections.add(socket);
                    start(() -> serve(socket));
                }
            } catch (IOException closed) {
                return;
            }
        }

        private void serve(Socket socket) {
            try {
                int inRow = 0;
                for (int next = socket.getInputStream().read();
                        next >= 0;
                        next = socket.getInputStream().read()) {
                    inRow = next == '\r' || next == '\n' ? inRow + 1 : 0;
                    if (inRow == 4) {
                        allThere.await(15, TimeUnit.SECONDS);
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nKeep-Alive: timeout=5\r\n\r\nok"
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException closed) {
                return;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
            closeConnections();
        }
    }
}
