package dev.larder.resp;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, from its opening to its end, on one event loop: every method and every call from it is there. Each
 * question ends once, by its reply or by being lost. It never connects anew and sends nothing twice.
 */
public final class RespConnection {

    private static final Logger LOG = LoggerFactory.getLogger(RespConnection.class);

    /** Who has a connection. */
    public interface Owner {

        /** It can be used. */
        void opened();

        /** It cannot be used any more, or never could; all questions have been told. Called once. */
        void closed();
    }

    private final Owner owner;
    private final ReplyParser parser;

    /** What was asked and has no reply yet, in the order of asking. */
    private final Deque<Question> waiting = new ArrayDeque<>();

    private @Nullable Channel channel;
    private boolean closed;

    private RespConnection(Owner owner, int mostBytes) {
        this.owner = owner;
        this.parser = new ReplyParser(mostBytes);
    }

    /**
     * Begins to connect.
     *
     * @param loop on whose thread this is called
     * @param channels makes channels of its transport
     * @param mostBytes what one reply may take: a longer one closes the connection
     */
    public static RespConnection open(
            EventLoop loop,
            ChannelFactory<? extends Channel> channels,
            SocketAddress server,
            Duration patience,
            int mostBytes,
            Owner owner) {
        RespConnection connection = new RespConnection(owner, mostBytes);
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channelFactory(channels)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) patience.toMillis())
                .handler(connection.new Handler());
        // In a turn of its own: see OriginPool.
        loop.execute(() -> bootstrap.connect(server).addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                connection.end(false);
            }
        }));
        return connection;
    }

    /** Sends commands, in this order and in one piece. */
    public void send(Collection<? extends Question> questions) {
        Channel open = channel;
        if (closed || open == null) {
            questions.forEach(question -> question.lost(false));
            return;
        }
        ByteBuf commands = open.alloc().buffer(128 * questions.size());
        for (Question question : questions) {
            write(question.words(), commands);
            waiting.addLast(question);
        }
        var unused = open.writeAndFlush(commands, open.voidPromise());
    }

    private static void write(String[] words, ByteBuf into) {
        into.writeByte('*');
        number(words.length, into);
        for (String word : words) {
            int length = ByteBufUtil.utf8Bytes(word);
            into.writeByte('$');
            number(length, into);
            ByteBufUtil.reserveAndWriteUtf8(into, word, length);
            into.writeShort('\r' << 8 | '\n');
        }
    }

    private static void number(int number, ByteBuf into) {
        if (number < 10) {
            into.writeByte('0' + number);
        } else if (number < 100) {
            into.writeShort('0' + number / 10 << 8 | '0' + number % 10);
        } else {
            ByteBufUtil.writeAscii(into, Integer.toString(number));
        }
        into.writeShort('\r' << 8 | '\n');
    }

    /** Ends all questions, and the connection. */
    public void close() {
        end(false);
    }

    private void end(boolean garbled) {
        if (closed) {
            return;
        }
        closed = true;
        Channel open = channel;
        if (open != null) {
            var unused = open.close();
        }
        for (Question lost = waiting.poll(); lost != null; lost = waiting.poll()) {
            lost.lost(garbled);
        }
        owner.closed();
    }

    private void reply(@Nullable Object reply) {
        if (closed) {
            return;
        }
        Question asked = waiting.poll();
        if (asked == null) {
            throw new ReplyParser.Garbled("a reply to nothing");
        }
        if (!asked.replied(reply)) {
            asked.lost(true);
            throw new ReplyParser.Garbled("a reply of another form than its command has");
        }
    }

    /** The channel's events. */
    private final class Handler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (closed) {
                var unused = context.close();
                return;
            }
            channel = context.channel();
            owner.opened();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf octets = (ByteBuf) message;
            try {
                if (!closed) {
                    parser.read(octets, RespConnection.this::reply);
                }
            } catch (ReplyParser.Garbled garbled) {
                LOG.warn("the store answers with {}; its connection is closed", garbled.getMessage());
                end(true);
            } finally {
                octets.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!(cause instanceof java.io.IOException)) {
                LOG.error("a reply of the store could not be handed on; its connection is closed", cause);
            }
            end(false);
        }
    }
}
