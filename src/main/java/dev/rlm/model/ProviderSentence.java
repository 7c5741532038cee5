package dev.rlm.model;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a provider said about a failure, made fit to be shown: one line, at most {@value #MAX_CHARACTERS} characters,
 * without the secrets that were sent and without the prompt, which some providers repeat in their errors.
 */
public final class ProviderSentence {

    /** The longest sentence that is passed on. */
    public static final int MAX_CHARACTERS = 500;

    /** Quotes of the prompt shorter than two of these are not recognised; names of parameters and models survive. */
    private static final int ECHO_WINDOW = 24;

    private static final int SHORTEST_SECRET = 4;

    private ProviderSentence() {}

    /**
     * Makes a provider's text fit to be shown.
     *
     * @param text what the provider said, or null
     * @param secrets what must not appear in it
     * @param request the request whose prompts must not appear in it
     * @return the sentence; empty if nothing was said
     */
    public static String of(@Nullable String text, Collection<String> secrets, ModelRequest request) {
        return withoutPrompt(of(text, secrets), request);
    }

    /** Makes a provider's text fit to be shown where no prompt was sent. */
    public static String of(@Nullable String text, Collection<String> secrets) {
        if (text == null) {
            return "";
        }
        String line = text.substring(0, Math.min(text.length(), 20 * MAX_CHARACTERS))
                .replaceAll("[\\p{Cntrl}\\s]+", " ")
                .strip();
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST_SECRET) {
                line = line.replace(secret, "***");
            }
        }
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS - 1) + "…";
    }

    private static String withoutPrompt(String line, ModelRequest request) {
        List<String> prompts = Stream.concat(
                        Stream.of(request.system()), request.messages().stream().flatMap(Message::texts))
                .filter(prompt -> prompt.length() >= ECHO_WINDOW)
                .toList();
        for (int start = 0; start + ECHO_WINDOW <= line.length(); start += ECHO_WINDOW) {
            String window = line.substring(start, start + ECHO_WINDOW);
            if (prompts.stream().anyMatch(prompt -> prompt.contains(window))) {
                return line.substring(0, beginOfEcho(line, start, prompts)).stripTrailing() + " [prompt left out]";
            }
        }
        return line;
    }

    private static int beginOfEcho(String line, int start, List<String> prompts) {
        int begin = start;
        while (begin > 0 && echoed(line.substring(begin - 1, start + ECHO_WINDOW), prompts)) {
            begin--;
        }
        return begin;
    }

    private static boolean echoed(String part, List<String> prompts) {
        return prompts.stream().anyMatch(prompt -> prompt.contains(part));
    }
}
