package dev.rlm.search;

import dev.rlm.search.Program.Check;
import dev.rlm.search.Program.Fork;
import dev.rlm.search.Program.Match;
import dev.rlm.search.Program.Take;
import dev.rlm.search.Syntax.Kind;
import java.util.Arrays;

/** Follows a program's instructions from one character to the next. Reuses its memory; not thread-safe. */
final class Closure {
    private final Program program;
    private final int[] stack;
    private final int[] takes;
    private final int[] next;
    private final int[] visited;
    private final int[] added;
    private int round;
    private int depth;
    private int takesCount;
    private long work;

    Closure(Program program) {
        this.program = program;
        this.stack = new int[program.size()];
        this.takes = new int[program.size()];
        this.next = new int[program.size()];
        this.visited = new int[program.size()];
        this.added = new int[program.size()];
    }

    /** How many instructions were visited so far. */
    long work() {
        return work;
    }

    /** Whether a match ends between two characters of these kinds, for these attempts and one that starts there. */
    boolean reaches(int[] attempts, Kind before, Kind after) {
        round++;
        depth = 0;
        takesCount = 0;
        push(program.start());
        for (int attempt : attempts) {
            push(attempt);
        }
        while (depth > 0) {
            int index = stack[--depth];
            work++;
            switch (program.at(index)) {
                case Match _ -> {
                    return true;
                }
                case Take _ -> takes[takesCount++] = index;
                case Fork fork -> {
                    push(fork.next());
                    push(fork.other());
                }
                case Check check -> {
                    if (check.assertion().holds(before, after)) {
                        push(check.next());
                    }
                }
            }
        }
        return false;
    }

    /** The attempts behind a character of this class, sorted, if no match ended before it, which was asked just now. */
    int[] after(Alphabet alphabet, int characterClass) {
        int count = 0;
        for (int i = 0; i < takesCount; i++) {
            Take take = (Take) program.at(takes[i]);
            if (alphabet.matches(take.characters(), characterClass) && added[take.next()] != round) {
                added[take.next()] = round;
                next[count++] = take.next();
            }
        }
        int[] attempts = Arrays.copyOf(next, count);
        Arrays.sort(attempts);
        return attempts;
    }

    private void push(int index) {
        if (visited[index] != round) {
            visited[index] = round;
            stack[depth++] = index;
        }
    }
}
