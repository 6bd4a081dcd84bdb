package dev.larder.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, which operators send to have a file read again. Java has it only in a class of its own that compilers warn of, and
 * that need not be there: without it the process goes on without the signal.
 */
final class ReloadSignal {

    private static final Logger LOG = LoggerFactory.getLogger("larder.rules");

    private ReloadSignal() {}

    /** From now on each SIGHUP runs this, on a thread of the platform's. */
    static void on(Runnable reload) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object told = Proxy.newProxyInstance(
                    ReloadSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            reload.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == arguments[0];
                            default -> "reload";
                        };
                    });
            Object hup = signal.getConstructor(String.class).newInstance("HUP");
            Object unused = signal.getMethod("handle", signal, handler).invoke(null, hup, told);
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | InstantiationException
                | IllegalAccessException
                | InvocationTargetException none) {
            LOG.info("SIGHUP is not available here; the rules file is watched all the same");
        }
    }
}
