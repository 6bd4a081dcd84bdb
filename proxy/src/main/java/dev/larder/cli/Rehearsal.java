package dev.larder.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/**
 * A sidecar's life in a second, for {@code ./larder archive}: the JVM writes down which classes it took, and starts the
 * next one from that. It starts sidecars on free ports of this machine, in front of a backend of its own, and asks for
 * what sidecars are asked for. Never part of a running one.
 */
final class Rehearsal {

    /** Something of all that a file can say: what reading and compiling it takes is in the archive, then. */
    private static final String RULES = """
            version: 1
            ttls: { some: 5m }
            identity:
              session:
                credential: { cookie: session }
                opaque: true
              asked:
                credential: { cookie: [__Secure-asked, asked] }
                resolve: { get: /whoami, claims: { id: /user/id, role: /user/role }, ttl: 10s, if-error: 1m }
                end: [POST /sign-out]
            defaults:
              ttl: some
              stale: { if-error: 1h }
              query: { other: bypass, ignore: [_rsc] }
            routes:
              - name: things
                get: /things/{id}
                access: public
                key:
                  id: path.id
                  page: { from: query.page, type: int, default: 1, min: 1 }
                  search: { from: query.search, default: "", max: 64, fold: [trim, lower] }
                  tag: { from: query.tag, many: sorted }
                  language: { from: header.Accept-Language, type: enum, values: [de, en], default: en }
                query: { ignore: [utm_*] }
                tags: ["thing:{id}"]
                store-if: { "response.body:/id": present, "response.header.content-type": "application/json*" }
                store-status: { 200: , 404: 10s }
                vary: { ignore: [User-Agent] }
                compress: gzip
                stale: { while-revalidate: 1m, if-error: 1m }
                early-refresh: true
                jitter: 10%
              - name: mine
                get: /mine/{id}
                identity: session
                access: { id: "*" }
                key: { id: path.id, visitor: identity.id }
                ttl: 5m
              - name: theirs
                get: /theirs
                identity: asked
                access: { role: [READER, ADMIN] }
                key: { user: identity.id, page: { from: query.page, type: int, default: 1, min: 1 } }
                ttl: origin
            purge-sets:
              lists: ["things:*", theirs:*]
            purges:
              - name: changed
                when: ["PUT /things/{id}", { method: POST, path: "/things", body: { "/id": "*" } }]
                purge: ["things:id:{id}:*", { tag: "thing:{id}" }]
              - name: acted
                when: [{ method: POST, path: "/{rest*}", header: { Next-Action: present }, body: { "/0/id": "*" } }]
                with: { a: "request.body:/0/id", b: "response.header.location" }
                refused: [4xx, 307, { "response.body@1:/success": "false" }, { "response.header.content-type": "text/html*" }]
                purge:
                  - { set: lists }
                  - { route: theirs, where: { user: "{a}" } }
                  - { identity: asked, where: { id: "{a}" } }
                  - "*:id:{a}:*"
              - name: other
                otherwise: true
                when: [{ method: POST, path: "/{rest*}", header: { Next-Action: present } }]
                again-after: 5s
                purge: ["*", { identity: asked }]
            tests:
              - request: GET /things/7?page=2
                expect: { key: "things:id:7:language:en:page:2:search::tag:" }
            """;

    private static final String OK =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"1\"\r\nVary: Accept-Encoding\r\n"
                    + "Content-Length: 11\r\n\r\n{\"id\":\"42\"}";

    private static final String FIELDS =
            "Host: larder.example\r\nUser-Agent: rehearsal\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n"
                    + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

    private static final int TIMEOUT_MILLIS = 120_000;

    private Rehearsal() {}

    /** Ends the process, with 0 if all of it went well; the argument is how often each request is asked. */
    public static void main(String[] arguments) throws Exception {
        // What the process that is prepared for begins with.
        Class.forName(Main.class.getName());
        HeadStart.begin();
        rehearse(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3);
        System.exit(0);
    }

    /** Blocks until two sidecars have come, answered and gone. */
    static void rehearse(int times) throws Exception {
        Path folder = Files.createTempDirectory("larder-rehearsal");
        Path rules = folder.resolve("rules.yaml");
        try (Answering backend = new Answering(Answering::http);
                Answering redis = new Answering(Answering::noRedis)) {
            Files.writeString(rules, RULES);
            sidecar(backend, rules, "memory", times);
            sidecar(backend, rules, "redis://127.0.0.1:" + redis.port(), 1);
        } finally {
            Files.deleteIfExists(rules);
            Files.deleteIfExists(folder);
        }
    }

    private static void sidecar(Answering backend, Path rules, String store, int times) throws Exception {
        RunLine line = RunLine.read(List.of(
                        "--backend=http://127.0.0.1:" + backend.port(),
                        "--listen=127.0.0.1:0",
                        "--admin=127.0.0.1:0",
                        "--rules=" + rules,
                        "--store=" + store,
                        "--store-owed-file=memory"))
                .orElseThrow();
        Map<String, String> flags = new LinkedHashMap<>(line.flags());
        try (Launch running = Launch.start(flags, Map.of())) {
            for (int i = 0; i < times; i++) {
                visit(running.address());
            }
            for (String path : List.of("/health", "/ready", "/status", "/metrics")) {
                ask(running.adminAddress(), "GET " + path + " HTTP/1.1\r\n" + FIELDS + "Connection: close\r\n\r\n");
            }
            for (String command : List.of("stats", "keys", "top --count=1", "rules")) {
                command(command + " --admin=http://" + running.adminAddress());
            }
        }
    }

    /** The commands that ask a sidecar begin quickly, too. */
    private static void command(String line) throws IOException {
        CommandLine commands = Main.commandLine();
        commands.setOut(new PrintWriter(Writer.nullWriter()));
        commands.setErr(new PrintWriter(Writer.nullWriter()));
        int exit = commands.execute(line.split(" ", -1));
        // A Redis that is none lists nothing.
        if (exit != 0 && !line.startsWith("keys")) {
            throw new IOException(line + " ended with " + exit);
        }
    }

    private static void visit(String address) throws IOException {
        String get = "GET /things/42?page=1&utm_source=x HTTP/1.1\r\n" + FIELDS;
        ask(
                address,
                get + "\r\n" + get + "If-None-Match: \"1\"\r\n\r\n" + "HEAD /things/42 HTTP/1.1\r\n" + FIELDS + "\r\n"
                        + "GET /mine/7 HTTP/1.1\r\n" + FIELDS + "Cookie: session=abcdefghijklmnop; theme=dark\r\n\r\n"
                        + "GET /elsewhere HTTP/1.1\r\n" + FIELDS + "\r\n" + get + "Connection: close\r\n\r\n");
        ask(
                address,
                "POST /things HTTP/1.1\r\n" + FIELDS
                        + "Content-Type: application/json\r\nContent-Length: 11\r\nConnection: close\r\n\r\n{\"id\":\"42\"}");
        ask(address, "PUT /things/42 HTTP/1.1\r\n" + FIELDS + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        ask(address, "GET / HTTP/1.1\r\nHost : twice\r\n\r\n");
    }

    /** Sends, and reads until the other side has ended. */
    private static void ask(String address, String requests) throws IOException {
        int colon = address.lastIndexOf(':');
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(address.substring(colon + 1)))) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write(requests.getBytes(StandardCharsets.ISO_8859_1));
            if (socket.getInputStream().readAllBytes().length == 0) {
                throw new IOException("no answer to " + requests);
            }
        }
    }

    /** What listens on a free port and answers each connection by one way of talking, on a thread for each. */
    private static final class Answering implements AutoCloseable {

        private interface Talk {
            void over(Socket socket) throws IOException;
        }

        private final ServerSocket listening;

        Answering(Talk talk) throws IOException {
            listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            start(() -> {
                while (true) {
                    Socket socket = listening.accept();
                    start(() -> {
                        try (socket) {
                            talk.over(socket);
                        }
                    });
                }
            });
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void start(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException ended) {
                    // Closed by either side: that is how it ends.
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        int port() {
            return listening.getLocalPort();
        }

        /** The same 200 to whatever ends its head; bodies are short and come with their head. */
        static void http(Socket socket) throws IOException {
            for (String head = head(socket.getInputStream()); !head.isEmpty(); head = head(socket.getInputStream())) {
                int length = head.indexOf("content-length: 11");
                if (length >= 0) {
                    socket.getInputStream().readNBytes(11);
                }
                socket.getOutputStream().write(OK.getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        private static String head(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.write(b);
                if (b == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                    break;
                }
            }
            return head.toString(StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        }

        /** An error for whatever is asked: the classes that a connection takes are the same. */
        static void noRedis(Socket socket) throws IOException {
            byte[] buffer = new byte[4096];
            for (int n = socket.getInputStream().read(buffer);
                    n > 0;
                    n = socket.getInputStream().read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '*') {
                        socket.getOutputStream().write("-ERR rehearsal\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }
}
