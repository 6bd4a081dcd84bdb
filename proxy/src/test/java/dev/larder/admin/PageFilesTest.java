package dev.larder.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.larder.http.Fields;
import dev.larder.key.BypassReason;
import dev.larder.policy.SkipReason;
import dev.larder.server.AdminAnswer;
import dev.larder.server.AdminRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the live page is made of. How it behaves is in {@code dev.larder.page}. */
class PageFilesTest {

    private static final Path FOLDER = Path.of("src/main/resources/dev/larder/admin/page");

    private static AdminAnswer served(String path) {
        return PageFiles.answer(new AdminRequest("GET", path, "", Fields.EMPTY, new byte[0], "127.0.0.1"))
                .orElseThrow(() -> new AssertionError(path + " is not served"));
    }

    private static List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static String pathOf(String name) {
        return name.equals("index.html") ? "/" : "/page/" + name;
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyFileIsServedAsItIsAndUnderAStrictPolicy(String name) throws Exception {
        AdminAnswer answer = served(pathOf(name));
        assertEquals(Files.readString(FOLDER.resolve(name)), answer.body());
        String policy = String.valueOf(answer.fields().get("content-security-policy"));
        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
    }

    @Test
    void nothingElseIsServedAndNothingIsChanged() {
        for (String path : List.of("/page/", "/page/package-info.java", "/page/../openapi.json", "/index.html")) {
            assertTrue(
                    PageFiles.answer(new AdminRequest("GET", path, "", Fields.EMPTY, new byte[0], "127.0.0.1"))
                            .isEmpty(),
                    path);
        }
        assertTrue(PageFiles.answer(new AdminRequest("POST", "/", "", Fields.EMPTY, new byte[0], "127.0.0.1"))
                .isEmpty());
    }

    @Test
    void noTextIsEverMadeMarkupOfAndNobodyElseIsAsked() throws Exception {
        Pattern never = Pattern.compile(
                "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|srcdoc|\\beval\\b|new Function|\\bstyle=");
        for (String name : names()) {
            String text = Files.readString(FOLDER.resolve(name));
            Matcher found = never.matcher(text);
            assertFalse(found.find(), () -> name + " has " + found.group());
            String elsewhere = text.replace("http://www.w3.org/2000/svg", "").replace("^https?:\\/\\/", "");
            assertFalse(elsewhere.contains("://"), name);
        }
    }

    @Test
    void everyReasonIsPutInWords() throws Exception {
        String reasons = Files.readString(FOLDER.resolve("reasons.js"));
        assertEquals(
                new TreeSet<>(Arrays.stream(BypassReason.values())
                        .map(BypassReason::token)
                        .toList()),
                named(reasons, "BYPASSES"));
        TreeSet<String> notStored = named(reasons, "NOT_STORED");
        assertTrue(
                notStored.containsAll(Arrays.stream(SkipReason.values())
                        .map(SkipReason::token)
                        .toList()),
                notStored::toString);
        TreeSet<String> causes = named(reasons, "CAUSES");
        assertTrue(
                causes.containsAll(
                        Arrays.stream(MissCause.values()).map(MissCause::token).toList()),
                causes::toString);
    }

    /** The members of an object in the script. */
    private static TreeSet<String> named(String script, String object) {
        int begin = script.indexOf("const " + object + " = {");
        Matcher member = Pattern.compile("(?m)^  \"?([a-z-]+)\"?: \"").matcher(script);
        TreeSet<String> names = new TreeSet<>();
        member.region(begin, script.indexOf("\n};", begin));
        while (member.find()) {
            names.add(member.group(1));
        }
        return names;
    }
}
