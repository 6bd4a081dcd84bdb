package dev.larder.origin;

import java.net.URI;
import java.time.Duration;

/**
 * What a pool of one event loop needs to know.
 *
 * @param backend scheme, host and port
 * @param connect wait for a connection, also for one of the pool's own to come free
 * @param responseHead wait from the last byte of the request to the answer's head
 * @param bodyIdle wait between two pieces of a body, either way
 * @param connections at once, of this event loop
 * @param queue requests that wait for one, of this event loop
 * @param maxHeadBytes longest head of an answer
 */
public record OriginSettings(
        URI backend,
        Duration connect,
        Duration responseHead,
        Duration bodyIdle,
        int connections,
        int queue,
        int maxHeadBytes) {}
