package dev.larder.bench;

import dev.larder.bench.course.CourseBackendCommand;
import dev.larder.bench.jmh.JmhCommand;
import dev.larder.bench.killed.KilledCommand;
import dev.larder.bench.mix.FigureCommand;
import dev.larder.bench.mix.MixCommand;
import dev.larder.bench.purge.PurgeCommand;
import dev.larder.bench.soak.SoakCommand;
import dev.larder.bench.speed.SpeedCommand;
import dev.larder.bench.speed.SpeedRun;
import dev.larder.bench.torture.FreshnessCommand;
import dev.larder.bench.torture.PrivateCommand;
import dev.larder.bench.trouble.StoreTroubleCommand;
import dev.larder.cli.ExtraCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code larder bench}: the course backend by itself, and what is measured with it; with no further word, the speed. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "The course backend, and what is measured with it.",
            "With no further word: speed, and its options are taken here as well."
        },
        subcommands = {
            SpeedCommand.class,
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
public final class BenchCommand implements ExtraCommand, Callable<Integer> {
    @Mixin
    private SpeedRun speed = new SpeedRun();

    /** Some scenarios are named as further words are: {@code --scenario mix} means the scenario. */
    @Spec
    void spec(CommandSpec spec) {
        var unused = spec.parser().allowSubcommandsAsOptionParameters(true);
    }

    @Override
    public Integer call() throws Exception {
        return speed.run();
    }
}
