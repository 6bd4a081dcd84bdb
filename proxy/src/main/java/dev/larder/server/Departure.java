package dev.larder.server;

import dev.larder.relay.Channels;
import dev.larder.relay.Deadline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How a client connection ends: behind its last answer, or at once; and the wait for a visitor who takes nothing of what
 * they are sent, which ends it as well. One who takes it slowly may. Confined to the event loop of the connection.
 */
final class Departure {

    private final Channel channel;
    private final AnswerWriter answer;
    private final Duration patience;
    private final Runnable left;
    private final Deadline output;

    private boolean closing;
    private long unsentBytes;

    /**
     * An end that has not come.
     *
     * @param patience how long the visitor may take nothing
     * @param left runs before the HTTP handlers are taken out of the connection
     */
    Departure(Channel channel, AnswerWriter answer, Duration patience, LongSupplier nanoTime, Runnable left) {
        this.channel = channel;
        this.answer = answer;
        this.patience = patience;
        this.left = left;
        this.output = new Deadline(channel.eventLoop(), nanoTime, this::stalled);
    }

    /** Whether the connection ends: what comes from the visitor is not looked at any more. */
    boolean isClosing() {
        return closing;
    }

    /** More waits to be sent than should. */
    void blocked() {
        unsentBytes = Channels.unsentBytes(channel);
        output.start(patience);
    }

    /** There is room again. */
    void unblocked() {
        if (!closing) {
            output.stop();
        }
    }

    private void stalled() {
        if (Channels.unsentBytes(channel) == unsentBytes) {
            atOnce();
        } else {
            blocked();
        }
    }

    /** Sends what has been written, and closes. */
    void afterAnswer() {
        if (!closing) {
            closing = true;
            blocked();
            Channels.whenSent(channel, () -> {
                if (channel.isActive() && channel.pipeline().get(ExchangeHandler.class) != null) {
                    left.run();
                    LingeringClose.of(channel, ProxyPipeline.HTTP_HANDLERS);
                }
            });
        }
    }

    /** Closes. An answer that only the end of the connection ends must not look whole: it gets a reset. */
    void atOnce() {
        closing = true;
        if (answer.endsWithConnection() && !answer.isEnded()) {
            var unused = channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        Channels.close(channel);
    }

    /** The connection is closed, or somebody else's. */
    void over() {
        closing = true;
        output.end();
    }
}
