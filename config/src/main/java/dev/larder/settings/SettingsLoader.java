package dev.larder.settings;

/** Reads {@link Settings}: the file, then the environment, then flags. Skeleton. */
public final class SettingsLoader {

    private SettingsLoader() {}
}
