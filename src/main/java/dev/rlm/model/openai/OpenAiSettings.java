package dev.rlm.model.openai;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an OpenAI-compatible endpoint is and how to be let in.
 *
 * @param baseUrl the address before {@code /chat/completions}, such as {@code https://api.openai.com/v1}
 * @param apiKey sent as bearer token, or null to send none; surrounding white space is dropped
 * @param headers further headers of each request; their values are treated as secrets
 */
public record OpenAiSettings(URI baseUrl, @Nullable String apiKey, Map<String, String> headers) {

    /** OpenAI itself. */
    public static final URI DEFAULT_BASE_URL = URI.create("https://api.openai.com/v1");

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Set<String> OWN_HEADERS =
            Set.of("connection", "content-length", "content-type", "expect", "host", "transfer-encoding", "upgrade");

    public OpenAiSettings {
        headers = Map.copyOf(headers);
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        requireHttp(baseUrl);
        if (apiKey != null && !apiKey.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("The OpenAI API key holds characters that cannot be sent in a header.");
        }
        headers.forEach(OpenAiSettings::requireSendable);
    }

    /** No key: enough for most local servers, never for OpenAI itself. */
    public static OpenAiSettings at(URI baseUrl) {
        return new OpenAiSettings(baseUrl, null, Map.of());
    }

    /** Whether calls go to OpenAI's own endpoint. */
    boolean isOpenAiItself() {
        return baseUrl.getHost().toLowerCase(Locale.ROOT).endsWith("api.openai.com");
    }

    /** The address of an operation, such as {@code chat/completions}; a query of the base URL is kept. */
    URI operation(String path) {
        String base = baseUrl.toString();
        int query = base.indexOf('?');
        String address = query < 0 ? base : base.substring(0, query);
        return URI.create(
                (address.endsWith("/") ? address : address + "/") + path + (query < 0 ? "" : base.substring(query)));
    }

    /** What must never be shown. */
    List<String> secrets() {
        List<String> secrets = new ArrayList<>(headers.values());
        // Some gateways take their key there.
        if (baseUrl.getRawQuery() != null) {
            for (String parameter : baseUrl.getRawQuery().split("&", -1)) {
                String value = parameter.substring(parameter.indexOf('=') + 1);
                if (!value.isEmpty()) {
                    secrets.add(value);
                    secrets.add(URLDecoder.decode(value, StandardCharsets.UTF_8));
                }
            }
        }
        if (apiKey != null) {
            secrets.add(apiKey);
        }
        return secrets;
    }

    /** The address without its query, which some gateways use for keys. */
    String shownAddress() {
        String base = baseUrl.toString();
        int query = base.indexOf('?');
        return query < 0 ? base : base.substring(0, query);
    }

    @Override
    public String toString() {
        return "OpenAiSettings[baseUrl=" + shownAddress() + ", apiKey=" + (apiKey == null ? "none" : "***")
                + ", headers=" + headers.keySet() + "]";
    }

    private static void requireHttp(URI baseUrl) {
        String scheme = String.valueOf(baseUrl.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https"))
                || baseUrl.getHost() == null
                || baseUrl.getUserInfo() != null
                || baseUrl.getFragment() != null) {
            throw new IllegalArgumentException("The OpenAI base URL must be an http or https address without user name,"
                    + " such as https://api.openai.com/v1 or http://localhost:11434/v1.");
        }
    }

    private static void requireSendable(String name, String value) {
        if (!HEADER_NAME.matcher(name).matches() || OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("'" + name + "' cannot be set as a header of model calls.");
        }
        if (!HEADER_VALUE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "The value of the header '" + name + "' holds characters that cannot be sent.");
        }
    }
}
