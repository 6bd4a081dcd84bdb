/**
 * The commands that ask a running sidecar, by its admin address and nothing else; {@link dev.larder.cli.remote.AdminClient} is
 * the way there and {@link dev.larder.cli.remote.AdminOptions} what all of them are told. Imports the form of JSON and the
 * settings; knows nothing of how a sidecar works.
 */
@NullMarked
package dev.larder.cli.remote;

import org.jspecify.annotations.NullMarked;
