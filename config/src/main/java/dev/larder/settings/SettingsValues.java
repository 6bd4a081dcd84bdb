package dev.larder.settings;

import dev.larder.rules.Position;
import dev.larder.rules.Problems;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values of settings as they are gathered, the default where none was given. Confined to the thread that loads. */
final class SettingsValues {

    // By path: a record's own hash is put together when it is first asked for, which takes a while.
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Set<String> given = new HashSet<>();

    SettingsValues() {
        for (Setting<?> setting : SettingsTable.all()) {
            if (!(setting.text().read(setting.defaultText()) instanceof SettingText.Reading.Value<?> value)) {
                throw new IllegalStateException("the default of " + setting.path() + " cannot be read");
            }
            values.put(setting.path(), value.value());
        }
    }

    /**
     * Takes a text for a setting, or notes what is wrong with it.
     *
     * @param what the setting as the user called it
     */
    <T> void accept(Setting<T> setting, String what, String text, Position at, Problems problems) {
        given.add(setting.path());
        SettingText.Reading<T> reading = setting.text().read(text);
        if (reading instanceof SettingText.Reading.Value<T> value) {
            values.put(setting.path(), value.value());
        } else if (reading instanceof SettingText.Reading.Wrong<T> wrong) {
            problems.add(at, what + " " + wrong.is(), wrong.expected(), wrong.suggestion());
        }
    }

    /** Of every setting, in the order of the table. */
    Map<String, Object> byPath() {
        return Collections.unmodifiableMap(values);
    }

    boolean isGiven(Setting<?> setting) {
        return given.contains(setting.path());
    }

    // Only accept and the constructor write, each with what this very setting's text was read as.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private <T> T get(Setting<T> setting) {
        return (T) Optional.ofNullable(values.get(setting.path())).orElseThrow();
    }

    Settings settings() {
        return new Settings(
                get(SettingsTable.LISTEN),
                get(SettingsTable.ADMIN),
                get(SettingsTable.BACKEND),
                get(SettingsTable.RULES),
                get(SettingsTable.TRANSPORT),
                get(SettingsTable.THREADS),
                store(),
                get(SettingsTable.SECRET),
                get(SettingsTable.ENCRYPT),
                get(SettingsTable.TRUSTED_PROXIES),
                get(SettingsTable.AUTHORITIES),
                timeouts(),
                bounds(),
                get(SettingsTable.WRITES_WHEN_STORE_UNREACHABLE),
                get(SettingsTable.UNKNOWN_OUTCOME_HOLD),
                new Settings.AccessLog(get(SettingsTable.ACCESS_LOG), get(SettingsTable.ACCESS_LOG_SAMPLE)),
                get(SettingsTable.ADMIN_TOKEN),
                get(SettingsTable.ADMIN_ORIGINS),
                new Settings.Trial(
                        get(SettingsTable.BYPASS), get(SettingsTable.OBSERVE), get(SettingsTable.TRUTH_SAMPLING)),
                new Settings.Telemetry(get(SettingsTable.OTLP_ENDPOINT), get(SettingsTable.TELEMETRY_SAMPLING)),
                get(SettingsTable.INSTANCE),
                get(SettingsTable.LAST_RUN_FILE));
    }

    private Settings.Store store() {
        return new Settings.Store(
                get(SettingsTable.STORE_URL),
                get(SettingsTable.STORE_NAMESPACE),
                get(SettingsTable.STORE_MAX_BYTES),
                get(SettingsTable.STORE_CIRCUIT_FAILURES),
                get(SettingsTable.STORE_CIRCUIT_RETRY),
                get(SettingsTable.STORE_MAX_IN_FLIGHT),
                get(SettingsTable.STORE_INTENT_LEASE),
                get(SettingsTable.STORE_GROUP_TTL),
                get(SettingsTable.STORE_NEAR_MAX_BYTES),
                get(SettingsTable.STORE_MEMBER_LEASE),
                new Settings.Tls(
                        get(SettingsTable.STORE_TLS_VERIFY),
                        get(SettingsTable.STORE_TLS_CA_FILE),
                        get(SettingsTable.STORE_TLS_CERTIFICATE_FILE),
                        get(SettingsTable.STORE_TLS_KEY_FILE)),
                get(SettingsTable.STORE_OWED_FILE));
    }

    private Settings.Timeouts timeouts() {
        return new Settings.Timeouts(
                get(SettingsTable.CONNECT),
                get(SettingsTable.RESPONSE_HEAD),
                get(SettingsTable.BODY_IDLE),
                get(SettingsTable.CLIENT_HEAD),
                get(SettingsTable.CLIENT_IDLE),
                get(SettingsTable.IDENTITY),
                get(SettingsTable.STORE),
                get(SettingsTable.FLIGHT),
                get(SettingsTable.PATIENCE),
                get(SettingsTable.DRAIN));
    }

    private Settings.Bounds bounds() {
        return new Settings.Bounds(
                get(SettingsTable.CONNECTIONS),
                get(SettingsTable.REQUEST_LINE_BYTES),
                get(SettingsTable.HEAD_BYTES),
                get(SettingsTable.ORIGIN_CONNECTIONS),
                get(SettingsTable.ORIGIN_QUEUE),
                get(SettingsTable.CAPTURE_BYTES),
                get(SettingsTable.MAX_INSPECT_BYTES),
                get(SettingsTable.IDENTITIES),
                get(SettingsTable.QUESTIONS));
    }
}
