package dev.larder.bench.course;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.stream.ChunkedInput;
import io.netty.handler.stream.ChunkedStream;
import org.jspecify.annotations.Nullable;

/** A body that ends without its last chunk: what a client sees when a backend dies while answering. */
final class CutBody implements ChunkedInput<HttpContent> {
    private final ChunkedStream stream;

    CutBody(ChunkedStream stream) {
        this.stream = stream;
    }

    @Override
    public boolean isEndOfInput() throws Exception {
        return stream.isEndOfInput();
    }

    @Override
    public void close() throws Exception {
        stream.close();
    }

    @Override
    @Deprecated
    public @Nullable HttpContent readChunk(ChannelHandlerContext context) throws Exception {
        return readChunk(context.alloc());
    }

    @Override
    public @Nullable HttpContent readChunk(ByteBufAllocator allocator) throws Exception {
        ByteBuf octets = stream.readChunk(allocator);
        return octets == null ? null : new DefaultHttpContent(octets);
    }

    @Override
    public long length() {
        return stream.length();
    }

    @Override
    public long progress() {
        return stream.progress();
    }
}
