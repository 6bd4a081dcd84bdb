package dev.larder.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialMemoTest {

    /** The known answers of SipHash-2-4-128 are for the key 00 01 .. 0f and inputs 00 01 .. of each length. */
    @ParameterizedTest
    @CsvSource({
        "0, a3817f04ba25a8e66df67214c7550293",
        "1, da87c1d86b99af44347659119b22fc45",
        "7, a1f1ebbed8dbc153c0b84aa61ff08239",
        "8, 3b62a9ba6258f5610f83e264f31497b4",
        "9, 264499060ad9baabc47f8b02bb6d71ed",
        "57, 74481e9646ed49fe0f6224301604698e"
    })
    void tagIsSipHash(int length, String expected) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) i);
        }
        CredentialMemo memo = new CredentialMemo(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        long[] tag = memo.tagOf(text.toString());
        assertEquals(expected, hex(tag[0]) + hex(tag[1]));
    }

    private static String hex(long word) {
        return String.format("%016x", Long.reverseBytes(word));
    }

    @Test
    void credentialIsFoundForItsIdentityOnly() {
        CredentialMemo memo = new CredentialMemo(1, 2);
        assertNull(memo.find("session", "token=a"));
        Credential known = new Credential("session", "hash");
        memo.remember(known);
        assertSame(known, memo.find("session", "token=a"));
        assertNull(memo.find("admin", "token=a"));
        assertNull(memo.find("session", "token=b"));
        assertNull(memo.find("session", "token=a\0"));
        assertNull(memo.find("session", "token="));
    }

    @Test
    void newSecretHashesAnew() {
        byte[][] shared = {"one".getBytes(StandardCharsets.UTF_8)};
        CredentialHash hash = new CredentialHash("own".getBytes(StandardCharsets.UTF_8), () -> shared[0]);
        Credential before = hash.credential("session", "token=a");
        assertSame(before, hash.credential("session", "token=a"));
        shared[0] = "two".getBytes(StandardCharsets.UTF_8);
        Credential after = hash.credential("session", "token=a");
        assertNotEquals(before, after);
        assertEquals(hash.of("session", "token=a"), after.hash());
    }

    @Test
    void moreCredentialsThanItHoldsAreHashedRight() {
        CredentialHash hash = new CredentialHash("own".getBytes(StandardCharsets.UTF_8));
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10_000; i++) {
                assertEquals(
                        hash.of("session", "token=" + i),
                        hash.credential("session", "token=" + i).hash());
            }
        }
    }

    @Test
    void someHundredVisitorsAreRemembered() {
        CredentialHash hash = new CredentialHash("own".getBytes(StandardCharsets.UTF_8));
        List<Credential> first = IntStream.range(0, 200)
                .mapToObj(i -> hash.credential("session", "token=" + i))
                .toList();
        for (int i = 0; i < first.size(); i++) {
            assertSame(first.get(i), hash.credential("session", "token=" + i));
        }
    }
}
