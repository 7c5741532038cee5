package dev.rlm.search;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** Finds what an RE2/J pattern matches. */
final class RegexFinder implements Finder {
    private final Region region;
    private final Matcher matcher;

    RegexFinder(Pattern pattern, Region region) {
        this.region = region;
        this.matcher = pattern.matcher(new InterruptibleText(region.text(), region.from(), region.to()));
    }

    @Override
    public boolean find(int from) throws InterruptedException {
        try {
            return matcher.find(from - region.from());
        } catch (Interruption _) {
            throw new InterruptedException();
        }
    }

    @Override
    public int start() {
        return region.from() + matcher.start();
    }

    @Override
    public int end() {
        return region.from() + matcher.end();
    }

    /** RE2/J cannot be interrupted; the text it reads can stop it. */
    private static final class InterruptibleText implements CharSequence {
        private static final int READS_BETWEEN_CHECKS = 1 << 10;

        private final String text;
        private final int from;
        private final int to;
        private int reads;

        InterruptibleText(String text, int from, int to) {
            this.text = text;
            this.from = from;
            this.to = to;
        }

        @Override
        public char charAt(int index) {
            if ((++reads & (READS_BETWEEN_CHECKS - 1)) == 0 && Thread.interrupted()) {
                throw new Interruption();
            }
            return text.charAt(from + index);
        }

        @Override
        public int length() {
            return to - from;
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(from + start, from + end);
        }

        @Override
        public String toString() {
            return text.substring(from, to);
        }
    }

    private static final class Interruption extends RuntimeException {
        Interruption() {
            super(null, null, false, false);
        }
    }
}
