package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * The functions that the Python side of a REPL can call. They report failures as values: a Java exception would reach
 * Python as no Exception and without a traceback.
 */
final class HostFunctions {
    /** What the server takes at most in one call; the REPL's Python side says so in a sentence. */
    private static final int MOST_PROMPTS = 10_000;

    static final String STOPPED = "The cell was stopped.";

    private final int repl;
    private final ServerCalls calls;
    private final Supplier<CellOutput> output;
    private final Supplier<ContextText> context;
    private final Consumer<Frame.Value> handOver;
    private final CellThreads threads;
    private final Observations observations;
    private final SearchFunctions searches;

    HostFunctions(
            int repl,
            ServerCalls calls,
            Supplier<CellOutput> output,
            Supplier<ContextText> context,
            Consumer<Frame.Value> handOver,
            CellThreads threads,
            Observations observations) {
        this.repl = repl;
        this.handOver = handOver;
        this.threads = threads;
        this.observations = observations;
        this.searches = new SearchFunctions(context, observations);
        this.calls = calls;
        this.output = output;
        this.context = context;
    }

    /**
     * Offered functions as the Python side takes them: for each its name, its docstring, whether it takes further
     * arguments, and its parameters, each with name, key, type and whether it is required.
     */
    static ProxyArray offered(List<Frame.Function> functions) {
        List<Object> packed = new ArrayList<>();
        for (Frame.Function function : functions) {
            List<Object> parameters = new ArrayList<>();
            for (Frame.Parameter each : function.parameters()) {
                parameters.addAll(List.of(each.name(), each.key(), each.type(), each.required()));
            }
            packed.addAll(List.of(
                    function.name(), function.documentation(), function.open(), ProxyArray.fromList(parameters)));
        }
        return ProxyArray.fromList(packed);
    }

    /** The functions in the order in which the Python side takes them. */
    List<ProxyExecutable> inOrder() {
        return List.of(
                guarded(this::query),
                guarded(this::ask),
                guarded(this::publish),
                guarded(this::history),
                guarded(this::budget),
                guarded(this::write),
                guarded(this::skip),
                guarded(searches::grep),
                guarded(this::handOver),
                guarded(arguments -> threads.wanted(arguments[0].asInt())),
                guarded(_ -> threads.notStarted()),
                guarded(_ -> threads.began()),
                guarded(_ -> threads.ended()),
                guarded(this::cite),
                guarded(searches::search),
                guarded(this::call));
    }

    /** Answers arguments that the REPL never passes with a refusal too: a cell may have found the function itself. */
    private static ProxyExecutable guarded(ProxyExecutable function) {
        return arguments -> {
            try {
                return function.execute(arguments);
            } catch (RuntimeException e) {
                return ProxyArray.fromArray("The REPL does not call this so.", false);
            }
        };
    }

    /**
     * query(prompts, what clocks have said, schema or "", numbers of images for each prompt as "3,5" or "", none at all if
     * there are none) -> [answered, text, answered, text, ...]
     */
    private Object query(Value... arguments) {
        Value list = arguments[0];
        if (list.getArraySize() < 1 || list.getArraySize() > MOST_PROMPTS) {
            throw new IllegalArgumentException();
        }
        List<String> prompts = new ArrayList<>();
        for (long i = 0; i < list.getArraySize(); i++) {
            prompts.add(list.getArrayElement(i).asString());
        }
        String clocks = clocks(arguments[1].asString());
        String schema = ChildQuestions.schema(arguments[2]);
        List<List<Integer>> images = images(arguments[3], prompts.size());
        return answers(prompts.size(), () -> calls.query(repl, prompts, clocks, schema, images));
    }

    private static List<List<Integer>> images(Value given, int prompts) {
        if (given.getArraySize() == 0) {
            return List.of();
        }
        List<List<Integer>> images = new ArrayList<>();
        for (int i = 0; i < prompts; i++) {
            String numbers = given.getArrayElement(i).asString();
            images.add(
                    numbers.isEmpty()
                            ? List.of()
                            : Stream.of(numbers.split(","))
                                    .limit(Frame.Query.MOST_IMAGES)
                                    .map(Integer::valueOf)
                                    .toList());
        }
        return images;
    }

    /** ask(questions, what clocks have said) -> as query */
    private Object ask(Value... arguments) {
        List<Frame.ChildQuestion> questions = ChildQuestions.of(arguments[0]);
        String clocks = clocks(arguments[1].asString());
        return answers(questions.size(), () -> calls.ask(repl, questions, clocks));
    }

    /** publish(text, json, what clocks have said) -> [taken, why not] */
    private Object publish(Value... arguments) {
        Frame.Value value = new Frame.Value(arguments[0].asString(), arguments[1].asString());
        String clocks = clocks(arguments[2].asString());
        return answers(1, () -> List.of(calls.publish(repl, value, clocks)));
    }

    /** call([function, arguments as JSON], what clocks have said) -> [answered, JSON or why not] */
    private Object call(Value... arguments) {
        String function = arguments[0].getArrayElement(0).asString();
        String json = arguments[0].getArrayElement(1).asString();
        if (function.length() > Frame.CallFunction.MOST_NAME || json.length() > Frame.CallFunction.MOST_ARGUMENTS) {
            throw new IllegalArgumentException();
        }
        String clocks = clocks(arguments[1].asString());
        return answers(1, () -> List.of(calls.call(repl, function, json, clocks)));
    }

    private Object history(Value... arguments) {
        try {
            return calls.history(repl);
        } catch (InterruptedException e) {
            return "[]";
        }
    }

    private interface Asking {
        List<Reply> ask() throws InterruptedException;
    }

    private static ProxyArray answers(int count, Asking asking) {
        List<Object> answers = new ArrayList<>();
        try {
            for (Reply reply : asking.ask()) {
                answers.add(reply.answered());
                answers.add(reply.text());
            }
        } catch (InterruptedException e) {
            answers.clear();
            for (int i = 0; i < count; i++) {
                answers.addAll(List.of(false, STOPPED));
            }
        }
        return ProxyArray.fromList(answers);
    }

    private static String clocks(String said) {
        return said.length() <= Frame.Traces.MOST_CLOCK_CHARACTERS ? said : "";
    }

    private Object budget(Value... arguments) {
        try {
            return calls.budget(repl);
        } catch (InterruptedException e) {
            return "{}";
        }
    }

    private Object write(Value... arguments) {
        output.get().write(arguments[0].asString());
        return true;
    }

    /** hand_over(text, json): tells a final value at once. */
    private Object handOver(Value... arguments) {
        handOver.accept(new Frame.Value(arguments[0].asString(), arguments[1].asString()));
        return true;
    }

    /** skip(text, count): writes the text; count characters after it are only counted. */
    private Object skip(Value... arguments) {
        output.get().write(arguments[0].asString());
        output.get().skip(arguments[1].asLong());
        return true;
    }

    /** cite(start, end) -> [refusal or None, document, line, last line, quote] */
    private Object cite(Value... arguments) {
        try {
            Frame.Citation cited = observations.cite(context.get(), arguments[0].asLong(), arguments[1].asLong());
            return ProxyArray.fromArray(null, cited.document(), cited.line(), cited.lastLine(), cited.quote());
        } catch (IllegalArgumentException e) {
            return ProxyArray.fromArray(e.getMessage(), false);
        }
    }
}
