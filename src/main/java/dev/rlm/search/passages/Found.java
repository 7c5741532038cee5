package dev.rlm.search.passages;

import java.util.List;

/**
 * What a search found.
 *
 * @param passages the best first; of those that fit equally well the first in the documents' order
 * @param truncated whether there are more
 */
public record Found(List<Passage> passages, boolean truncated) {

    public Found {
        passages = List.copyOf(passages);
    }
}
