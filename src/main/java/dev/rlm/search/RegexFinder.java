package dev.rlm.search;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/** Finds what an RE2/J pattern matches. */
final class RegexFinder implements Finder {
    private final Matcher matcher;

    RegexFinder(Pattern pattern, String text) {
        this.matcher = pattern.matcher(new InterruptibleText(text));
    }

    @Override
    public boolean find(int from) throws InterruptedException {
        try {
            return matcher.find(from);
        } catch (Interruption _) {
            throw new InterruptedException();
        }
    }

    @Override
    public int start() {
        return matcher.start();
    }

    @Override
    public int end() {
        return matcher.end();
    }

    /** RE2/J cannot be interrupted; the text it reads can stop it. */
    private static final class InterruptibleText implements CharSequence {
        private static final int READS_BETWEEN_CHECKS = 1 << 10;

        private final String text;
        private int reads;

        InterruptibleText(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if ((++reads & (READS_BETWEEN_CHECKS - 1)) == 0 && Thread.interrupted()) {
                throw new Interruption();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class Interruption extends RuntimeException {
        Interruption() {
            super(null, null, false, false);
        }
    }
}
