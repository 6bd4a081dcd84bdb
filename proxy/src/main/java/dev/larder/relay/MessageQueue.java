package dev.larder.relay;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands over one decoded message for each {@code read()}, in order, behind a codec on a channel whose auto-read is off
 * and whose input may be closed before its output (ALLOW_HALF_CLOSURE). Netty's own flow control handler would recurse
 * once a message when asked from within {@code channelRead}, and drops what is queued when the peer closes; here the end
 * of input, whether {@link ChannelInputShutdownEvent} or an {@link IOException}, comes in its turn, after all messages,
 * to a reader who asks: an answer that is whole is not lost because its sender closed with a reset.
 *
 * <p>Memory is bounded by what one read of the socket decodes to. Messages that nobody asked for are released when the
 * handler goes; a handler that is taken out of a living pipeline passes them on first.
 */
public final class MessageQueue extends ChannelDuplexHandler {

    private final Queue<Object> queue = new ArrayDeque<>(4);
    private boolean wanted;
    private boolean busy;
    private boolean asked;
    private boolean inputClosed;

    /** Why the input ended, where it was not an orderly end; handed over once. */
    private @Nullable Throwable broken;

    @Override
    public void read(ChannelHandlerContext context) {
        wanted = true;
        pump(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        queue.add(message);
        asked = false;
        pump(context);
    }

    /**
     * Whether the message that is being handed over is known to break off: something malformed has been decoded of it, and
     * waits here.
     */
    public boolean holdsFailure() {
        for (Object message : queue) {
            if (message instanceof HttpObject object) {
                if (object.decoderResult().isFailure()) {
                    return true;
                }
                if (object instanceof LastHttpContent) {
                    return false;
                }
            }
        }
        return false;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        asked = false;
        context.fireChannelReadComplete();
        // The bytes that came were not enough for a message.
        pump(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            Channels.inputEnded(context.channel());
            pump(context);
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            inputClosed = true;
            broken = cause;
            pump(context);
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        boolean living = context.channel().isActive();
        for (Object message = queue.poll(); message != null; message = queue.poll()) {
            if (living) {
                context.fireChannelRead(message);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
        if (living && inputClosed) {
            endOfInput(context);
        }
    }

    private void pump(ChannelHandlerContext context) {
        if (busy) {
            return;
        }
        busy = true;
        try {
            while (wanted && !queue.isEmpty()) {
                wanted = false;
                context.fireChannelRead(queue.poll());
            }
        } finally {
            busy = false;
        }
        if (!wanted || context.isRemoved()) {
            return;
        }
        if (inputClosed) {
            wanted = false;
            endOfInput(context);
        } else if (!asked) {
            asked = true;
            context.read();
        }
    }

    private void endOfInput(ChannelHandlerContext context) {
        Throwable cause = broken;
        broken = null;
        if (cause != null) {
            context.fireExceptionCaught(cause);
        } else {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
