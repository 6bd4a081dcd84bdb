package dev.larder.bench.speed;

import dev.larder.bench.rivals.Rival;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a run was on: machine, system, and versions of all that took part. Blocking. */
final class MachineRecord {
    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s*(\\d+) kB$");
    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");
    private static final String UNKNOWN = "unknown";
    private static final int PATIENCE_SECONDS = 10;

    private MachineRecord() {}

    /**
     * By name, in the order for reading.
     *
     * @param cores how many the machine has; once this process is pinned, it sees fewer of them
     * @param larder how larder is started
     * @param redis the version of Redis
     */
    static Map<String, String> of(List<Rival> rivals, Pinning pinning, int cores, String larder, String redis) {
        Map<String, String> record = new LinkedHashMap<>();
        record.put(
                "processor",
                "%s, %d cores".formatted(found(MODEL, read("/proc/cpuinfo"), System.getProperty("os.arch")), cores));
        long kibibytes = Long.parseLong(found(MEMORY, read("/proc/meminfo"), "0"));
        record.put("memory", "%.1f GiB".formatted(kibibytes / 1048576.0));
        record.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        record.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"));
        record.put("cores", pinning.line());
        record.put("larder", larder);
        for (Rival rival : rivals) {
            rival.program().ifPresent(program -> record.put(rival.title(), version(program)));
        }
        Wrk.program().ifPresent(program -> record.put("wrk", version(program)));
        record.put("Redis", redis);
        return record;
    }

    private static String version(Path program) {
        String option = String.valueOf(program.getFileName()).equals("varnishd") ? "-V" : "-v";
        try {
            Process process = new ProcessBuilder(program.toString(), option)
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Matcher version = VERSION.matcher(said);
            return version.find() ? version.group() : said.lines().findFirst().orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    private static String found(Pattern pattern, String text, String otherwise) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
