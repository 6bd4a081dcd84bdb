package dev.larder.suite;

import static dev.larder.rig.Attack.get;

import dev.larder.rig.Attack;
import dev.larder.rig.TruthRig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two requests that any server takes for different ones never make one key: what is in the query, a cookie, a field. */
class PrivateKeysTest {

    private static TruthRig rig;

    @BeforeAll
    static void start() {
        rig = Truth.rig();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @MethodSource({"queries", "values", "openQueries", "lists", "cookies", "fields"})
    void theBackendAloneWouldHaveSaidThat(Attack attack) throws Exception {
        rig.withstands(attack);
    }

    /** Queries that mean {@code page=2} to some servers, or nothing, or something else. */
    static Stream<Attack> queries() {
        return Stream.of(
                        "page=3",
                        "page=02",
                        "page=+2",
                        "page=%2B2",
                        "page=2e0",
                        "page=1e3",
                        "page=%202",
                        "page=2%20",
                        "page=2+",
                        "page=\t2",
                        "page=%092",
                        "page=%C2%A02",
                        "page=%EF%BC%92",
                        "page=%D9%A2",
                        "page=2.0",
                        "page=0x2",
                        "page=2_0",
                        "page=-2",
                        "page=-0",
                        "page=0",
                        "page=101",
                        "page=9999999999999999999",
                        "page=4294967298",
                        "page=18446744073709551618",
                        "page=",
                        "page",
                        "page=null",
                        "page=NaN",
                        "page=2%00",
                        "page=2%0A",
                        "page=2%0D%0AX:y",
                        "page=2&page=3",
                        "page=3&page=2",
                        "page=2&page=2",
                        "page=2&Page=3",
                        "Page=2",
                        "PAGE=3&page=2",
                        "page=2&page[]=3",
                        "page[]=2",
                        "page[0]=2",
                        "page%5B%5D=2",
                        "%70age=2",
                        "%70age=3&page=2",
                        "p%61ge=2",
                        "page=%32",
                        "page=%33&page=2",
                        "page=2;page=3",
                        "page=2;q=x",
                        "page=2%3Bpage=3",
                        "page=2%26page=3",
                        "page=2%26page%3D3",
                        "page=2&",
                        "&page=2",
                        "page=2&&",
                        "page=2&=",
                        "page=2&=x",
                        "page=2&x",
                        "page=2&x=",
                        "page=2&utm_a=1",
                        "utm_a=1&page=2",
                        "utm_a=1;page=3&page=2",
                        "page=2&utm_a=1%26page=3",
                        "page=2&UTM_a=1",
                        "page=2&utm_a=1;page=3",
                        "page.x=2",
                        "page+=2",
                        "page%20=2",
                        "+page=2",
                        "page=2&_method=DELETE",
                        "page=2&%5Fmethod=DELETE",
                        "page=2?page=3",
                        "page=2&?page=3",
                        "page==2",
                        "page=2=3",
                        "page%3D2",
                        "page=%2",
                        "page=%zz",
                        "page=%u0032",
                        "page=2%",
                        "page=%C0%B2",
                        "page=%F0%80%80%B2",
                        "page=%ff",
                        "page=2%E2%80%8B",
                        "pagе=2",
                        "page=２")
                .map(query -> Attack.of(
                        "query " + query, get("/p/{u}/item?page=2"), get("/p/{u}/item?" + query), get("/p/{u}/item")));
    }

    /** Values that try to hold the key's own marks, or to be one another's other spelling. */
    static Stream<Attack> values() {
        String longest = "x".repeat(600);
        List<List<String>> pairs = List.of(
                List.of("a%3Apage%3A3", "a&page=3"),
                List.of("a:page:3", "a&page=3"),
                List.of("a%3Au%3Ab", "a"),
                List.of("a:q:b", "a"),
                List.of("*", "a"),
                List.of("%2A", "a"),
                List.of("a%2A", "ab"),
                List.of("!", ""),
                List.of("%21", ""),
                List.of("a,b", "a%2Cb&q=c"),
                List.of("a%252Cb", "a,b"),
                List.of("a%25", "a"),
                List.of("a%253A", "a:"),
                List.of("%7Bu%7D", "u"),
                List.of("{u}", "u0"),
                List.of("a+b", "a%2Bb"),
                List.of("a%20b", "a%2Bb"),
                List.of("a+b", "ab"),
                List.of("a%00", "a"),
                List.of("a%00b", "a"),
                List.of("a%0A", "a"),
                List.of("a%0D%0ASet-Cookie:x=y", "a"),
                List.of("a%09", "a"),
                List.of("a%7F", "a"),
                List.of("a%C2%85", "a"),
                List.of("a%C2%A0", "a+"),
                List.of("a+", "a"),
                List.of("+a", "a"),
                List.of("A", "a"),
                List.of("%C3%A9", "e%CC%81"),
                List.of("%C3%89", "%C3%A9"),
                List.of("%E2%84%AA", "K"),
                List.of("%C4%B0", "i"),
                List.of("%C5%BF", "s"),
                List.of("%EF%BC%A1", "A"),
                List.of("%C0%AF", "/"),
                List.of("%C1%81", "A"),
                List.of("%E0%80%AF", "/"),
                List.of("%ED%A0%80", "%EF%BF%BD"),
                List.of("%FF", "%EF%BF%BD"),
                List.of("%E9", "%C3%A9"),
                List.of("%FE%FF", "a"),
                List.of("%EF%BB%BFa", "a"),
                List.of("a%E2%80%8D", "a"),
                List.of("a%C2%AD", "a"),
                List.of("%E2%80%AEa", "a"),
                List.of("a;b", "a"),
                List.of("a%3Bb", "a"),
                List.of("a%26flag=true", "a&flag=true"),
                List.of("a%23b", "a"),
                List.of("a%2Fb", "a/b%2F"),
                List.of("a%5Cb", "a/b"),
                List.of("%41", "B"),
                List.of("%2561", "a"),
                List.of("%u0061", "a"),
                List.of("&%23x61;", "a"),
                List.of("\\u0061", "a"),
                List.of("'a'", "a"),
                List.of("%22a%22", "a"),
                List.of("null", ""),
                List.of("undefined", ""),
                List.of("a&flag=TRUE", "a&flag=true"),
                List.of("a&flag=1", "a&flag=true"),
                List.of("a&flag", "a&flag=true"),
                List.of("a&flag=true%20", "a&flag=true"),
                List.of("a&kind=A", "a&kind=a"),
                List.of("a&kind=c", "a&kind=a"),
                List.of("a&kind=a,b", "a&kind=a"),
                List.of(longest + "1", longest + "2"),
                List.of(longest, longest + "%3Asha256%3A"),
                List.of("x".repeat(2000), "x".repeat(2001)),
                List.of("%F0%9F%98%80".repeat(150), "%F0%9F%98%80".repeat(151)));
        List<Attack> attacks = new ArrayList<>();
        for (List<String> pair : pairs) {
            String name = "values " + shortened(pair.get(0)) + " and " + shortened(pair.get(1));
            attacks.add(Attack.of(
                    name,
                    get("/p/{u}/item?q=victim"),
                    get("/p/{u}/item?q=" + pair.get(0)),
                    get("/p/{u}/item?q=" + pair.get(1))));
        }
        return attacks.stream();
    }

    private static String shortened(String value) {
        return value.length() < 50 ? value : value.substring(0, 20) + "… of " + value.length();
    }

    /** Where all parameters are in the key. */
    static Stream<Attack> openQueries() {
        List<List<String>> pairs = List.of(
                List.of("a=1&b=2", "b=2&a=1"),
                List.of("a=1&a=2", "a=2&a=1"),
                List.of("a=1&a=2", "a=1%2C2"),
                List.of("a=1,2", "a=1&a=2"),
                List.of("a", "a="),
                List.of("a=&a", "a&a="),
                List.of("a=!", "a"),
                List.of("a=%21", "a"),
                List.of("a=1:b:2", "a=1&b=2"),
                List.of("a%3A1=2", "a=1%3A2"),
                List.of("a:?b=1", "a=&b=1"),
                List.of("?a=1", "a=1"),
                List.of("%3Fa=1", "a=1"),
                List.of("=1", "a=1"),
                List.of("=", ""),
                List.of("&&", ""),
                List.of("A=1", "a=1"),
                List.of("a[]=1", "a=1"),
                List.of("a%5B%5D=1", "a=1"),
                List.of("a[b]=1", "a=1"),
                List.of("a.b=1", "a_b=1"),
                List.of("a+b=1", "a%2Bb=1"),
                List.of("a%3Db=1", "a=b%3D1"),
                List.of("a=b=1", "a%3Db=1"),
                List.of("a%26b=1", "a&b=1"),
                List.of("a;b=1", "a&b=1"),
                List.of("a=1;b=2", "a=1&b=2"),
                List.of("_method=PUT", "a=1"),
                List.of("%61=1", "a=2"),
                List.of("a=%31", "a=2"),
                List.of("u=1", "u=2"),
                List.of("rest=x", "u=x"),
                List.of("a%00=1", "a=1"),
                List.of("a%C3%A9=1", "ae%CC%81=1"),
                List.of("a%E9=1", "a%C3%A9=1"));
        return pairs.stream()
                .map(pair -> Attack.of(
                        "all parameters: " + pair.get(0) + " and " + pair.get(1),
                        get("/k/{u}/item?victim=1"),
                        get("/k/{u}/item?" + pair.get(0)),
                        get("/k/{u}/item?" + pair.get(1))));
    }

    /** Where a parameter is a list. */
    static Stream<Attack> lists() {
        List<List<String>> pairs = List.of(
                List.of("tag=a&tag=b", "tag=b&tag=a"),
                List.of("tag=a,b", "tag=a&tag=b"),
                List.of("tag=a%2Cb", "tag=a,b"),
                List.of("tag=a", "tag=a&tag="),
                List.of("tag=", ""),
                List.of("tag", "tag="),
                List.of("tag=a&tag", "tag=a"),
                List.of("tag[]=a", "tag=a"),
                List.of("tag[]=a&tag[]=b", "tag=a&tag=b"),
                List.of("tag=a&tag=a", "tag=a"),
                List.of("tag=!", ""),
                List.of("tag=a;tag=b", "tag=a&tag=b"));
        return pairs.stream()
                .map(pair -> Attack.of(
                        "lists: " + pair.get(0) + " and " + pair.get(1),
                        get("/m/{u}/item?tag=victim"),
                        get("/m/{u}/item?" + pair.get(0)),
                        get("/m/{u}/item?" + pair.get(1))));
    }

    /** A cookie that is in the key of a public route. A cookie that is not named there says nothing, by the rule's own words. */
    static Stream<Attack> cookies() {
        return Stream.of(
                        "lang=de",
                        "lang=",
                        "lang=\"fr\"",
                        "lang=f%72",
                        "lang=FR",
                        "lang=fr:u:x",
                        "lang=!",
                        "lang=*",
                        "lang=fr,de",
                        "lang=fr; lang=de",
                        "lang=de; lang=fr",
                        "LANG=de; lang=fr",
                        "lang=fr; LANG=de",
                        "lang=\"fr; lang=de\"",
                        "$Version=1; lang=de",
                        "lang =de",
                        " lang=de",
                        "lang=de ",
                        "other=1; lang=de",
                        "lang=de; other=1",
                        "lang=fr=de",
                        "lang=" + "x".repeat(900))
                .map(cookie -> Attack.of(
                        "cookie " + shortened(cookie),
                        get("/c/{u}/item", "Cookie: lang=fr"),
                        get("/c/{u}/item", "Cookie: " + cookie),
                        get("/c/{u}/item")));
    }

    /** A field that is in the key. */
    static Stream<Attack> fields() {
        return Stream.of(
                        List.of("X-Device: big"),
                        List.of("X-Device:"),
                        List.of("X-Device: SMALL"),
                        List.of("x-device: big"),
                        List.of("X-Device: small,big"),
                        List.of("X-Device: small", "X-Device: big"),
                        List.of("X-Device: big", "X-Device: small"),
                        List.of("X-Device: \"small\""),
                        List.of("X-Device: small "),
                        List.of("X-Device: small:u:x"),
                        List.of("X-Device: !"),
                        List.of("X-Device: *"),
                        List.of("X-Device: smäll"),
                        List.of("X_Device: big"),
                        List.of("X-Device: " + "x".repeat(900)))
                .map(lines -> Attack.of(
                        "field " + shortened(lines.toString()),
                        get("/h/{u}/item", "X-Device: small"),
                        get("/h/{u}/item", lines.toArray(new String[0])),
                        get("/h/{u}/item")));
    }
}
