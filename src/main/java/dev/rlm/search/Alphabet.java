package dev.rlm.search;

import dev.rlm.search.Syntax.Kind;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sorts characters into classes that a program does not distinguish. Learns the class of a character when it is first
 * met. Not thread-safe.
 */
final class Alphabet {
    /** The class of UTF-16 units not met yet, and of surrogates, which are no characters. */
    static final int UNKNOWN = 0;

    private static final int MAX_CLASSES = 4_000;

    private final Program program;
    private final char[] ofUnit = new char[1 << 16];
    private final char[] @Nullable [] ofPair = new char[1 << 10][];
    private final Map<Sort, Integer> known = new HashMap<>();
    private final List<Sort> sorts = new ArrayList<>();

    /** What the program knows of a character. */
    private record Sort(BitSet matching, Kind kind) {}

    Alphabet(Program program) {
        this.program = program;
        sorts.add(new Sort(new BitSet(), Kind.OTHER));
    }

    /** The class of each UTF-16 unit as far as it is known; grows more entries and never changes them. */
    char[] ofUnits() {
        return ofUnit;
    }

    /** The class of a character. */
    int of(int codePoint) {
        if (codePoint < Character.MIN_SURROGATE || (codePoint > Character.MAX_SURROGATE && codePoint <= 0xFFFF)) {
            if (ofUnit[codePoint] == UNKNOWN) {
                ofUnit[codePoint] = (char) classify(codePoint);
            }
            return ofUnit[codePoint];
        }
        if (codePoint <= 0xFFFF) {
            return classify(codePoint);
        }
        int row = (codePoint - 0x10000) >> 10;
        char[] classes = ofPair[row];
        if (classes == null) {
            classes = new char[1 << 10];
            ofPair[row] = classes;
        }
        int column = codePoint & 0x3FF;
        if (classes[column] == UNKNOWN) {
            classes[column] = (char) classify(codePoint);
        }
        return classes[column];
    }

    /** How many classes there are, the unknown one included. */
    int size() {
        return sorts.size();
    }

    /** Whether there are more classes than pay off. */
    boolean tooLarge() {
        return sorts.size() > MAX_CLASSES;
    }

    /** Whether the program's part with this index matches the characters of a class. */
    boolean matches(int characters, int ofClass) {
        return sorts.get(ofClass).matching().get(characters);
    }

    /** What assertions see in the characters of a class. */
    Kind kind(int ofClass) {
        return sorts.get(ofClass).kind();
    }

    private int classify(int codePoint) {
        BitSet matching = new BitSet();
        List<Characters> characters = program.characters();
        for (int i = 0; i < characters.size(); i++) {
            if (characters.get(i).contain(codePoint)) {
                matching.set(i);
            }
        }
        Sort sort = new Sort(matching, program.looksAround() ? Kind.of(codePoint) : Kind.OTHER);
        return known.computeIfAbsent(sort, added -> {
            sorts.add(added);
            return sorts.size() - 1;
        });
    }
}
