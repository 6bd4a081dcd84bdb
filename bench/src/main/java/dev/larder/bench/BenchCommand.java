package dev.larder.bench;

import dev.larder.bench.course.CourseBackendCommand;
import dev.larder.bench.jmh.JmhCommand;
import dev.larder.bench.killed.KilledCommand;
import dev.larder.bench.mix.FigureCommand;
import dev.larder.bench.mix.MixCommand;
import dev.larder.bench.purge.PurgeCommand;
import dev.larder.bench.soak.SoakCommand;
import dev.larder.bench.torture.FreshnessCommand;
import dev.larder.bench.torture.PrivateCommand;
import dev.larder.bench.trouble.StoreTroubleCommand;
import dev.larder.cli.ExtraCommand;
import picocli.CommandLine.Command;

/** {@code larder bench}: the course backend by itself, and what is measured with it. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "The course backend, and what is measured with it.",
        subcommands = {
            CourseBackendCommand.class,
            MixCommand.class,
            FigureCommand.class,
            StoreTroubleCommand.class,
            PurgeCommand.class,
            PrivateCommand.class,
            KilledCommand.class,
            FreshnessCommand.class,
            JmhCommand.class,
            SoakCommand.class
        })
public final class BenchCommand implements ExtraCommand {}
