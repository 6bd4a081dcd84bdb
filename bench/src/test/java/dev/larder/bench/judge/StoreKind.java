package dev.larder.bench.judge;

/** The stores that a sidecar may have. */
enum StoreKind {
    MEMORY,
    REDIS
}
