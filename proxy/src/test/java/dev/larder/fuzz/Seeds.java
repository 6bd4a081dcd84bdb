package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What the fuzzer begins with, and the words that it puts in. */
final class Seeds {

    /** Fields that change what larder does. */
    static final Set<String> NOTABLE = Set.of(
            "upgrade", "expect", "connection", "range", "if-none-match", "authorization", "cookie", "te", "trailer");

    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a.test\r\n\r\n";

    private Seeds() {}

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(Escaped::bytes).toList();
    }

    private static String get(String... fields) {
        return "GET /x HTTP/1.1\r\nHost: a.test\r\n" + lines(fields) + "\r\n";
    }

    private static String post(String body, String... fields) {
        return "POST /x HTTP/1.1\r\nHost: a.test\r\n" + lines(fields) + "\r\n" + body;
    }

    private static String lines(String... fields) {
        return fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    }

    /** Requests in order, and some that are not. */
    static List<byte[]> requests() {
        List<String> seeds = new ArrayList<>(List.of(
                get(),
                get() + NEXT + NEXT,
                "\r\n\r\n" + get() + "\r\n" + NEXT,
                "HEAD /x HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "OPTIONS http://a.test HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "GET http://a.test:80/x?y=1 HTTP/1.1\r\nHost: a.test:80\r\n\r\n" + NEXT,
                "GET http://a.test?y HTTP/1.1\r\nHost: A.test\r\n\r\n",
                "GET /x HTTP/1.0\r\n\r\n" + NEXT,
                "GET /x HTTP/1.0\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n" + NEXT,
                "GET http://a.test/x HTTP/1.0\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
                "GET /items/1?a=b&c=%20 HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "GET /items/1 HTTP/1.1\r\nHost: a.test\r\nRange: bytes=0-2\r\nIf-None-Match: \"a\"\r\n\r\n" + NEXT,
                "HEAD /items/1 HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "PUT /items/1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc" + NEXT,
                "PUT /items/1 HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                        + NEXT,
                "GET /items/1 HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nabc" + NEXT,
                "DELETE /x HTTP/1.1\r\nHost: a.test\r\n\r\n" + NEXT,
                "TRACE /x HTTP/1.1\r\nHost: a.test\r\nMax-Forwards: 0\r\n\r\n" + NEXT,
                get("X-A: 1", "X-A: \t2 ", "X-B:", "Cookie: a=b; c=d", "Authorization: Bearer x"),
                get("Connection: close") + NEXT,
                get("Connection: x-a, Content-Length, host", "X-A: 1", "Keep-Alive: timeout=1", "TE: trailers") + NEXT,
                get("Connection: upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x") + NEXT,
                get("Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk") + NEXT,
                get("X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "Via: 1.0 x") + NEXT,
                get("Content-Length: 0") + NEXT,
                post("abc", "Content-Length: 3") + NEXT,
                post("abc", "Content-Length: 0003") + NEXT,
                post(NEXT, "Content-Length: " + NEXT.length()) + NEXT,
                post("abc", "Content-Length: 3", "Expect: 100-continue") + NEXT,
                post("3\r\nabc\r\n0\r\n\r\n", "Expect: 100-continue", "Transfer-Encoding: chunked") + NEXT,
                post("3\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked") + NEXT,
                post("3;a=\"b;c\\\"\";d\r\nabc\r\n0;x=y\r\n\r\n", "Transfer-Encoding: chunked") + NEXT,
                post(
                                "a\r\n0123456789\r\n1\r\nx\r\n0\r\nX-T: 1\r\nContent-Length: 5\r\n\r\n",
                                "Transfer-Encoding: chunked")
                        + NEXT,
                post("0\r\n\r\n", "Transfer-Encoding: chunked", "Trailer: X-T") + NEXT,
                post(NEXT.length() + "\r\n" + NEXT + "\r\n0\r\n\r\n", "Transfer-Encoding: Chunked") + NEXT,
                "PATCH http://a.test/x HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"
                        + NEXT));
        seeds.addAll(List.of(
                "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n",
                "GET /x HTTP/2.0\r\nHost: a.test\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                get("X-A : 1") + NEXT,
                get("X-A: 1", " 2") + NEXT,
                "\r\n" + get("X-A: 1", " 2") + NEXT,
                get("Host: b.test") + NEXT,
                post("abcde", "Content-Length: 5", "Transfer-Encoding: chunked") + NEXT,
                post("0\r\n\r\n", "Transfer-Encoding: gzip, chunked") + NEXT,
                post("abcde", "Content-Length: 5", "Content-Length: 6") + NEXT,
                post("abcde", "Content-Length: +5") + NEXT,
                post("3\r\nabcd\r\n0\r\n\r\n", "Transfer-Encoding: chunked") + NEXT,
                post("-1\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked") + NEXT,
                "GET /" + "x".repeat(InProcess.REQUEST_LINE_BYTES) + " HTTP/1.1\r\nHost: a.test\r\n\r\n",
                get("X-A: " + "x".repeat(InProcess.HEAD_BYTES)) + NEXT));
        return bytes(seeds);
    }

    /** Words of requests. */
    static List<String> requestWords() {
        List<String> words = new ArrayList<>(shared());
        words.addAll(List.of(
                "GET ",
                "HEAD ",
                "POST ",
                "OPTIONS ",
                "CONNECT ",
                " HTTP/1.1",
                " HTTP/1.0",
                "Host: a.test\r\n",
                "Host: b.test\r\n",
                "Host:",
                "a.test",
                "http://a.test",
                "https://",
                "/items/1",
                "*",
                "?",
                "#",
                "%2f",
                "\\",
                "//",
                "@",
                "Expect: 100-continue\r\n",
                "Upgrade: websocket\r\n",
                "Connection: upgrade\r\n",
                "Range: bytes=0-1\r\n",
                "If-None-Match: *\r\n",
                "TE: trailers\r\n",
                NEXT,
                "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n"));
        return words;
    }

    private static List<String> shared() {
        return List.of(
                "\r\n",
                "\r\n\r\n",
                "\r",
                "\n",
                "\n\n",
                "\0",
                "\t",
                " ",
                "  ",
                "\u000b",
                "\f",
                "\u007f",
                "\u0080",
                "\u0085",
                "\u00a0",
                "\u00ff",
                "\u001b",
                ":",
                ";",
                ",",
                "\"",
                "=",
                "\r\n ",
                "\r\n\t",
                "X-A: 1\r\n",
                "Content-Length: 3\r\n",
                "Content-Length: 0\r\n",
                "Content-Length: ",
                "Content-Length",
                "Transfer-Encoding: chunked\r\n",
                "Transfer-Encoding: ",
                "Transfer-Encoding",
                "Connection: close\r\n",
                "Connection: keep-alive\r\n",
                "Connection: Content-Length\r\n",
                "Connection: Transfer-Encoding\r\n",
                "Trailer: X-T\r\n",
                "chunked",
                "CHUNKED",
                "identity",
                "gzip",
                "chunked, chunked",
                "0\r\n\r\n",
                "0\r\n",
                "1\r\na\r\n",
                ";a=b",
                ";a=\"",
                "0x",
                "+",
                "-",
                "00000000000000000000",
                "ffffffff",
                "7fffffff",
                "80000000",
                "ffffffffffffffff",
                "10000000000000003",
                "2147483648",
                "4294967299",
                "9223372036854775807",
                "18446744073709551619",
                "99999999999999999999");
    }

    /** Answers in order, and some that are not. */
    static List<byte[]> responses() {
        String ok = "HTTP/1.1 200 OK\r\n";
        String evil = ok + "Content-Length: 4\r\n\r\nevil";
        return bytes(List.of(
                ok + "Content-Length: 5\r\n\r\nhello",
                ok + "Content-Length: 0\r\n\r\n",
                ok + "X-A: 1\r\nX-A: 2\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\nContent-Length: 5\r\n\r\nhello",
                ok + "\r\nhello",
                ok + "Connection: close\r\n\r\nhello",
                ok + "Connection: close, x-a\r\nX-A: 1\r\nKeep-Alive: timeout=5\r\nContent-Length: 5\r\n\r\nhello",
                ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                ok
                        + "Transfer-Encoding: chunked\r\n\r\n2;a=\"b\"\r\nhe\r\n3\r\nllo\r\n0;c\r\nX-T: 1\r\nETag: \"a\"\r\n\r\n",
                ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                ok + "Content-Length: 6\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.0 200 OK\r\n\r\nhello",
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n" + evil,
                "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-4/10\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 301 Moved\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 500 \r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 999 X\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 5\r\n\r\nhello",
                "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + ok
                        + "Content-Length: 5\r\n\r\nhello",
                "HTTP/1.1 102 Processing\r\nContent-Length: 3\r\n\r\n" + evil,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\nbytes",
                evil + evil,
                evil + "x",
                evil + "\r\n",
                ok + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nevil",
                ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                ok + "Cache-Control: max-age=5\r\nAge: 3\r\nVia: 1.1 x\r\nDate: Mon, 23 Nov 2026 11:59:00 GMT\r\n"
                        + "Content-Length: 5\r\n\r\nhello",
                ok + "ETag: \"a\"\r\nVary: Accept\r\nLast-Modified: Mon, 23 Nov 2026 11:59:00 GMT\r\n"
                        + "Content-Length: 5\r\n\r\nhello",
                ok + "Content-Encoding: gzip\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"));
    }

    /** Words of answers. */
    static List<String> responseWords() {
        List<String> words = new ArrayList<>(shared());
        words.addAll(List.of(
                "HTTP/1.1 ",
                "HTTP/1.0 ",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 101 X\r\n\r\n",
                "HTTP/1.1 204 X\r\n\r\n",
                "HTTP/1.1 304 X\r\n\r\n",
                "100",
                "204",
                "206",
                "304",
                "99",
                "1000",
                "Set-Cookie: a=b\r\n",
                "Vary: *\r\n",
                "Vary: X-A\r\n",
                "Cache-Control: no-store\r\n",
                "Age: 99\r\n",
                "ETag: \"a\"\r\n",
                "Upgrade: websocket\r\n",
                "Keep-Alive: timeout=1\r\n",
                "Location: /y\r\n",
                "Content-Range: bytes 0-1/2\r\n",
                "evil"));
        return words;
    }
}
