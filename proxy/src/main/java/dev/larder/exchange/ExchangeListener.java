package dev.larder.exchange;

/** Is told of every exchange, once, at its end, on its event loop; must not block. */
@FunctionalInterface
public interface ExchangeListener {

    /** An exchange is over. */
    void ended(Outcome outcome);
}
