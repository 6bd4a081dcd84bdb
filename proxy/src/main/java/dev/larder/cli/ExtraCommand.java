package dev.larder.cli;

/**
 * A subcommand that another module brings (picocli's annotations say the rest), found by {@link
 * java.util.ServiceLoader}: so {@code larder demo} needs no class of the demo here.
 */
public interface ExtraCommand {}
