/**
 * What a run found, as data, and the three forms of it: a table on the terminal, JSON, and one HTML page that needs nothing else.
 * Pure; imports nothing of the other packages. Start reading at {@link dev.larder.bench.report.Findings}.
 */
@NullMarked
package dev.larder.bench.report;

import org.jspecify.annotations.NullMarked;
