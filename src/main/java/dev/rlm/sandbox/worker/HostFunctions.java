package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.Frame.Reply;
import dev.rlm.search.Match;
import dev.rlm.search.Matches;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import dev.rlm.search.SearchException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * The functions that the REPL's Python side can call. They report failures as values: a Java exception would reach
 * Python as no Exception and without a traceback.
 */
final class HostFunctions {
    private static final int LINE_CHARACTERS = 500;
    private static final String STOPPED = "The cell was stopped.";

    private final ServerCalls calls;
    private final Supplier<CellOutput> output;
    private final Supplier<ContextText> context;
    private final Consumer<Frame.Value> handOver;

    HostFunctions(
            ServerCalls calls,
            Supplier<CellOutput> output,
            Supplier<ContextText> context,
            Consumer<Frame.Value> handOver) {
        this.handOver = handOver;
        this.calls = calls;
        this.output = output;
        this.context = context;
    }

    /** Hands the functions to the Python function {@code connect}. */
    void connect(Value connect) {
        connect.execute(
                (ProxyExecutable) this::query,
                (ProxyExecutable) this::budget,
                (ProxyExecutable) this::write,
                (ProxyExecutable) this::skip,
                (ProxyExecutable) this::grep,
                (ProxyExecutable) this::handOver);
    }

    /** query(prompts) -> [answered, text, answered, text, ...] */
    private Object query(Value... arguments) {
        Value list = arguments[0];
        List<String> prompts = new ArrayList<>();
        for (long i = 0; i < list.getArraySize(); i++) {
            prompts.add(list.getArrayElement(i).asString());
        }
        List<Object> answers = new ArrayList<>();
        try {
            for (Reply reply : calls.query(prompts)) {
                answers.add(reply.answered());
                answers.add(reply.text());
            }
        } catch (InterruptedException e) {
            answers.clear();
            prompts.forEach(_ -> answers.addAll(List.of(false, STOPPED)));
        }
        return ProxyArray.fromList(answers);
    }

    private Object budget(Value... arguments) {
        try {
            return calls.budget();
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

    /**
     * grep(pattern, ignore_case, context_lines, max_matches, positions or None) -> [refusal or None, truncated, then for
     * each match its document's position, line, start, end, text, before, after]
     */
    private Object grep(Value... arguments) {
        try {
            RegexSearch search = RegexSearch.compile(arguments[0].asString(), arguments[1].asBoolean());
            int contextLines = arguments[2].asInt();
            int left = arguments[3].asInt();
            List<Object> found = new ArrayList<>();
            boolean truncated = false;
            for (int position : positions(arguments[4])) {
                ContextText.Span document = context.get().documents().get(position);
                // With none left, one match more in a later document tells that there are more.
                Options options = left == 0 ? new Options(1, 0, 1) : new Options(left, contextLines, LINE_CHARACTERS);
                Matches matches = search.find(context.get().text(), document.start(), document.end(), options);
                if (left == 0) {
                    truncated = !matches.matches().isEmpty();
                } else {
                    matches.matches().forEach(match -> add(found, position, match));
                    left -= matches.matches().size();
                    truncated = matches.truncated();
                }
                if (truncated) {
                    break;
                }
            }
            found.addFirst(truncated);
            found.addFirst(null);
            return ProxyArray.fromList(found);
        } catch (SearchException e) {
            return ProxyArray.fromArray(e.getMessage(), false);
        } catch (InterruptedException e) {
            return ProxyArray.fromArray(STOPPED, false);
        }
    }

    private int[] positions(Value chosen) {
        if (chosen.isNull()) {
            return IntStream.range(0, context.get().documents().size()).toArray();
        }
        return IntStream.range(0, (int) chosen.getArraySize())
                .map(i -> chosen.getArrayElement(i).asInt())
                .toArray();
    }

    private void add(List<Object> found, int position, Match match) {
        found.add(position);
        found.add(match.line());
        found.add(context.get().codePoints((int) match.start()));
        found.add(context.get().codePoints((int) match.end()));
        found.add(match.lineText());
        found.add(ProxyArray.fromList(List.copyOf(match.before())));
        found.add(ProxyArray.fromList(List.copyOf(match.after())));
    }
}
