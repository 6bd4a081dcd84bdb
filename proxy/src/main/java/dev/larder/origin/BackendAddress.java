package dev.larder.origin;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where the backend is. Its name is asked for at each connect, so that it may move, and by a thread of its own: the
 * system's resolver blocks, and an event loop that waits for it would serve nobody meanwhile, not even hits.
 */
final class BackendAddress extends AddressResolverGroup<InetSocketAddress> {

    private static final int HTTP_PORT = 80;
    private static final int THREAD_IDLE_SECONDS = 10;

    private final Executor asking;

    /** Resolves names; its thread ends by itself when there is nothing to resolve. */
    BackendAddress() {
        ThreadPoolExecutor thread = new ThreadPoolExecutor(
                1, 1, THREAD_IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), BackendAddress::thread);
        thread.allowCoreThreadTimeOut(true);
        this.asking = thread;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "larder-names");
        thread.setDaemon(true);
        return thread;
    }

    /** The backend's address, resolved where its host is an address and not a name. */
    static InetSocketAddress of(URI backend) {
        // Not by getHost(), which knows no names with underscores.
        String authority = backend.getRawAuthority();
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        String host = colon < 0 ? authority : authority.substring(0, colon);
        int port = colon < 0 ? HTTP_PORT : Integer.parseInt(authority.substring(colon + 1));
        byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        if (literal == null) {
            return InetSocketAddress.createUnresolved(host, port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are an address", impossible);
        }
    }

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor loop) {
        return new InetSocketAddressResolver(loop, new Names(loop, asking));
    }

    private static final class Names extends InetNameResolver {

        private final Executor asking;

        Names(EventExecutor loop, Executor asking) {
            super(loop);
            this.asking = asking;
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> answer) {
            asking.execute(() -> {
                try {
                    answer.trySuccess(InetAddress.getByName(name));
                } catch (UnknownHostException unknown) {
                    answer.tryFailure(unknown);
                }
            });
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> answer) {
            asking.execute(() -> {
                try {
                    answer.trySuccess(List.of(InetAddress.getAllByName(name)));
                } catch (UnknownHostException unknown) {
                    answer.tryFailure(unknown);
                }
            });
        }
    }
}
