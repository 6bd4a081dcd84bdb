package dev.larder.bench.speed;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.larder.bench.stage.Transport;
import io.netty.channel.EventLoopGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The process that sends at a fixed rate: one job a line on standard input, one result a line on standard output. It lives through a
 * whole run, so that its code stays compiled, and ends with its input.
 */
public final class OpenLoopMain {
    /** What a line with a result begins with; other lines are chatter. */
    static final String RESULT = "@@result ";

    private OpenLoopMain() {}

    /** Runs jobs until there are no more. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        JsonMapper json = JsonMapper.builder().build();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        EventLoopGroup loop = Transport.oneLoop();
        try {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                OpenLoopResult result = new PacedLoad(loop.next(), json.readValue(line, OpenLoopJob.class)).run();
                System.out.println(RESULT + json.writeValueAsString(result));
                System.out.flush();
            }
        } finally {
            var unused = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
