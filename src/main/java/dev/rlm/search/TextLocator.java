package dev.rlm.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Finds which parts of a text stand in other texts: what a prompt has quoted of a context, for example. White space is not
 * compared, so that lines are found also where they were stripped, indented or joined; the white space around a part
 * counts with it. Everything else of a part that is told stands in the other text, in order and without a gap, but that
 * parts which touch are told as one.
 *
 * <p>Found is what has at least {@link #leastFound} characters: 32 in texts of up to 6 million characters, 60 in larger
 * ones, and so much more as there is white space in it; and whole lines of 8 characters and more that the text has only
 * once, if it has at most 4 million. What stands in the text several times is found at one of its places, preferably at
 * that after the last one.
 *
 * <p>The index has fixed blocks of the text by a hash that is rolled over the other text, as rsync does it; memory as
 * {@link #bytes} tells. Immutable but for where the last part was found; thread-safe.
 */
public final class TextLocator {

    /** Shorter texts hold nothing that is found. */
    public static final int LEAST_LINE = 8;

    /** Less than so many characters without white space may stand anywhere by chance. */
    private static final int LEAST = 24;

    /** White space of the text that is passed over between two characters. */
    private static final int MOST_WHITE = 1_000;

    /** How far back a part may reach over what was found before it: that may be alike by chance. */
    private static final int MOST_BACK = 1_024;

    private static final int MOST_ALIKE = 4;

    /** Comparing is given up when it takes so many times the characters of a text. */
    private static final int MOST_WORK = 64;

    private static final long FREE_WORK = 1_000_000;

    private final String text;
    private final BlockIndex blocks;
    private final UniqueLines lines;
    private volatile int lastEnd;

    /** A part of the text, in UTF-16 units. */
    public record Place(int start, int end) {
        int length() {
            return end - start;
        }
    }

    /**
     * What was found.
     *
     * @param places parts of the text, in its order, none of them touching another
     * @param complete whether these are all
     */
    public record Located(List<Place> places, boolean complete) {
        public Located {
            places = List.copyOf(places);
        }
    }

    /** Indexes a text. */
    public TextLocator(String text) {
        this.text = text;
        this.blocks = new BlockIndex(text);
        this.lines = new UniqueLines(text);
    }

    /** About how many bytes of memory the index of a text of this length takes at most, the text not counted. */
    public static long bytes(int length) {
        return BlockIndex.bytes(length) + Math.min(length, 4L << 20);
    }

    /** From how many characters on a part is found in any case, if it has no white space. */
    public static int leastFound(int length) {
        return Math.max(LEAST, BlockIndex.step(length) + RollingHash.LENGTH);
    }

    /**
     * The parts of the text that stand in another.
     *
     * @param other the other text
     * @param most the most parts to tell; the longest are, if there are more
     */
    public Located locate(String other, int most) {
        Scan scan = new Scan(other);
        scan.run();
        List<Place> places = merged(scan.places());
        if (places.size() <= most) {
            return new Located(places, scan.isComplete());
        }
        return new Located(
                places.stream()
                        .sorted(Comparator.comparingInt(Place::length)
                                .reversed()
                                .thenComparingInt(Place::start))
                        .limit(most)
                        .sorted(Comparator.comparingInt(Place::start))
                        .toList(),
                false);
    }

    /** The places with the white space around them, those that touch joined. */
    private List<Place> merged(List<Place> found) {
        List<Place> merged = new ArrayList<>();
        for (Place place : found.stream()
                .map(this::withWhiteSpace)
                .sorted(Comparator.comparingInt(Place::start))
                .toList()) {
            if (!merged.isEmpty() && place.start() <= merged.getLast().end()) {
                Place last = merged.removeLast();
                merged.add(new Place(last.start(), Math.max(last.end(), place.end())));
            } else {
                merged.add(place);
            }
        }
        return merged;
    }

    private Place withWhiteSpace(Place place) {
        int start = WhiteSpace.skipBack(text, place.start(), Math.max(0, place.start() - MOST_WHITE));
        int end = WhiteSpace.skip(text, place.end(), Math.min(text.length(), place.end() + MOST_WHITE));
        if (start > 0
                && Character.isLowSurrogate(text.charAt(start))
                && Character.isHighSurrogate(text.charAt(start - 1))) {
            start++;
        }
        if (end < text.length()
                && end > start
                && Character.isHighSurrogate(text.charAt(end - 1))
                && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        return new Place(start, Math.max(start, end));
    }

    /** A part that both texts have: from and to in the other text, start and end in this one. */
    private record Pair(int from, int to, int start, int end) {}

    /** One way through another text. */
    private final class Scan {
        private final String other;
        private final List<Pair> pairs = new ArrayList<>();
        private final RollingHash hash = new RollingHash();
        private final int[] candidates = new int[MOST_ALIKE];
        private final long mostWork;
        private long work;

        Scan(String other) {
            this.other = other;
            this.mostWork = (long) MOST_WORK * other.length() + FREE_WORK;
        }

        boolean isComplete() {
            return work <= mostWork;
        }

        List<Place> places() {
            return pairs.stream()
                    .map(pair -> new Place(pair.start(), pair.end()))
                    .toList();
        }

        void run() {
            int place = 0;
            while (place < other.length() && isComplete()) {
                char c = other.charAt(place);
                place++;
                if (WhiteSpace.is(c)) {
                    continue;
                }
                hash.add(c, place - 1);
                if (hash.isFull()) {
                    Pair pair = pairAt(hash.firstPlace());
                    // One that ends before the hash does stands there by chance.
                    if (pair != null && pair.to() >= place) {
                        add(pair);
                        place = pair.to();
                        hash.clear();
                    }
                }
            }
            findLines();
        }

        /** The longest part that both texts have around the place with the hash, if it is long enough. */
        private @Nullable Pair pairAt(int from) {
            int count = blocks.candidates(hash.value(), candidates);
            Pair best = null;
            for (int i = 0; i < count; i++) {
                Pair pair = around(from, candidates[i]);
                if (best == null || isBetter(pair, best)) {
                    best = pair;
                }
            }
            return best != null && isLongEnough(best) ? orTheNext(best) : null;
        }

        /** What follows the last part in the text instead, if it is as long: what is there again was read again. */
        private Pair orTheNext(Pair pair) {
            int from = WhiteSpace.skip(other, pair.from(), pair.to());
            int start = WhiteSpace.skip(text, lastEnd, Math.min(text.length(), lastEnd + MOST_WHITE));
            if (start == WhiteSpace.skip(text, pair.start(), pair.end())) {
                return pair;
            }
            Pair next = around(from, start);
            return next.to() - next.from() >= pair.to() - pair.from() ? next : pair;
        }

        private boolean isBetter(Pair pair, Pair best) {
            int difference = (pair.to() - pair.from()) - (best.to() - best.from());
            return difference == 0 ? distance(pair) < distance(best) : difference > 0;
        }

        /** How far a part is behind the last one that was found; what is before it is far. */
        private int distance(Pair pair) {
            int behind = pair.start() - lastEnd;
            return behind >= 0 ? behind : Integer.MAX_VALUE + behind;
        }

        private boolean isLongEnough(Pair pair) {
            int count = 0;
            for (int i = pair.from(); i < pair.to() && count < LEAST; i++) {
                count += WhiteSpace.is(other.charAt(i)) ? 0 : 1;
            }
            return count == LEAST;
        }

        private void add(Pair pair) {
            while (!pairs.isEmpty() && pairs.getLast().from() >= pair.from()) {
                pairs.removeLast();
            }
            pairs.add(pair);
            lastEnd = pair.end();
        }

        private Pair around(int from, int start) {
            int right = from;
            int rightHere = start;
            int steps = 0;
            while (true) {
                int same = sameAfter(right, rightHere);
                right += same;
                rightHere += same;
                int next = WhiteSpace.skip(other, right, Math.min(other.length(), right + MOST_WHITE));
                int nextHere = WhiteSpace.skip(text, rightHere, Math.min(text.length(), rightHere + MOST_WHITE));
                steps += same + next - right + nextHere - rightHere + 1;
                if ((next == right && nextHere == rightHere)
                        || next == other.length()
                        || nextHere == text.length()
                        || other.charAt(next) != text.charAt(nextHere)) {
                    break;
                }
                right = next;
                rightHere = nextHere;
            }
            work += steps;
            return leftOf(from, start, right, rightHere);
        }

        private Pair leftOf(int from, int start, int right, int rightHere) {
            int least = pairs.isEmpty() ? 0 : Math.max(0, pairs.getLast().to() - MOST_BACK);
            int left = from;
            int leftHere = start;
            while (true) {
                while (left > least && leftHere > 0 && other.charAt(left - 1) == text.charAt(leftHere - 1)) {
                    left--;
                    leftHere--;
                }
                int next = WhiteSpace.skipBack(other, left, Math.max(least, left - MOST_WHITE));
                int nextHere = WhiteSpace.skipBack(text, leftHere, Math.max(0, leftHere - MOST_WHITE));
                if ((next == left && nextHere == leftHere)
                        || next == least
                        || nextHere == 0
                        || other.charAt(next - 1) != text.charAt(nextHere - 1)) {
                    break;
                }
                left = next;
                leftHere = nextHere;
            }
            work += from - left + 1;
            return new Pair(left, right, leftHere, rightHere);
        }

        /** How many characters are the same from two places on. */
        private int sameAfter(int place, int here) {
            int most = Math.min(other.length() - place, text.length() - here);
            int same = 0;
            int length = 64;
            while (same + length <= most && other.regionMatches(place + same, text, here + same, length)) {
                same += length;
                length = Math.min(2 * length, 1 << 14);
            }
            // Down again, since a long piece that differs may differ only at its end.
            for (; length >= 64; length /= 2) {
                if (same + length <= most && other.regionMatches(place + same, text, here + same, length)) {
                    same += length;
                }
            }
            while (same < most && other.charAt(place + same) == text.charAt(here + same)) {
                same++;
            }
            return same;
        }

        /** Whole lines that are too short for the hash, where nothing else was found. */
        private void findLines() {
            List<Pair> found = List.copyOf(pairs);
            int behind = 0;
            int start = 0;
            while (start < other.length() && isComplete()) {
                while (behind < found.size() && found.get(behind).to() <= start) {
                    behind++;
                }
                if (behind == found.size() || found.get(behind).from() > start) {
                    OptionalInt place = lines.find(other, start);
                    if (place.isPresent()) {
                        pairs.add(new Pair(start, start, place.getAsInt(), lines.end(place.getAsInt())));
                    }
                    int lineBreak = other.indexOf('\n', start);
                    start = lineBreak < 0 ? other.length() : lineBreak + 1;
                } else {
                    int lineBreak = other.indexOf('\n', found.get(behind).to());
                    start = lineBreak < 0 ? other.length() : lineBreak + 1;
                }
            }
        }
    }
}
