package dev.rlm.context;

import dev.rlm.storage.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * Fetches files over https from allowed addresses of public hosts. Redirects are followed if they lead to allowed addresses.
 * No credentials are sent. Thread-safe.
 *
 * <p>Whether a host is public is asked just before it is connected to; Java keeps what a name resolves to for 30 seconds, so
 * the connection goes where was looked.
 */
public final class UrlFetch {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_REDIRECTS = 5;
    private static final int PIECE = 1 << 16;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final AllowedUrls allowed;
    private final FetchTime time;
    private final HttpClient.Builder clients;
    private final Predicate<InetAddress> reachable;

    /**
     * A way to fetch files.
     *
     * @param allowed from where
     * @param time how long fetching a file may take
     */
    public UrlFetch(AllowedUrls allowed, Duration time) {
        this(allowed, time, HttpClient.newBuilder(), PublicAddresses::isPublic);
    }

    /** Fetches nothing. */
    static UrlFetch none() {
        return new UrlFetch(AllowedUrls.NONE, CONNECT);
    }

    UrlFetch(AllowedUrls allowed, Duration time, HttpClient.Builder clients, Predicate<InetAddress> reachable) {
        this.allowed = allowed;
        this.time = new FetchTime(time);
        this.clients = clients.connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        this.reachable = reachable;
    }

    /**
     * The address that a text is, if it may be loaded.
     *
     * @throws ContextException if it may not
     */
    URI require(String text) throws ContextException {
        return allowed.require(text);
    }

    /**
     * Fetches a file.
     *
     * @param url an address that may be loaded
     * @param mostBytes how many bytes it may have
     * @param file where it goes
     */
    void fetch(URI url, long mostBytes, FileChannel file)
            throws Unreadable, IOException, ContextException, InterruptedException {
        time.within(() -> {
            try (HttpClient client = clients.build()) {
                receive(follow(client, url), mostBytes, file);
            }
            return url;
        });
    }

    private HttpResponse<InputStream> follow(HttpClient client, URI first)
            throws Unreadable, ContextException, InterruptedException {
        URI url = first;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            requirePublic(url);
            HttpResponse<InputStream> response = get(client, url);
            if (!REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            close(response);
            String location = response.headers().firstValue("Location").orElse("");
            try {
                url = allowed.require(url.resolve(location).toString());
            } catch (IllegalArgumentException _) {
                throw new Unreadable("redirects to what is no address");
            }
        }
        throw new Unreadable("redirects more than " + MOST_REDIRECTS + " times");
    }

    private void requirePublic(URI url) throws Unreadable {
        try {
            for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
                if (!reachable.test(address)) {
                    throw new Unreadable("is at an address that is not public");
                }
            }
        } catch (UnknownHostException _) {
            throw new Unreadable("is on a host that is not known");
        }
    }

    private static HttpResponse<InputStream> get(HttpClient client, URI url) throws Unreadable, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("User-Agent", "rlm")
                .header("Accept", "*/*")
                .GET()
                .build();
        try {
            return client.send(request, BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException _) {
            throw new Unreadable("is on a host that takes no connection");
        } catch (SSLException _) {
            throw new Unreadable("is on a host to which no secure connection can be made");
        } catch (IOException _) {
            throw new Unreadable("cannot be reached");
        }
    }

    private static void receive(HttpResponse<InputStream> response, long mostBytes, FileChannel file)
            throws Unreadable, IOException {
        if (response.statusCode() != 200) {
            close(response);
            throw new Unreadable("is answered with HTTP " + response.statusCode());
        }
        try (InputStream body = response.body()) {
            byte[] piece = new byte[PIECE];
            for (int count = read(body, piece); count >= 0; count = read(body, piece)) {
                if (file.position() + count > mostBytes) {
                    throw new Unreadable("has more than " + mostBytes + " bytes (rlm.context.max-bytes)");
                }
                PrivateFiles.writeFully(file, ByteBuffer.wrap(piece, 0, count));
            }
        }
    }

    /** The failures of the connection are not those of the store. */
    private static int read(InputStream body, byte[] piece) throws Unreadable {
        try {
            return body.read(piece);
        } catch (IOException _) {
            throw new Unreadable("broke off");
        }
    }

    private static void close(HttpResponse<InputStream> response) {
        try {
            response.body().close();
        } catch (IOException _) {
            // It is of no use any more.
        }
    }
}
