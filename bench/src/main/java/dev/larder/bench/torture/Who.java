package dev.larder.bench.torture;

/**
 * A visitor as the backend sees them.
 *
 * @param user empty for nobody
 * @param role empty for nobody
 */
record Who(String user, String role) {
    static final Who NOBODY = new Who("", "");

    boolean isNobody() {
        return user.isEmpty();
    }
}
