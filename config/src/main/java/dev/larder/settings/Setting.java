package dev.larder.settings;

import java.util.Locale;

/**
 * One setting: how it is called everywhere, what it is unless somebody says otherwise, and how its text is read.
 *
 * @param path its name in a file, e.g. {@code timeouts.response-head}
 * @param defaultText read like any other text, so that the default stated is the default used
 * @param meaning in one line
 * @param text how it is read
 */
record Setting<T>(String path, String defaultText, String meaning, SettingText<T> text) {

    /** {@code LARDER_TIMEOUTS_RESPONSE_HEAD} */
    String environment() {
        return "LARDER_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** {@code --timeouts-response-head} */
    String flag() {
        return "--" + path.replace('.', '-');
    }
}
