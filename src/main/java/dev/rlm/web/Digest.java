package dev.rlm.web;

import dev.rlm.context.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The SHA-256 that a file must have, from the header {@code Repr-Digest} of RFC 9530. Immutable. */
final class Digest {

    static final String HEADER = "Repr-Digest";

    private static final Pattern SHA_256 = Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):");

    private final byte[] sha256;

    private Digest(byte[] sha256) {
        this.sha256 = sha256;
    }

    /**
     * The digest in the header; empty without one.
     *
     * @throws UploadException if there is none in it that can be checked
     */
    static Optional<Digest> of(@Nullable String header) throws UploadException {
        if (header == null) {
            return Optional.empty();
        }
        Matcher found = SHA_256.matcher(header);
        if (!found.find()) {
            throw new UploadException(
                    400,
                    HEADER
                            + " must have a SHA-256 in Base64, as in 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'.");
        }
        return Optional.of(new Digest(Base64.getDecoder().decode(found.group(1))));
    }

    /** @throws UploadException if a file has another one */
    void check(Path file) throws IOException, UploadException {
        byte[] own = Sha256.of(file);
        if (!Arrays.equals(own, sha256)) {
            throw new UploadException(
                    400,
                    "The bytes that came have the SHA-256 " + HexFormat.of().formatHex(own)
                            + ", which is not the one that " + HEADER + " names: send the file again.");
        }
    }
}
