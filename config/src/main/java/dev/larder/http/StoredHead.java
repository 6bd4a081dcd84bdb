package dev.larder.http;

import java.time.Duration;
import java.time.Instant;

/**
 * What freshness and reuse are judged by: the head of a stored response, when it was asked for and when it arrived
 * (RFC 9111 section 4.2.3), and the lifetimes that storage policy gave it.
 *
 * @param response the response's head, without hop-by-hop fields
 * @param requestTime when the request that fetched it was sent, by the wall clock
 * @param responseTime when its head arrived, by the wall clock
 * @param varied the request's field lines that the response's Vary names, as they were sent (RFC 9111 section 4.1)
 * @param lifetime freshness lifetime
 * @param staleWhileRevalidate how long after that it may be served while it is fetched anew (RFC 5861 section 3)
 * @param staleIfError how long after that it may be served when the origin fails (RFC 5861 section 4)
 */
public record StoredHead(
        ResponseHead response,
        Instant requestTime,
        Instant responseTime,
        Fields varied,
        Duration lifetime,
        Duration staleWhileRevalidate,
        Duration staleIfError) {}
