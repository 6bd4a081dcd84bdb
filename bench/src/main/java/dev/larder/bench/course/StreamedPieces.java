package dev.larder.bench.course;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Compresses a streamed body so that every piece can be read as soon as it arrives. */
final class StreamedPieces {
    private StreamedPieces() {}

    static List<byte[]> gzip(List<byte[]> pieces) {
        List<byte[]> compressed = new ArrayList<>();
        ByteArrayOutputStream sink = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(sink, 8192, true)) {
            for (int i = 0; i < pieces.size(); i++) {
                gzip.write(pieces.get(i));
                if (i == pieces.size() - 1) {
                    gzip.finish();
                } else {
                    gzip.flush();
                }
                compressed.add(sink.toByteArray());
                sink.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return compressed;
    }
}
