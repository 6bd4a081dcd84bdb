/**
 * {@code larder bench speed}: how fast larder is beside the native proxies, in one interleaved run. Two loads: wrk finds the rate at which
 * a proxy is saturated and what a request costs it then, {@link dev.larder.bench.speed.PacedLoad} sends at a fixed rate, open loop, for the
 * percentiles. May import {@code rivals}, {@code report}, {@code mix}, {@code stage} and {@code course}. Start reading at {@link
 * dev.larder.bench.speed.SpeedCommand}.
 */
@NullMarked
package dev.larder.bench.speed;

import org.jspecify.annotations.NullMarked;
