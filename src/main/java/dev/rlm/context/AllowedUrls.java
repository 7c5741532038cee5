package dev.rlm.context;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * The addresses from which contexts may be loaded: those that begin with one of some https addresses. Immutable and
 * thread-safe.
 */
public final class AllowedUrls {

    /** No address. */
    public static final AllowedUrls NONE = new AllowedUrls(List.of());

    private static final int STANDARD_PORT = 443;

    private final List<URI> prefixes;

    private AllowedUrls(List<URI> prefixes) {
        this.prefixes = prefixes;
    }

    /**
     * Addresses that begin with one of these: with its host and port, and with its path, which ends with a slash or is
     * matched as a whole.
     *
     * @throws IllegalArgumentException with a sentence if one is no https address
     */
    public static AllowedUrls of(List<URI> prefixes) {
        for (URI prefix : prefixes) {
            if (!"https".equalsIgnoreCase(prefix.getScheme())
                    || prefix.getHost() == null
                    || prefix.getRawUserInfo() != null
                    || prefix.getRawQuery() != null
                    || prefix.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "Write each as https://HOST/PATH/, without user, query and fragment, not '" + prefix + "'.");
            }
        }
        return new AllowedUrls(List.copyOf(prefixes));
    }

    /**
     * The address that a text is, if it may be loaded.
     *
     * @throws ContextException if it may not
     */
    URI require(String text) throws ContextException {
        if (prefixes.isEmpty()) {
            throw new ContextException(
                    "Nothing is loaded over https here, for only what is behind the addresses named in"
                            + " rlm.context.urls is loaded and none over https is named: give the text itself, or name an address"
                            + " there.");
        }
        URI url;
        try {
            url = URI.create(text).normalize();
        } catch (IllegalArgumentException _) {
            throw notAllowed(text);
        }
        if (!"https".equalsIgnoreCase(url.getScheme())
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || path(url).contains("/../")
                || prefixes.stream().noneMatch(prefix -> begins(url, prefix))) {
            throw notAllowed(text);
        }
        return url;
    }

    private static boolean begins(URI url, URI prefix) {
        String path = path(prefix);
        return url.getHost().equalsIgnoreCase(prefix.getHost())
                && port(url) == port(prefix)
                && (path(url).equals(path) || (path.endsWith("/") && path(url).startsWith(path)));
    }

    private static int port(URI url) {
        return url.getPort() < 0 ? STANDARD_PORT : url.getPort();
    }

    /** With what is written in escapes, such as a dot, as what it is. */
    private static String path(URI url) {
        String path = url.getPath();
        return path == null || path.isEmpty() ? "/" : path;
    }

    private ContextException notAllowed(String text) {
        return new ContextException("The address " + Labels.harmless(shortened(text))
                + " cannot be loaded: addresses must begin with one of those that rlm.context.urls names ("
                + Labels.some(prefixes) + ").");
    }

    private static String shortened(String text) {
        String one = text.toLowerCase(Locale.ROOT).startsWith("http") ? text : "'" + text + "'";
        return one.length() <= 200 ? one : one.substring(0, 200) + "...";
    }
}
