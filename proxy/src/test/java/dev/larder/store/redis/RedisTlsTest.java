package dev.larder.store.redis;

import static dev.larder.store.StoreSamples.COURSE_7;
import static dev.larder.store.StoreSamples.GROUPS;
import static dev.larder.store.StoreSamples.HOUR;
import static dev.larder.store.StoreSamples.await;
import static dev.larder.store.StoreSamples.body;
import static dev.larder.store.StoreSamples.key;
import static dev.larder.store.StoreSamples.response;
import static dev.larder.store.StoreSamples.until;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.rig.AdjustedStore;
import dev.larder.rig.FreePort;
import dev.larder.rig.StoreLoops;
import dev.larder.settings.Settings;
import dev.larder.store.CacheStore.PutResult;
import dev.larder.store.Intent;
import dev.larder.store.Lookup;
import dev.larder.store.StoreKey;
import dev.larder.store.StoreSamples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * TLS to a real server. The binary on the class path has no TLS: the system's {@code redis-server} is used, which CI
 * installs; where there is none, these tests are skipped.
 */
class RedisTlsTest {

    private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

    private static @Nullable Path temporary;
    private static @Nullable ServerProcess server;

    private static Path folder() {
        return Objects.requireNonNull(temporary);
    }

    private static ServerProcess server() {
        return Objects.requireNonNull(server);
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(PROGRAM), "no redis-server with TLS on this machine");
        temporary = folder;
        certificate("server", "ip:127.0.0.1");
        certificate("elsewhere", "dns:elsewhere.example");
        certificate("larder", "dns:larder.example");
        server = open("server", "no");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static ServerProcess open(String certificate, String clients) {
        int port = FreePort.next();
        return ServerProcess.of(
                PROGRAM,
                port,
                "port 0",
                "tls-port " + port,
                "save \"\"",
                "tls-cert-file " + folder().resolve(certificate + ".pem"),
                "tls-key-file " + folder().resolve(certificate + ".key"),
                "tls-ca-cert-file " + folder().resolve("larder.pem"),
                "tls-auth-clients " + clients);
    }

    /** A certificate that signs itself, and its key, as PEM. */
    private static void certificate(String name, String subject) throws Exception {
        Path store = folder().resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-validity",
                        "2",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + subject,
                        "-ext",
                        "bc=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder().resolve("keytool.log").toFile())
                .start();
        assertEquals(0, keytool.waitFor(), () -> "keytool failed, see " + folder());
        char[] password = "changeit".toCharArray();
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password);
            pem(name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
            pem(name + ".key", "PRIVATE KEY", keys.getKey(name, password).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static void pem(String file, String what, byte[] bytes) throws IOException {
        Files.writeString(
                folder().resolve(file),
                "-----BEGIN " + what + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
                        + "\n-----END " + what + "-----\n");
    }

    private static Settings.Tls trusting(String certificate, Settings.TlsVerify verify) {
        return new Settings.Tls(
                verify, Optional.of(folder().resolve(certificate + ".pem")), Optional.empty(), Optional.empty());
    }

    private static RedisStore store(ServerProcess to, Settings.Tls tls) {
        return RedisStore.connect(
                AdjustedStore.of(StoreSamples.settings("rediss://127.0.0.1:" + to.port()))
                        .tls(tls)
                        .done(),
                Duration.ofSeconds(2),
                System::nanoTime,
                () -> "rules",
                StoreLoops.get());
    }

    private static void works(RedisStore store) {
        until("connected: " + store.status().detail(), () -> store.status().usable());
        StoreKey key = key("7");
        Intent intent = await(store.intend(List.of(COURSE_7)));
        assertTrue(await(intent.purge(List.of(COURSE_7))));
        assertTrue(await(intent.done()));
        Lookup.Absent absent = assertInstanceOf(Lookup.Absent.class, await(store.lookup(key, GROUPS)));
        assertEquals(PutResult.STORED, await(store.put(key, response(key, absent.epochs(), "x"), HOUR)));
        assertEquals("x", body(await(store.lookup(key, GROUPS))));
    }

    @Test
    void aServerWhoseCertificateIsTrustedIsUsed() {
        try (RedisStore store = store(server(), trusting("server", Settings.TlsVerify.FULL))) {
            works(store);
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotBelieved() {
        try (RedisStore store = store(server(), Settings.Tls.DEFAULT)) {
            until("refused", () -> store.status().detail().contains("certificat"));
            assertFalse(store.status().usable());
        }
    }

    @Test
    void aCertificateOfAnotherNameIsBelievedOnlyWhereTheNameIsNotToBeChecked() {
        ServerProcess elsewhere = open("elsewhere", "no");
        try (RedisStore strict = store(elsewhere, trusting("elsewhere", Settings.TlsVerify.FULL));
                RedisStore lenient = store(elsewhere, trusting("elsewhere", Settings.TlsVerify.CA));
                RedisStore wrong = store(elsewhere, trusting("server", Settings.TlsVerify.CA))) {
            works(lenient);
            until("refused", () -> strict.status().detail().contains("127.0.0.1 found"));
            until("refused", () -> wrong.status().detail().contains("certificat"));
            assertFalse(strict.status().usable());
            assertFalse(wrong.status().usable());
        } finally {
            elsewhere.close();
        }
    }

    @Test
    void anythingIsBelievedWhereNothingIsToBeChecked() {
        try (RedisStore store = store(
                server(),
                new Settings.Tls(Settings.TlsVerify.NONE, Optional.empty(), Optional.empty(), Optional.empty()))) {
            until("connected", () -> store.status().usable());
        }
    }

    @Test
    void aServerThatAsksForACertificateIsShownOne() {
        ServerProcess asking = open("server", "yes");
        Settings.Tls shown = new Settings.Tls(
                Settings.TlsVerify.FULL,
                Optional.of(folder().resolve("server.pem")),
                Optional.of(folder().resolve("larder.pem")),
                Optional.of(folder().resolve("larder.key")));
        try (RedisStore store = store(asking, shown);
                RedisStore without = store(asking, trusting("server", Settings.TlsVerify.FULL))) {
            works(store);
            assertFalse(without.status().usable());
        } finally {
            asking.close();
        }
    }

    @Test
    void aFileThatIsNotThereIsSaidAtOnce() {
        IllegalArgumentException missing = assertThrows(
                IllegalArgumentException.class, () -> store(server(), trusting("nowhere", Settings.TlsVerify.FULL)));
        assertTrue(String.valueOf(missing.getMessage()).startsWith("store.tls-ca-file names "));
    }
}
