package dev.larder.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client's bytes are by RFC 9112, read by somebody strict and naive: message by message, from the whole of the
 * bytes. What may be taken or refused is a doubt; where it is taken it has this one meaning.
 *
 * @param messages that are whole, in order
 * @param end what comes behind them
 */
record RequestReading(List<Message> messages, End end) {

    /** How a body is framed. */
    enum Framing {
        NONE,
        LENGTH,
        CHUNKED
    }

    /** What comes behind the last whole message. */
    sealed interface End {

        /** Nothing, or nothing that is looked at. */
        record Clean() implements End {}

        /** Something that must be refused. */
        record Refused(String reason, boolean inBody) implements End {}

        /** The beginning of something. */
        record Incomplete(boolean inBody) implements End {}
    }

    /** A whole message. */
    record Message(
            String method,
            String target,
            boolean http10,
            List<Field> fields,
            Framing framing,
            byte[] body,
            List<Field> trailers,
            List<String> doubts,
            int end) {

        @Nullable
        String host() {
            List<String> hosts = Field.all(fields, "host");
            return hosts.isEmpty() ? null : hosts.get(0);
        }

        boolean closes() {
            List<String> options = Field.members(fields, "connection");
            return options.contains("close") || (http10 && !options.contains("keep-alive"));
        }

        boolean expectsContinue() {
            return Field.members(fields, "expect").contains("100-continue");
        }
    }

    /** Lengths that are surely taken, and above which nothing is. */
    record Limits(int requestLine, int head) {}

    private static final Pattern START = Pattern.compile("(" + FieldLines.TOKEN + ") ([!-~]+) HTTP/([0-9])\\.([0-9])");

    /** A percent sign without its digits. */
    private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    /** RFC 3986 characters. */
    private static final Pattern TARGET = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+");

    /** What browsers send as well: taken or not. */
    private static final Pattern LENIENT_TARGET = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/?%\\[\\]\\\\^`{|}-]+");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i:https?)://([^/?]*)(.*)");

    private static final Pattern SURE_HOST =
            Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f]*::[0-9A-Fa-f]*])(?::(?:[0-9]{1,4}|[1-5][0-9]{4}))?");

    /** RFC 3986 section 3.2.2, loosely. */
    private static final Pattern POSSIBLE_HOST =
            Pattern.compile("(?:[A-Za-z0-9._~!$&'()*+;=%-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]*)?");

    private static final int LINE_SLACK = 8;

    /** Of these, before a request, all are read over. */
    private static final int MOST_EMPTY_LINES = 8;

    /** Reads all of it. */
    static RequestReading of(byte[] bytes, Limits limits) {
        List<Message> messages = new ArrayList<>();
        int at = 0;
        while (true) {
            Object step = next(bytes, at, limits);
            if (step instanceof Message message) {
                messages.add(message);
                at = message.end();
                if (message.closes()) {
                    return new RequestReading(messages, new End.Clean());
                }
            } else {
                return new RequestReading(messages, (End) step);
            }
        }
    }

    /** One {@link Message}, or the {@link End}. */
    static Object next(byte[] bytes, int from, Limits limits) {
        int at = from;
        // RFC 9112 section 2.2: empty lines before a request line are read over.
        while (at + 1 < bytes.length && bytes[at] == '\r' && bytes[at + 1] == '\n') {
            at += 2;
        }
        if (at == bytes.length || (at + 1 == bytes.length && bytes[at] == '\r')) {
            return new End.Clean();
        }
        boolean manyEmptyLines = at - from > MOST_EMPTY_LINES * 2;
        int word = firstBeyondLineEnds(bytes, at);
        if (word > at) {
            return Line.read(bytes, word) == null
                    ? new End.Incomplete(false)
                    : new End.Refused("line end of its own before the request line", false);
        }
        Line start = Line.read(bytes, at);
        FieldLines head = start == null ? null : FieldLines.ofRequest(bytes, start.next(), limits.head());
        if (start == null || head == null) {
            return new End.Incomplete(false);
        }
        List<String> doubts = new ArrayList<>(head.doubts());
        if (manyEmptyLines) {
            doubts.add("many empty lines");
        }
        String fault = start.fault() != null ? start.fault() + " behind the request line" : null;
        Matcher matcher = START.matcher(start.text());
        if (fault == null && !matcher.matches()) {
            fault = "malformed request line";
        }
        if (fault == null) {
            fault = head.fault();
        }
        if (fault == null && start.text().length() > limits.requestLine()) {
            fault = "request line too long";
        }
        if (start.text().length() > limits.requestLine() - LINE_SLACK) {
            doubts.add("request line about too long");
        }
        if (fault != null) {
            return new End.Refused(fault, false);
        }
        String version = matcher.group(3) + "." + matcher.group(4);
        if (!version.equals("1.1") && !version.equals("1.0")) {
            return new End.Refused("version", false);
        }
        boolean http10 = version.equals("1.0");
        fault = routing(matcher.group(1), matcher.group(2), http10, head.fields(), doubts);
        if (fault != null) {
            return new End.Refused(fault, false);
        }
        return body(bytes, matcher.group(1), matcher.group(2), http10, head, limits, doubts);
    }

    private static int firstBeyondLineEnds(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] == '\r' || bytes[at] == '\n')) {
            at++;
        }
        return at;
    }

    private static @Nullable String routing(
            String method, String target, boolean http10, List<Field> fields, List<String> doubts) {
        if (method.equals("CONNECT")) {
            return "CONNECT";
        }
        policy(method, fields, doubts);
        List<String> hosts = Field.all(fields, "host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !http10)) {
            return "not exactly one Host";
        }
        if (!hosts.isEmpty()) {
            String host = hosts.get(0);
            if (!POSSIBLE_HOST.matcher(host).matches()
                    || LONE_PERCENT.matcher(host).find()) {
                return "malformed Host";
            }
            if (!SURE_HOST.matcher(host).matches()) {
                doubts.add("odd Host");
            }
        }
        if (target.equals("*")) {
            return method.equals("OPTIONS") ? null : "* for another method";
        }
        if (!TARGET.matcher(target).matches() || LONE_PERCENT.matcher(target).find()) {
            if (!LENIENT_TARGET.matcher(target).matches()) {
                return "character in the target";
            }
            doubts.add("odd target");
        }
        if (target.startsWith("/")) {
            return null;
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches()) {
            return "form of the target";
        }
        String authority = absolute.group(1);
        if (!POSSIBLE_HOST.matcher(authority).matches()
                || LONE_PERCENT.matcher(authority).find()) {
            return "authority of the target";
        }
        if (!SURE_HOST.matcher(authority).matches()) {
            doubts.add("odd authority");
        }
        return hosts.isEmpty() || hosts.get(0).equalsIgnoreCase(authority) ? null : "target against Host";
    }

    /** What is well-formed and may be refused all the same. */
    private static void policy(String method, List<Field> fields, List<String> doubts) {
        if (!Field.all(fields, "max-forwards").isEmpty() && (method.equals("TRACE") || method.equals("OPTIONS"))) {
            doubts.add("Max-Forwards");
        }
        if (method.equals("TRACE")) {
            doubts.add("TRACE");
        }
        if (fields.stream().anyMatch(field -> field.name().contains("_"))) {
            doubts.add("underscore");
        }
        if (!Field.all(fields, "sec-websocket-key1").isEmpty()) {
            doubts.add("abandoned draft");
        }
    }

    private static Object body(
            byte[] bytes,
            String method,
            String target,
            boolean http10,
            FieldLines head,
            Limits limits,
            List<String> doubts) {
        List<Field> fields = head.fields();
        List<String> lengths = Field.all(fields, "content-length");
        List<String> codings = Field.all(fields, "transfer-encoding");
        List<String> expectations = Field.all(fields, "expect");
        if (!http10
                && !expectations.isEmpty()
                && !(expectations.size() == 1 && expectations.get(0).equalsIgnoreCase("100-continue"))) {
            return new End.Refused("expectation", false);
        }
        int at = head.next();
        if (!codings.isEmpty()) {
            if (!lengths.isEmpty()) {
                return new End.Refused("length and coding", false);
            }
            if (http10) {
                return new End.Refused("coding in HTTP/1.0", false);
            }
            if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                return new End.Refused("coding", false);
            }
            Chunks chunks = Chunks.read(bytes, at, limits.head(), false, doubts);
            if (chunks.fault() != null) {
                return new End.Refused(chunks.fault(), true);
            }
            return chunks.trailers() == null
                    ? new End.Incomplete(true)
                    : new Message(
                            method,
                            target,
                            http10,
                            fields,
                            Framing.CHUNKED,
                            chunks.body(),
                            chunks.trailers(),
                            doubts,
                            chunks.next());
        }
        if (lengths.isEmpty()) {
            return new Message(method, target, http10, fields, Framing.NONE, new byte[0], List.of(), doubts, at);
        }
        if (lengths.size() > 1 || !lengths.get(0).matches("[0-9]+")) {
            return new End.Refused("length", false);
        }
        String digits = lengths.get(0).replaceFirst("^0+(?=.)", "");
        if (digits.length() > 19 || (digits.length() == 19 && digits.compareTo("9223372036854775807") > 0)) {
            return new End.Refused("length beyond all bounds", false);
        }
        long length = Long.parseLong(digits);
        if (length > bytes.length - at) {
            return new End.Incomplete(true);
        }
        int end = at + (int) length;
        return new Message(
                method,
                target,
                http10,
                fields,
                Framing.LENGTH,
                Arrays.copyOfRange(bytes, at, end),
                List.of(),
                doubts,
                end);
    }
}
