package dev.rlm.context;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens with the vocabulary cl100k_base, which is read at the first use and takes some tenths of a second then.
 * Other models' vocabularies give numbers within about a fifth of it. Thread-safe.
 */
final class Tokenizer {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Encoding encoding;

    /** How many tokens a text has; it may be cut within a surrogate pair. What looks like a special token is text. */
    int count(String text) {
        String wellFormed = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return encoding().countTokensOrdinary(wellFormed);
    }

    private Encoding encoding() {
        Encoding known = encoding;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            Encoding first = encoding;
            if (first == null) {
                first = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
                encoding = first;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }
}
