package dev.rlm.search.passages;

import java.util.Arrays;

/** Where the passages of all documents stand, in the documents' order and without gaps. Thread-safe once it is complete. */
final class PassageTable {
    private int[] starts = new int[64];
    private int[] lines = new int[64];
    private int count;

    /** The first passage of each document, and the length of each. */
    private int[] firsts = new int[16];

    private int[] lengths = new int[16];
    private int documents;

    /** Begins a document; the passages that follow are its own. */
    void addDocument() {
        if (documents == firsts.length) {
            firsts = Arrays.copyOf(firsts, 2 * documents);
            lengths = Arrays.copyOf(lengths, 2 * documents);
        }
        firsts[documents] = count;
        documents++;
    }

    /** Adds a passage that stands where the one before it ended, or at the start of the document. */
    void add(int length, int line) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lines = Arrays.copyOf(lines, 2 * count);
        }
        starts[count] = lengths[documents - 1];
        lines[count] = line;
        count++;
        lengths[documents - 1] = Math.addExact(lengths[documents - 1], length);
    }

    int count() {
        return count;
    }

    int documents() {
        return documents;
    }

    /** How many UTF-16 units a document has so far. */
    int length(int document) {
        return lengths[document];
    }

    /** The first passage of a document. */
    int first(int document) {
        return document == documents ? count : firsts[document];
    }

    /** Where a passage starts in its document. */
    int start(int passage) {
        return starts[passage];
    }

    /** Where a passage of a document ends. */
    int end(int document, int passage) {
        return passage + 1 == first(document + 1) ? lengths[document] : starts[passage + 1];
    }

    /** The number of the line in which a passage starts, from 1. */
    int line(int passage) {
        return lines[passage];
    }

    /** The passage of a document that has a place within the document. */
    int at(int document, int place) {
        int found = Arrays.binarySearch(starts, first(document), first(document + 1), place);
        return found >= 0 ? found : -found - 2;
    }

    long bytes() {
        return 4L * (starts.length + lines.length + firsts.length + lengths.length);
    }
}
