package dev.rlm.packaged.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A task whose answer is known: the sum of what the sub-model says about each line of its context. Its code asks in a
 * batch, in threads and one by one, keeps values from cell to cell, and uses chance and clocks.
 *
 * @param name unlike that of any other task
 * @param lines how many lines its context has
 */
record ChaosTask(String name, int lines) {

    /** What stands for the task's name and the turn in cells: a prompt of one turn is not that of another. */
    private static final String CALLER = "CALLER";

    private static final List<String> CELLS = List.of("""
            import random, time
            lines = context.splitlines()
            mark = (random.random(), time.time())
            third = len(lines) // 3
            batch = llm_query_batched([f"CALLER: batch {line}" for line in lines[:third]])
            print(len(batch), mark)
            """, """
            from concurrent.futures import ThreadPoolExecutor
            with ThreadPoolExecutor(4) as pool:
                threads = list(pool.map(lambda line: llm_query(f"CALLER: thread {line}"), lines[third:2 * third]))
            print(threads)
            """, """
            single = []
            for line in lines[2 * third:]:
                single.append(llm_query(f"CALLER: single {line}"))
            print(single, mark)
            """, """
            assert isinstance(mark, tuple)
            values = [int(value) for value in batch + threads + single]
            FINAL({"sum": sum(values), "count": len(values)})
            """);

    /** The question that the root model knows the task by. */
    String question() {
        return "This is task " + name + " of " + lines + " lines. What is the sum?";
    }

    /** The text of its context. */
    String context() {
        return String.join("\n", IntStream.range(0, lines).mapToObj(this::line).toList());
    }

    private String line(int i) {
        return "line " + i + " of " + name;
    }

    /** What the root model replies to a conversation: the next cell, or the one again that was killed. */
    String reply(JsonNode messages) {
        int done = 0;
        for (JsonNode message : messages) {
            String text = message.path("content").asText();
            if (message.path("role").asText().equals("user") && text.contains("[cell ")) {
                done = done(done, text);
            }
        }
        String cell = CELLS.get(done).replace(CALLER, name + " turn " + turn(messages));
        return "```repl\n" + cell + "```";
    }

    /** How many of the cells are done after an output. Whoever has lost variables begins again, as a model would. */
    private static int done(int before, String output) {
        if (output.contains(": done]")) {
            return before + 1;
        }
        return output.contains(": killed") ? before : 0;
    }

    /** The turn of the root model that is next in a conversation. */
    static int turn(JsonNode messages) {
        int turn = 1;
        for (JsonNode message : messages) {
            turn += message.path("role").asText().equals("assistant") ? 1 : 0;
        }
        return turn;
    }

    /** What the sub-model says to a prompt: the same in every turn. */
    static int number(String prompt) {
        return Math.floorMod(prompt.substring(prompt.indexOf(": ") + 2).hashCode(), 1_000);
    }

    /** The sum that the answer must have. */
    long sum() {
        int third = lines / 3;
        return IntStream.range(0, lines)
                .mapToLong(i -> {
                    String way = i < third ? "batch" : i < 2 * third ? "thread" : "single";
                    return number(": " + way + " " + line(i));
                })
                .sum();
    }
}
