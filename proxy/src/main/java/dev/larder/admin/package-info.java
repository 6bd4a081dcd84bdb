/**
 * The admin address: what can be asked of a running sidecar, and told to it, as JSON over HTTP. It sees what the others note
 * and is noticed by none of them; a request of a visitor never waits for it. May import everything but {@code cli}. Start
 * reading at {@link dev.larder.admin.AdminApi}.
 */
@NullMarked
package dev.larder.admin;

import org.jspecify.annotations.NullMarked;
