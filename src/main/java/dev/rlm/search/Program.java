package dev.rlm.search;

import dev.rlm.search.Syntax.Assertion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pattern as a nondeterministic automaton: instructions, each with the next one or two. Immutable and thread-safe. */
final class Program {
    /** The instruction that a match ends with. */
    static final int MATCH = 0;

    private static final int MAX_INSTRUCTIONS = 20_000;
    private static final int MAX_DISTINCT_CHARACTERS = 2_000;

    /** RE2/J is asked for each of them about each new character. */
    private static final int MAX_ASKED = 64;

    private final List<Instruction> instructions;
    private final List<Characters> characters;
    private final int start;
    private final boolean looksAround;

    /** One step. */
    sealed interface Instruction {}

    /** The end of a match. */
    record Match() implements Instruction {}

    /** One character of those with this index, then the next instruction. */
    record Take(int characters, int next) implements Instruction {}

    /** Either next instruction. */
    record Fork(int next, int other) implements Instruction {}

    /** The next instruction, if the assertion holds here. */
    record Check(Assertion assertion, int next) implements Instruction {}

    private Program(List<Instruction> instructions, List<Characters> characters, int start) {
        this.instructions = List.copyOf(instructions);
        this.characters = List.copyOf(characters);
        this.start = start;
        this.looksAround = instructions.stream().anyMatch(Check.class::isInstance);
    }

    /** The program of a pattern; empty if it would be too large. */
    static Optional<Program> of(Syntax syntax) {
        Builder builder = new Builder();
        int start = builder.before(syntax, MATCH);
        return builder.full() ? Optional.empty() : Optional.of(new Program(builder.instructions, builder.order, start));
    }

    Instruction at(int index) {
        return instructions.get(index);
    }

    int size() {
        return instructions.size();
    }

    int start() {
        return start;
    }

    /** The distinct parts that match single characters. */
    List<Characters> characters() {
        return characters;
    }

    /** Whether it has assertions, so that what is before and behind a place matters. */
    boolean looksAround() {
        return looksAround;
    }

    /** Writes instructions from the end to the start, so that each knows what comes next. */
    private static final class Builder {
        final List<Instruction> instructions = new ArrayList<>(List.of(new Match()));
        final List<Characters> order = new ArrayList<>();
        final Map<Characters, Integer> indexes = new HashMap<>();
        private int asked;

        boolean full() {
            return instructions.size() > MAX_INSTRUCTIONS
                    || order.size() > MAX_DISTINCT_CHARACTERS
                    || asked > MAX_ASKED;
        }

        /** The first instruction of a part that next follows. */
        int before(Syntax syntax, int next) {
            if (full()) {
                return next;
            }
            return switch (syntax) {
                case Syntax.Single single -> add(new Take(index(single.characters()), next));
                case Syntax.Place place -> add(new Check(place.assertion(), next));
                case Syntax.Sequence sequence -> {
                    int first = next;
                    for (Syntax part : sequence.parts().reversed()) {
                        first = before(part, first);
                    }
                    yield first;
                }
                case Syntax.Choice choice -> {
                    int first = before(choice.parts().getLast(), next);
                    for (int i = choice.parts().size() - 2; i >= 0; i--) {
                        first = add(new Fork(before(choice.parts().get(i), next), first));
                    }
                    yield first;
                }
                case Syntax.Repetition repetition -> repeated(repetition, next);
            };
        }

        private int repeated(Syntax.Repetition repetition, int next) {
            int first = next;
            if (repetition.most() == Syntax.UNLIMITED) {
                int loop = add(new Match());
                instructions.set(loop, new Fork(before(repetition.body(), loop), next));
                first = loop;
            }
            for (int i = repetition.least(); i < repetition.most() && !full(); i++) {
                first = add(new Fork(before(repetition.body(), first), next));
            }
            for (int i = 0; i < repetition.least() && !full(); i++) {
                first = before(repetition.body(), first);
            }
            return first;
        }

        private int add(Instruction instruction) {
            instructions.add(instruction);
            return instructions.size() - 1;
        }

        private int index(Characters characters) {
            return indexes.computeIfAbsent(characters, added -> {
                order.add(added);
                asked += added instanceof Characters.Asked ? 1 : 0;
                return order.size() - 1;
            });
        }
    }
}
