package dev.rlm.search;

import dev.rlm.search.Syntax.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program as a deterministic automaton that is built while it runs, as far as the text needs it. A state is the set of
 * the program's instructions at which an attempted match can be, besides a new attempt, which starts at each place.
 * Tells where the first match ends, not where it starts; one array access for each character.
 *
 * <p>Memory and the work of building are bounded: it forgets its states when there are too many, and gives up where
 * building is most of what it does. Not thread-safe.
 */
final class Automaton {
    /** Instead of a state: the character's way from this state has not been built. */
    private static final int UNKNOWN = -1;

    /** Instead of a state: a match ends before the character. */
    static final int MATCHES = -2;

    /** Instead of a state: it has given up. */
    static final int GAVE_UP = -3;

    private static final int MAX_TRANSITIONS = 1 << 20;
    private static final int MAX_INSTRUCTIONS_HELD = 1 << 20;
    private static final long FREE_WORK = 10_000_000;
    private static final long WORK_FOR_CHARACTER = 32;
    private static final int[] NO_ATTEMPT = {};

    private final Program program;
    private final Alphabet alphabet;
    private final Closure closure;
    private final Map<State, Integer> places = new HashMap<>();
    private final List<State> states = new ArrayList<>();
    private int[] transitions = new int[0];
    private int shift = 5;
    private int held;
    private long read;
    private boolean gaveUp;

    /** The attempts that go on, sorted, and what was before. Equal states behave alike. */
    private static final class State {
        final int[] attempts;
        final Kind before;

        State(int[] attempts, Kind before) {
            this.attempts = attempts;
            this.before = before;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state && before == state.before && Arrays.equals(attempts, state.attempts);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(attempts) + before.hashCode();
        }
    }

    Automaton(Program program) {
        this.program = program;
        this.alphabet = new Alphabet(program);
        this.closure = new Closure(program);
        forget();
    }

    /** The state where no attempt goes on and something of this kind stands before. */
    int idle(Kind before) {
        return program.looksAround() ? before.index() << shift : 0;
    }

    /** The end of the states in which no attempt goes on. */
    int endOfIdle() {
        return Kind.values().length << shift;
    }

    /** The states' ways: at a state plus a character's class the next state, or negative, where {@link #step} knows. */
    int[] transitions() {
        return transitions;
    }

    /** The classes of UTF-16 units. */
    char[] classes() {
        return alphabet.ofUnits();
    }

    /** Whether it has found that it does not pay off. */
    boolean gaveUp() {
        return gaveUp;
    }

    /** Tells that so many characters were read with it. */
    void read(int characters) {
        read += characters;
    }

    /**
     * The next state. May forget all others, and move {@link #transitions} and {@link #endOfIdle}.
     *
     * @return the state, {@link #MATCHES} or {@link #GAVE_UP}
     * @throws InterruptedException if the thread was interrupted
     */
    int step(int state, int codePoint) throws InterruptedException {
        int characterClass = alphabet.of(codePoint);
        if (characterClass < 1 << shift) {
            int next = transitions[state + characterClass];
            return next == UNKNOWN ? build(state, characterClass) : next;
        }
        if (alphabet.tooLarge()) {
            gaveUp = true;
            return GAVE_UP;
        }
        State kept = states.get(state >> shift);
        shift = Integer.SIZE - Integer.numberOfLeadingZeros(alphabet.size() - 1);
        forget();
        return build(place(kept), characterClass);
    }

    /** Whether a match ends at the end of the region, which was reached in this state. */
    boolean matchesAtEnd(int state) {
        State at = states.get(state >> shift);
        return closure.reaches(at.attempts, at.before, Kind.EDGE);
    }

    private int build(int state, int characterClass) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        State at = states.get(state >> shift);
        Kind kind = alphabet.kind(characterClass);
        if (closure.reaches(at.attempts, at.before, kind)) {
            transitions[state + characterClass] = MATCHES;
            return MATCHES;
        }
        int[] attempts = closure.after(alphabet, characterClass);
        if (closure.work() > FREE_WORK + WORK_FOR_CHARACTER * read) {
            gaveUp = true;
            return GAVE_UP;
        }
        State next = new State(attempts, program.looksAround() ? kind : Kind.EDGE);
        if (!places.containsKey(next) && isFull()) {
            forget();
            return place(next);
        }
        int place = place(next);
        transitions[state + characterClass] = place;
        return place;
    }

    private boolean isFull() {
        return states.size() << shift >= MAX_TRANSITIONS || held > MAX_INSTRUCTIONS_HELD;
    }

    private int place(State state) {
        Integer known = places.get(state);
        if (known != null) {
            return known;
        }
        int place = states.size() << shift;
        states.add(state);
        places.put(state, place);
        held += state.attempts.length;
        int needed = place + (1 << shift);
        if (needed > transitions.length) {
            int before = transitions.length;
            transitions = Arrays.copyOf(transitions, Math.max(needed, Math.min(MAX_TRANSITIONS, 2 * before)));
            Arrays.fill(transitions, before, transitions.length, UNKNOWN);
        }
        return place;
    }

    private void forget() {
        states.clear();
        places.clear();
        held = 0;
        transitions = new int[16 << shift];
        Arrays.fill(transitions, UNKNOWN);
        for (Kind before : Kind.values()) {
            place(new State(NO_ATTEMPT, before));
        }
    }
}
