package dev.rlm.search;

import com.google.re2j.Pattern;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which characters a part of a pattern stands for that matches just one. Equal where the parts are written alike. */
sealed interface Characters {

    /** Whether it matches the code point. */
    boolean contain(int codePoint);

    /** What a single character in a pattern stands for. */
    static Characters literal(int codePoint, boolean ignoreCase) {
        if (!ignoreCase) {
            return new These(String.valueOf(Character.toChars(codePoint)));
        }
        String quoted = Pattern.quote(Character.toString(codePoint));
        if (codePoint >= 0x80) {
            return new Asked(quoted, Pattern.CASE_INSENSITIVE);
        }
        // Besides ASCII, only the long s and the Kelvin sign are letters of ASCII in another case.
        Pattern pattern = Pattern.compile(quoted, Pattern.CASE_INSENSITIVE);
        int[] same = IntStream.of(Character.toLowerCase(codePoint), Character.toUpperCase(codePoint), 0x17F, 0x212A)
                .filter(c -> pattern.matches(Character.toString(c)))
                .distinct()
                .toArray();
        return new These(new String(same, 0, same.length));
    }

    /** What a class, an escape or a dot stands for. */
    static Characters of(String part, int flags) {
        return new Asked(part, flags);
    }

    /** Some characters. */
    record These(String characters) implements Characters {

        @Override
        public boolean contain(int codePoint) {
            return characters.indexOf(codePoint) >= 0;
        }
    }

    /** What RE2/J says. Asking it, rather than reading classes ourselves, makes sure that we mean the same. */
    final class Asked implements Characters {
        private final String part;
        private final int flags;
        private final Pattern pattern;
        private final boolean[] ascii = new boolean[0x80];

        Asked(String part, int flags) {
            this.part = part;
            this.flags = flags;
            this.pattern = Pattern.compile(part, flags);
            for (int i = 0; i < ascii.length; i++) {
                ascii[i] = pattern.matches(Character.toString(i));
            }
        }

        @Override
        public boolean contain(int codePoint) {
            return codePoint < ascii.length ? ascii[codePoint] : pattern.matches(Character.toString(codePoint));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Asked asked && part.equals(asked.part) && flags == asked.flags;
        }

        @Override
        public int hashCode() {
            return Objects.hash(part, flags);
        }
    }
}
