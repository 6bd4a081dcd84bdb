package dev.larder.cli.remote;

import static dev.larder.admin.Json.member;

import dev.larder.admin.Json;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what is wanted, at a pace, on a few threads: of the admin address whether it may be stored and is not yet, and
 * then, as any visitor would, of the sidecar. It shows no credential. Used once.
 */
final class WarmRun {

    /** Then something is wrong for all of them. */
    private static final int MOST_FAILURES_IN_A_ROW = 20;

    private static final long PROGRESS_MILLIS = 1_000;
    private static final Pattern DETAIL = Pattern.compile("detail=\"?([^\";,]+)");

    private final AdminClient admin;
    private final PlainGet get;
    private final String usualSite;
    private final Map<String, @Nullable Object> fields;
    private final double perSecond;
    private final WarmTally tally;

    /** The next one to be asked for. */
    private final AtomicInteger next = new AtomicInteger();

    /** The place of the next request within the pace. */
    private final AtomicInteger paced = new AtomicInteger();

    /** Why the run ends before its end, where it does. */
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();

    /** Open once there is no point in waiting for the pace. */
    private final CountDownLatch over = new CountDownLatch(1);

    /**
     * A run.
     *
     * @param usualSite for what names none, e.g. {@code http://localhost:8080}
     * @param fields that each request has
     */
    WarmRun(
            AdminClient admin,
            PlainGet get,
            String usualSite,
            Map<String, String> fields,
            double perSecond,
            WarmTally tally) {
        this.admin = admin;
        this.get = get;
        this.usualSite = usualSite;
        this.fields = new LinkedHashMap<>(fields);
        this.perSecond = perSecond;
        this.tally = tally;
    }

    /**
     * Runs until all have been asked for.
     *
     * @param progress told about once a second, how many of them are behind us
     * @throws IOException if the admin address does not answer, or too much fails in a row
     */
    void run(List<WarmList.Wanted> wanted, int threads, Consumer<Integer> progress)
            throws IOException, InterruptedException {
        long begun = System.nanoTime();
        CountDownLatch working = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            work(wanted, begun);
                        } finally {
                            working.countDown();
                        }
                    },
                    "warm-" + i);
            thread.setDaemon(true);
            thread.start();
        }
        while (!working.await(PROGRESS_MILLIS, TimeUnit.MILLISECONDS)) {
            progress.accept(Math.min(next.get(), wanted.size()));
        }
        String why = broken.get();
        if (why != null) {
            throw new IOException(why);
        }
    }

    private void work(List<WarmList.Wanted> wanted, long begun) {
        try {
            for (int i = next.getAndIncrement(); i < wanted.size() && over.getCount() > 0; i = next.getAndIncrement()) {
                one(wanted.get(i), begun);
            }
        } catch (IOException noAdmin) {
            end(String.valueOf(noAdmin.getMessage()));
        } catch (InterruptedException ended) {
            end("interrupted");
        }
    }

    private void end(String why) {
        broken.compareAndSet(null, why);
        over.countDown();
    }

    private void one(WarmList.Wanted wanted, long begun) throws IOException, InterruptedException {
        String site = wanted.site().orElse(usualSite);
        boolean https = site.startsWith("https://");
        String host = site.substring(site.indexOf("://") + 3);
        Map<String, @Nullable Object> sent = new LinkedHashMap<>(fields);
        if (https) {
            sent.put("X-Forwarded-Proto", "https");
        }
        Seen said = admin.post(
                        "/api/explain",
                        Json.object(
                                member(wanted.isKey() ? "key" : "target", wanted.what()),
                                member("host", host),
                                member("fields", sent),
                                member("live", true)))
                .seen();
        if (!said.at("cached").isTrue()) {
            tally.skipped(reason(said.at("reason").text()));
        } else if (said.at("live").at("stored").text().equals("fresh")) {
            tally.skipped("stored-already");
        } else if (inTime(begun)) {
            ask(host, wanted.isKey() ? said.at("target").text() : wanted.what(), https);
        }
    }

    /** The reason alone: what it is about differs from request to request. */
    private static String reason(String said) {
        int about = said.indexOf(':');
        return said.isEmpty() ? "not-cached" : about < 0 ? said : said.substring(0, about);
    }

    /** Waits for this request's place in the pace; false where the run is over by then. */
    private boolean inTime(long begun) throws InterruptedException {
        long due = begun + (long) (paced.getAndIncrement() / perSecond * 1e9);
        return !over.await(Math.max(0, due - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void ask(String host, String target, boolean https) {
        try {
            PlainGet.Came came = get.ask(host, target, https);
            String status = came.cacheStatus().orElse("");
            if (status.isEmpty()) {
                tally.failed("not-larder");
            } else if (came.status() >= 500) {
                tally.failed("status-" + came.status());
            } else if (isStored(status)) {
                tally.stored();
            } else {
                Matcher detail = DETAIL.matcher(status);
                tally.notStored(detail.find() ? reason(detail.group(1)) : "status-" + came.status());
            }
        } catch (SocketTimeoutException late) {
            tally.failed("timeout");
        } catch (IOException failure) {
            tally.failed(String.valueOf(failure.getMessage()));
        }
        if (tally.failedInARow() >= MOST_FAILURES_IN_A_ROW) {
            end("the last " + MOST_FAILURES_IN_A_ROW + " requests failed; nothing more is asked for");
        }
    }

    private static boolean isStored(String cacheStatus) {
        return cacheStatus.contains("; stored") || cacheStatus.contains("; hit") || cacheStatus.contains("; collapsed");
    }
}
