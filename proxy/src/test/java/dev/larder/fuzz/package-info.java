/**
 * A fuzzer of the bytes that clients and origins send: what larder made of them is compared with what a second, strict
 * and deliberately naive reader makes of them. Start reading at {@code Fuzz}, which runs it for a while, or at {@code
 * FuzzTest}, which runs a fixed part of it in every build. {@code RequestReading} and {@code ResponseReading} are the
 * second reader; they share no code with what they judge.
 */
@NullMarked
package dev.larder.fuzz;

import org.jspecify.annotations.NullMarked;
