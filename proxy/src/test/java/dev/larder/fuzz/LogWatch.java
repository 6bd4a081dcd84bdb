package dev.larder.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Takes down the first warning or error that is logged. Any thread. */
final class LogWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final AtomicReference<@Nullable String> first = new AtomicReference<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    LogWatch() {
        setContext(root.getLoggerContext());
        start();
        root.addAppender(this);
    }

    /** The first since the last call, or null. */
    @Nullable
    String take() {
        return first.getAndSet(null);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN) && first.get() == null) {
            String stack = event.getThrowableProxy() == null
                    ? ""
                    : "\n" + ThrowableProxyUtil.asString(event.getThrowableProxy());
            first.compareAndSet(null, event.getFormattedMessage() + stack);
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        stop();
    }
}
