package dev.rlm.context;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import dev.rlm.pdf.PdfReaders;
import dev.rlm.pdf.PdfSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contexts from addresses, over real https with a certificate of the test's own. */
final class UrlFetchTest {

    private static WireMockServer server;

    @TempDir
    private Path temporary;

    private boolean loopbackIsPublic = true;
    private Duration time = Duration.ofMinutes(1);

    @BeforeAll
    static void start() {
        server = new WireMockServer(
                options().dynamicHttpsPort().httpDisabled(true).bindAddress("127.0.0.1"));
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    @BeforeEach
    void reset() {
        server.resetAll();
    }

    private static String base() {
        return "https://localhost:" + server.httpsPort();
    }

    /** Trusts the test's server; whom to trust is Java's business and not what is tested. */
    private static HttpClient.Builder trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new X509ExtendedTrustManager[] {
                    new X509ExtendedTrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return HttpClient.newBuilder().sslContext(context);
    }

    private Context load(String url) throws Exception {
        UrlFetch urls = new UrlFetch(
                AllowedUrls.of(List.of(URI.create(base() + "/docs/"), URI.create(base() + "/one.txt"))),
                time,
                trusting(),
                address -> loopbackIsPublic);
        return new ContextLoader(
                        LocalContextStore.open(temporary.resolve("store"), Workbench.CLOCK),
                        ContextRoots.none(),
                        urls,
                        S3Fetch.none(),
                        Workbench.SMALL,
                        new PdfReaders(PdfSettings.DEFAULT),
                        Workbench.CLOCK,
                        new Random(7))
                .load(null, List.of(new Source.Url(url)));
    }

    private static void answer(String path, String body) {
        server.stubFor(get(urlPathEqualTo(path)).willReturn(aResponse().withBody(body)));
    }

    private static void redirect(String path, String location) {
        server.stubFor(
                get(urlPathEqualTo(path)).willReturn(aResponse().withStatus(302).withHeader("Location", location)));
    }

    private void refused(String url, String... words) {
        assertThatThrownBy(() -> load(url)).isInstanceOf(ContextException.class).hasMessageContainingAll(words);
    }

    @Test
    void aFileBehindAnAllowedAddressBecomesAContext() throws Exception {
        answer("/docs/a/notes.txt", "one\ntwo\n");
        answer("/one.txt", "1");
        Context context = load(base() + "/docs/a/notes.txt?version=2");
        assertThat(context.name()).isEqualTo("notes.txt");
        assertThat(context.characters()).isEqualTo(8);
        assertThat(load(base() + "/one.txt").characters()).isEqualTo(1);
        assertThat(server.getAllServeEvents().getFirst().getRequest().getHeader("Authorization"))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/docs/a",
                "https://localhost/docs/a",
                "https://evil.example/docs/a",
                "BASE/other/a",
                "BASE/docs",
                "BASE/docs/../other/a",
                "BASE/docs/%2e%2e/other",
                "BASE/one.txt/more",
                "https://user@localhost:1/docs/a",
                "file:///etc/passwd",
                "/etc/passwd",
                "",
                "https:///docs/",
                "ht tp://x"
            })
    void everyOtherAddressIsRefusedWithoutAConnection(String url) {
        refused(url.replace("BASE", base()), "rlm.context.urls");
        assertThat(server.getAllServeEvents()).isEmpty();
    }

    @Test
    void redirectsAreFollowedWithinWhatIsAllowed() throws Exception {
        redirect("/docs/old", "new.txt");
        answer("/docs/new.txt", "text");
        assertThat(load(base() + "/docs/old").characters()).isEqualTo(4);
        for (String elsewhere : List.of(
                "https://169.254.169.254/latest", "http://localhost/docs/a", "/other", "//evil.example/docs/a")) {
            redirect("/docs/out", elsewhere);
            refused(base() + "/docs/out", "cannot be loaded", "rlm.context.urls");
        }
        redirect("/docs/round", "/docs/round");
        refused(base() + "/docs/round", "redirects more than 5 times");
        redirect("/docs/odd", "https://[");
        refused(base() + "/docs/odd", "redirects to what is no address");
    }

    @Test
    void hostsThatAreNotPublicAreNotAsked() {
        loopbackIsPublic = false;
        answer("/docs/a", "secret");
        refused(base() + "/docs/a", "is at an address that is not public");
        assertThat(server.getAllServeEvents()).isEmpty();
    }

    @Test
    void whateverComesBackIsToldInASentence() {
        server.stubFor(get(urlPathEqualTo("/docs/none")).willReturn(aResponse().withStatus(404)));
        refused(base() + "/docs/none", "is answered with HTTP 404");
        server.stubFor(
                get(urlPathEqualTo("/docs/binary")).willReturn(aResponse().withBody(new byte[100])));
        refused(base() + "/docs/binary", "/docs/binary is binary");
        server.stubFor(
                get(urlPathEqualTo("/docs/broken")).willReturn(aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)));
        refused(base() + "/docs/broken", "broke off");
        server.stubFor(get(urlPathEqualTo("/docs/large"))
                .willReturn(aResponse().withBody("x".repeat((int) Workbench.SMALL.bytes() + 1))));
        refused(base() + "/docs/large", "rlm.context.max-bytes");
    }

    @Test
    void whatTakesTooLongIsGivenUp() {
        time = Duration.ofMillis(300);
        server.stubFor(get(urlPathEqualTo("/docs/slow"))
                .willReturn(aResponse().withFixedDelay(20_000).withBody("late")));
        refused(base() + "/docs/slow", "did not come within", "rlm.context.url-time");
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "1.1.1.1, true",
        "2606:4700:4700::1111, true",
        "64:ff9b::808:808, true",
        "127.0.0.1, false",
        "0.0.0.0, false",
        "10.1.2.3, false",
        "172.16.0.1, false",
        "172.32.0.1, true",
        "192.168.1.1, false",
        "100.64.0.1, false",
        "100.128.0.1, true",
        "169.254.169.254, false",
        "192.0.2.1, false",
        "198.18.0.1, false",
        "203.0.113.9, false",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "::1, false",
        "::, false",
        "fe80::1, false",
        "fc00::1, false",
        "fd00:ec2::254, false",
        "::ffff:10.0.0.1, false",
        "64:ff9b::a00:1, false",
        "2002:a00:1::1, false",
        "2001:db8::1, false",
        "2001:0::1, false",
        "ff02::1, false"
    })
    void publicAddressesAreToldFromOthers(String address, boolean isPublic) throws Exception {
        assertThat(PublicAddresses.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/", "https://u@a/", "https://a/?q", "https://a/#f", "a", "https:///"})
    void whatIsNoPrefixIsRefusedAtTheStart(String prefix) {
        assertThatThrownBy(() -> AllowedUrls.of(List.of(URI.create(prefix))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://HOST/PATH/");
    }
}
