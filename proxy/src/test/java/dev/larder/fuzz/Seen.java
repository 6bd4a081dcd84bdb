package dev.larder.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a client's bytes.
 *
 * @param atOrigin whole messages that the origin got, in order, each as it came
 * @param rest bytes of a message that never became whole
 * @param fault what the origin got that is no message, or null
 * @param answers all that the client got
 * @param closed whether larder has ended the client's connection
 */
record Seen(
        List<RequestReading.Message> atOrigin,
        int rest,
        @Nullable String fault,
        byte[] answers,
        boolean closed) {}
