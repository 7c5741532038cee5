package dev.rlm.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the URI of a resource names. {@code toString} gives the URI. Names of documents are percent-encoded in it, but for their
 * slashes; when read, slashes may be encoded or not.
 */
sealed interface ResourceUri {

    /** {@code rlm://contexts/ID}. */
    record OfContext(String id) implements ResourceUri {
        @Override
        public String toString() {
            return CONTEXTS + id;
        }
    }

    /**
     * {@code rlm://contexts/ID/documents/NAME}, with {@code ?offset=N} for a part.
     *
     * @param offset where the part starts, in characters
     */
    record OfDocument(String contextId, String document, long offset) implements ResourceUri {
        @Override
        public String toString() {
            return CONTEXTS + contextId + "/documents/" + encoded(document) + (offset == 0 ? "" : "?offset=" + offset);
        }
    }

    /** {@code rlm://tasks/ID}. */
    record OfTask(String id) implements ResourceUri {
        @Override
        public String toString() {
            return TASKS + id;
        }
    }

    /**
     * {@code rlm://tasks/ID/trajectory}, with {@code ?after=N} for a part.
     *
     * @param after the number of the event before the part
     */
    record OfTrajectory(String taskId, long after) implements ResourceUri {
        @Override
        public String toString() {
            return TASKS + taskId + "/trajectory" + (after == 0 ? "" : "?after=" + after);
        }
    }

    /** What all URIs of contexts start with. */
    String CONTEXTS = "rlm://contexts/";

    /** What all URIs of tasks start with. */
    String TASKS = "rlm://tasks/";

    /** Long enough for a name of 1,000 characters that are all encoded. */
    int LONGEST = 16_384;

    /**
     * What a URI names. It need not exist.
     *
     * @throws RequestFailure if no resource of this server can have this URI
     */
    static ResourceUri parse(String uri) throws RequestFailure {
        if (uri.length() > LONGEST) {
            throw RequestFailure.invalid(
                    "The URI has " + uri.length() + " characters; URIs of resources have at most " + LONGEST + ".");
        }
        Matcher found = Syntax.CONTEXT.matcher(uri);
        if (found.matches()) {
            return new OfContext(found.group(1));
        }
        found = Syntax.DOCUMENT.matcher(uri);
        if (found.matches()) {
            return new OfDocument(found.group(1), decoded(found.group(2)), number(found.group(3)));
        }
        found = Syntax.TASK.matcher(uri);
        if (found.matches()) {
            return new OfTask(found.group(1));
        }
        found = Syntax.TRAJECTORY.matcher(uri);
        if (found.matches()) {
            return new OfTrajectory(found.group(1), number(found.group(2)));
        }
        throw RequestFailure.notFound(
                "There is no resource " + Quoted.of(uri) + ". Resources of this server have URIs such as "
                        + CONTEXTS + "ID, " + CONTEXTS + "ID/documents/NAME, " + TASKS + "ID and " + TASKS
                        + "ID/trajectory; resources/list and resources/templates/list tell them.");
    }

    /** The forms of URIs. Two forms have no URI in common. */
    final class Syntax {
        private static final Pattern CONTEXT = Pattern.compile("rlm://contexts/([^/?#]+)");
        private static final Pattern DOCUMENT =
                Pattern.compile("rlm://contexts/([^/?#]+)/documents/([^?#]+)(?:\\?offset=([0-9]{1,18}))?");
        private static final Pattern TASK = Pattern.compile("rlm://tasks/([^/?#]+)");
        private static final Pattern TRAJECTORY =
                Pattern.compile("rlm://tasks/([^/?#]+)/trajectory(?:\\?after=([0-9]{1,18}))?");

        /** What stands for itself in a name: RFC 3986's unreserved characters, and slashes. */
        private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

        private Syntax() {}
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static String encoded(String name) {
        StringBuilder encoded = new StringBuilder(name.length());
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char character = (char) (octet & 0xFF);
            if (Syntax.PLAIN.indexOf(character) >= 0) {
                encoded.append(character);
            } else {
                encoded.append('%').append("%02X".formatted((int) character));
            }
        }
        return encoded.toString();
    }

    private static String decoded(String name) throws RequestFailure {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(octets.length);
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] != '%') {
                decoded.put(octets[i]);
                continue;
            }
            int high = i + 2 < octets.length ? Character.digit(octets[i + 1], 16) : -1;
            int low = i + 2 < octets.length ? Character.digit(octets[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw misencoded(name);
            }
            decoded.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException _) {
            throw misencoded(name);
        }
    }

    private static RequestFailure misencoded(String name) {
        return RequestFailure.invalid("The name of the document " + Quoted.of(name)
                + " is not percent-encoded UTF-8: write % as %25, and two hexadecimal digits after every other %.");
    }
}
