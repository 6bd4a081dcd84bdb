package dev.larder.store.redis;

import dev.larder.resp.Question;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a reader says first: who it is, which database it wants, and whether this is the very run of the very master that its
 * link greeted. Confined to the reader's event loop.
 */
final class ReaderGreeting {

    /** What a command is for. */
    private enum For {
        /** The connection is of no use without it. */
        USE,
        /** An operator's eyes. */
        SHOW,
        SERVER,
        REPLICATION
    }

    private final String incarnation;

    /** Takes why the connection is not to be used, or an empty text. */
    private final Consumer<String> verdict;

    private final List<Question> questions = new ArrayList<>();
    private String trouble = "";
    private @Nullable String server;

    /**
     * A greeting.
     *
     * @param uri of which credentials, database and the client's name count
     * @param incarnation of the link
     * @param verdict takes why this connection is not to be used, an empty text where it is; not called where it is lost
     */
    ReaderGreeting(RedisURI uri, String incarnation, Consumer<String> verdict) {
        this.incarnation = incarnation;
        this.verdict = verdict;
        // What a URL says is at hand; a provider that has to ask for it is none that a URL can name.
        RedisCredentials who =
                uri.getCredentialsProvider().resolveCredentials().toFuture().getNow(null);
        if (who != null && who.hasPassword()) {
            String password = new String(who.getPassword());
            ask(
                    For.USE,
                    who.hasUsername()
                            ? new String[] {"AUTH", who.getUsername(), password}
                            : new String[] {"AUTH", password});
        }
        if (uri.getDatabase() > 0) {
            ask(For.USE, "SELECT", Integer.toString(uri.getDatabase()));
        }
        if (uri.getClientName() != null) {
            ask(For.SHOW, "CLIENT", "SETNAME", uri.getClientName());
        }
        ask(For.SERVER, "INFO", "server");
        ask(For.REPLICATION, "INFO", "replication");
    }

    /** What is to be asked, in this order. */
    List<Question> questions() {
        return questions;
    }

    private void ask(For purpose, String... words) {
        questions.add(new Question() {
            @Override
            public String[] words() {
                return words;
            }

            @Override
            public boolean replied(@Nullable Object reply) {
                take(purpose, reply);
                return true;
            }

            @Override
            public void lost(boolean garbled) {
                // The connection's end is told to its owner.
            }
        });
    }

    private void take(For purpose, @Nullable Object reply) {
        String text = reply instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
        switch (purpose) {
            case USE -> {
                if (reply instanceof Question.Refusal refusal && trouble.isEmpty()) {
                    trouble = refusal.text();
                }
            }
            case SHOW -> {
                // It may not be allowed to, and does without.
            }
            case SERVER -> server = text;
            case REPLICATION -> {
                ServerFacts facts = ServerFacts.read(server, text);
                // A master that has just been demoted keeps the rest until it has followed the new one.
                boolean same = !facts.isReplica() && facts.incarnation().equals(Optional.of(incarnation));
                if (trouble.isEmpty() && !same) {
                    trouble = "it is not the run of the master that it was";
                }
                verdict.accept(trouble);
            }
        }
    }
}
