package dev.larder.bench.torture;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What the backend answers a read with, but for its version. Pure; all that is sent follows from this and the version.
 *
 * @param status where the thing is there
 * @param owner for whom it is: {@code public}, {@code user:…}, {@code role:…}, {@code cart:…}
 * @param read what of the request it depends on, as the backend read it
 * @param thing whose version it shows; empty for none
 * @param shareable whether it may ever be given to another request than the one that fetched it
 * @param cacheControl empty for none
 * @param vary empty for none
 * @param location empty for none
 * @param cookie whether it sets one
 */
record Page(
        int status,
        String owner,
        String read,
        String thing,
        boolean shareable,
        String cacheControl,
        String vary,
        String location,
        boolean cookie) {

    private static final String FILLER = "larder keeps what lasts and lets go what does not. ";
    private static final int GONE = 404;

    static Page shared(String owner, String read, String thing) {
        return new Page(200, owner, read, thing, true, "", "", "", false);
    }

    /** For one request alone. */
    static Page own(int status, String owner, String read) {
        return new Page(status, owner, read, "", false, "", "", "", false);
    }

    Page withStatus(int other) {
        return new Page(other, owner, read, thing, shareable, cacheControl, vary, location, cookie);
    }

    Page withCacheControl(String value, boolean mayShare) {
        return new Page(status, owner, read, thing, mayShare, value, vary, location, cookie);
    }

    Page withVary(String value, boolean mayShare) {
        return new Page(status, owner, read, thing, mayShare, cacheControl, value, location, cookie);
    }

    Page withLocation(String value) {
        return new Page(status, owner, read, thing, shareable, cacheControl, vary, value, cookie);
    }

    Page withCookie() {
        return new Page(status, owner, read, thing, false, cacheControl, vary, location, true);
    }

    /** With the thing as it is at some version. */
    int status(boolean there) {
        return there ? status : GONE;
    }

    /** Strong: of this owner, these parameters and this version only. */
    String entityTag(int version) {
        return "\"" + Long.toHexString(checksum(owner + "|" + read + "|" + thing)) + "." + version + "\"";
    }

    /** The version in an entity tag of this page, weak or not; empty where it is of another page. */
    Optional<Integer> version(String entityTag) {
        String begin = entityTag(0);
        String same = begin.substring(0, begin.lastIndexOf('.') + 1);
        String strong = entityTag.startsWith("W/") ? entityTag.substring(2) : entityTag;
        String version = strong.startsWith(same) ? strong.substring(same.length(), strong.length() - 1) : "";
        return version.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(version)) : Optional.empty();
    }

    /** For a field: plain ASCII. */
    String readAsField() {
        return URLEncoder.encode(read, StandardCharsets.UTF_8);
    }

    byte[] body(int version, boolean there) {
        String state = there ? "there" : "gone";
        StringBuilder text = new StringBuilder(256)
                .append("owner ")
                .append(owner)
                .append("\nread ")
                .append(readAsField())
                .append("\nversion ")
                .append(version)
                .append("\nstate ")
                .append(state)
                .append('\n');
        long sum = checksum(read + version);
        int length = (int) (sum % 32 == 0 ? sum % 40_000 : sum % 3_000);
        int mark = text.length() + length;
        while (text.length() < mark) {
            text.append(version).append(' ').append(FILLER);
        }
        return text.append("\nend ").append(version).append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long checksum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return sum.getValue();
    }
}
