package dev.larder.server;

import dev.larder.exchange.ClientPort;
import dev.larder.exchange.Disposition;
import dev.larder.http.Fields;
import dev.larder.http.ResponseHead;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpContent;

/**
 * What an exchange sees of its visitor's connection: answers go to the {@link AnswerWriter}, and what concerns the connection
 * to its {@link ExchangeHandler}. Confined to the event loop of the connection.
 */
final class VisitorSide implements ClientPort {

    private final ExchangeHandler connection;
    private final Channel channel;
    private final AnswerWriter answer;

    VisitorSide(ExchangeHandler connection, Channel channel, AnswerWriter answer) {
        this.connection = connection;
        this.channel = channel;
        this.answer = answer;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public void read() {
        connection.readBody();
    }

    @Override
    public void informational(ResponseHead head) {
        answer.informational(head);
    }

    @Override
    public void head(ResponseHead head) {
        answer.head(head, connection.isLastAnswer());
        if (answer.endsWithConnection()) {
            connection.endsBehindAnswer();
        }
    }

    @Override
    public void respond(ResponseHead head, byte[] body) {
        answer.respond(head, body, connection.isLastAnswer());
    }

    @Override
    public void respondStored(ResponseHead stored, long ageSeconds, Disposition how, byte[] body) {
        answer.respondStored(stored, ageSeconds, how, body, connection.isLastAnswer());
    }

    @Override
    public void write(HttpContent piece) {
        answer.piece(piece);
    }

    @Override
    public void end(Fields trailers) {
        answer.end(trailers);
    }

    @Override
    public void abort() {
        connection.abort();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void tunnel(ResponseHead head, Channel origin) {
        answer.switched(head);
        channel.flush();
        connection.letGo();
        TunnelHandler.join(channel, origin, ProxyPipeline.HTTP_HANDLERS);
    }

    @Override
    public void over() {
        connection.over();
    }

    @Override
    public long bodyBytes() {
        return answer.bodyBytes();
    }

    @Override
    public int status() {
        return answer.status();
    }
}
