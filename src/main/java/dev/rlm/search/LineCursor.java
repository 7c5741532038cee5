package dev.rlm.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Follows a search through a text and knows the lines around each match. Goes forward only and looks at each line a
 * bounded number of times, so that neither many lines nor one huge line cost more than linear time. Not thread-safe.
 */
final class LineCursor {
    private final String text;
    private final Region region;
    private final Options options;
    private long line = 1;
    private int lineStart;
    private int lineEnd;
    private int beforeOf = -1;
    private List<String> before = List.of();
    private int afterOf = -1;
    private List<String> after = List.of();

    LineCursor(Region region, Options options) {
        this.text = region.text();
        this.region = region;
        this.options = options;
        this.lineStart = region.from();
        this.lineEnd = region.endOfLine(region.from());
    }

    /** The match from start to end; start must not be before that of the last call. */
    Match match(int start, int end) {
        while (lineEnd < start) {
            lineStart = lineEnd + 1;
            lineEnd = region.endOfLine(lineStart);
            line++;
        }
        int last = Math.max(start, end - 1);
        int lastLineEnd = last <= lineEnd ? lineEnd : region.endOfLine(last);
        return new Match(
                start, end, line, around(start, end, lineStart, lastLineEnd), linesBefore(), linesAfter(lastLineEnd));
    }

    private List<String> linesBefore() {
        if (beforeOf != lineStart) {
            beforeOf = lineStart;
            List<String> lines = new ArrayList<>();
            for (int from = lineStart; from > region.from() && lines.size() < options.contextLines(); ) {
                int to = from - 1;
                from = startOfLine(to);
                lines.add(head(from, to));
            }
            before = List.copyOf(lines.reversed());
        }
        return before;
    }

    private List<String> linesAfter(int end) {
        if (afterOf != end) {
            afterOf = end;
            List<String> lines = new ArrayList<>();
            for (int from = end + 1; from < region.to() && lines.size() < options.contextLines(); ) {
                int to = region.endOfLine(from);
                lines.add(head(from, to));
                from = to + 1;
            }
            after = List.copyOf(lines);
        }
        return after;
    }

    private String around(int start, int end, int from, int to) {
        int stop = withoutCarriageReturn(Math.max(start, from), to);
        int max = options.maxLineCharacters();
        if (stop - from <= max) {
            return text.substring(from, stop);
        }
        int room = Math.max(0, max - (Math.min(end, stop) - start));
        int first = Math.max(from, Math.min(start - room / 2, stop - max));
        first = Math.min(first, start);
        if (splitsPair(first)) {
            first++;
        }
        return cut(first, stop);
    }

    private String head(int from, int to) {
        return cut(from, withoutCarriageReturn(from, to));
    }

    private String cut(int from, int to) {
        int stop = (int) Math.min(to, (long) from + options.maxLineCharacters());
        return text.substring(from, stop < to && splitsPair(stop) && stop > from ? stop - 1 : stop);
    }

    private int withoutCarriageReturn(int from, int to) {
        return to > from && to < region.to() && text.charAt(to - 1) == '\r' ? to - 1 : to;
    }

    private boolean splitsPair(int index) {
        return index > region.from()
                && index < region.to()
                && Character.isLowSurrogate(text.charAt(index))
                && Character.isHighSurrogate(text.charAt(index - 1));
    }

    private int startOfLine(int end) {
        int start = end;
        while (start > region.from() && text.charAt(start - 1) != '\n') {
            start--;
        }
        return start;
    }
}
