package dev.rlm.search.passages;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The passages in ranges of documents. What a range has of a passage that it cuts is a passage as well. Immutable;
 * thread-safe.
 */
final class Selection {
    private final PassageTable table;
    private final Texts texts;
    private final List<Range> ranges;

    /** The positions of the ranges, in the order of their passages, and the first passage of each. */
    private final int[] order;

    private final int[] firsts;
    private final BitSet chosen = new BitSet();
    private final BitSet cut = new BitSet();

    /** A passage as far as it is in its range. */
    private record Piece(int range, int document, int start, int end) {}

    /** @throws IllegalArgumentException if a range is not in its document */
    Selection(PassageTable table, List<Range> ranges, Texts texts) {
        this.table = table;
        this.texts = texts;
        this.ranges = ranges;
        this.order = IntStream.range(0, ranges.size())
                .filter(i -> !isEmpty(ranges.get(i)))
                .boxed()
                .sorted(Comparator.comparingInt(i -> first(ranges.get(i))))
                .mapToInt(Integer::intValue)
                .toArray();
        this.firsts = Arrays.stream(order).map(i -> first(ranges.get(i))).toArray();
        for (int i : order) {
            choose(ranges.get(i));
        }
    }

    private boolean isEmpty(Range range) {
        if (range.document() < 0
                || range.document() >= table.documents()
                || range.start() < 0
                || range.end() > table.length(range.document())) {
            throw new IllegalArgumentException("No document of the index has " + range + ".");
        }
        return range.start() >= range.end();
    }

    private int first(Range range) {
        return table.at(range.document(), range.start());
    }

    private void choose(Range range) {
        int first = first(range);
        int last = table.at(range.document(), range.end() - 1);
        chosen.set(first, last + 1);
        if (table.start(first) < range.start()) {
            cut.set(first);
        }
        if (table.end(range.document(), last) > range.end()) {
            cut.set(last);
        }
    }

    /** Whether a passage that the query finds as a whole is one of these. */
    boolean has(int passage, PassageQuery query) {
        if (!chosen.get(passage)) {
            return false;
        }
        if (!cut.get(passage)) {
            return true;
        }
        Piece piece = piece(passage);
        return query.finds(texts.part(piece.document(), piece.start(), piece.end()));
    }

    /** One of these passages, with its score. */
    Passage passage(int passage, float score) {
        Piece piece = piece(passage);
        int from = ranges.get(piece.range()).start();
        int line = line(piece.document(), piece.start()) - (from == 0 ? 0 : line(piece.document(), from) - 1);
        return new Passage(piece.range(), piece.start(), piece.end(), line, score);
    }

    private Piece piece(int passage) {
        int found = Arrays.binarySearch(firsts, passage);
        int position = order[found >= 0 ? found : -found - 2];
        Range range = ranges.get(position);
        int start = Math.max(table.start(passage), range.start());
        int end = Math.min(table.end(range.document(), passage), range.end());
        return new Piece(position, range.document(), start, end);
    }

    private int line(int document, int place) {
        int passage = table.at(document, place);
        int start = table.start(passage);
        return start == place
                ? table.line(passage)
                : table.line(passage) + Lines.breaks(texts.part(document, start, place));
    }
}
