package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A worker without Python that starts in a moment, for tests of the server's side. Its cells are lines such as {@code set
 * a 1}, {@code show a} and {@code ask a prompt}; {@code pause} leaves a cell open until one of another REPL says {@code
 * release} and the number of the REPL. It can misbehave in every way that a worker can that somebody has
 * broken out into.
 */
final class FakeWorker {
    private final FrameReader in = new FrameReader(new FileInputStream(FileDescriptor.in), Frame.MAX_BYTES);
    private final OutputStream raw = new FileOutputStream(FileDescriptor.out);
    private final FrameWriter out = new FrameWriter(raw, Frame.MAX_BYTES);
    private final Map<Integer, Map<String, String>> variablesOfRepls = new TreeMap<>();

    /** Cells that have not ended, by their REPL. */
    private final Map<Integer, Frame.Run> paused = new TreeMap<>();

    private final StringBuilder printed = new StringBuilder();
    private final TreeSet<String> assigned = new TreeSet<>();
    private final TreeSet<String> read = new TreeSet<>();
    private final Map<Integer, String> contexts = new TreeMap<>();
    private long lastCall;
    private Frame.Value value;
    private String error;
    private boolean dying;

    private FakeWorker() {}

    static List<String> command(String... arguments) {
        String classes = Path.of("target", "test-classes").toAbsolutePath() + ":"
                + Path.of("target", "classes").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classes,
                FakeWorker.class.getName()));
        Collections.addAll(command, arguments);
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        FakeWorker worker = new FakeWorker();
        if (arguments.length > 0) {
            worker.misbehave(arguments[0], 0, 1);
        }
        worker.out.write(new Frame.Ready(Frame.VERSION));
        worker.serve();
    }

    private void serve() throws Exception {
        while (true) {
            Frame frame = in.read().orElse(null);
            switch (frame) {
                case null -> {
                    return;
                }
                case Frame.Open(int repl, var documents) -> {
                    opened(
                            repl,
                            documents.stream()
                                    .map(Frame.DocumentHead::name)
                                    .toList()
                                    .toString());
                }
                case Frame.OpenSlices(int repl, int parent, var ranges) ->
                    opened(repl, ranges + " of " + contexts.get(parent));
                case Frame.CloseRepl(int repl) -> {
                    contexts.remove(repl);
                    variablesOfRepls.remove(repl);
                    out.write(new Frame.Closed(repl));
                }
                case Frame.Run run -> run(run);
                case Frame.ListVariables(int repl) ->
                    out.write(new Frame.Variables(
                            repl,
                            variables(repl).entrySet().stream()
                                    .map(each -> new Frame.Variable(each.getKey(), "str", 1, each.getValue()))
                                    .toList()));
                case Frame.ReadVariable(int repl, String name) ->
                    out.write(
                            variables(repl).containsKey(name)
                                    ? new Frame.VariableValue(
                                            repl,
                                            new Frame.Value(
                                                    variables(repl).get(name),
                                                    "\"" + variables(repl).get(name) + "\""))
                                    : new Frame.Refused(repl, "There is no variable " + name + "."));
                default -> {}
            }
        }
    }

    private void opened(int repl, String context) throws IOException {
        contexts.put(repl, context);
        out.write(new Frame.Opened(repl, context.length()));
    }

    private Map<String, String> variables(int repl) {
        return variablesOfRepls.computeIfAbsent(repl, _ -> new TreeMap<>());
    }

    private void run(Frame.Run run) throws Exception {
        printed.setLength(0);
        assigned.clear();
        read.clear();
        error = null;
        value = null;
        for (String line : run.code().lines().toList()) {
            do_(line.split(" ", 3), run);
            if (error != null) {
                break;
            }
            if (paused.containsKey(run.repl())) {
                return;
            }
        }
        end(run);
    }

    private void end(Frame.Run run) throws IOException {
        Frame.Traces traces = new Frame.Traces(
                run.clocks() == null ? "clock of " + run.cell() : run.clocks(),
                List.copyOf(assigned),
                List.copyOf(read));
        Frame.Output output = new Frame.Output(printed.toString(), printed.length());
        Frame.Ending ending = error == null ? Frame.Ending.DONE : Frame.Ending.FAILED;
        out.write(new Frame.CellEnded(run.repl(), run.run(), ending, output, error, value, traces));
        if (dying) {
            dieSoon();
        }
    }

    private static void dieSoon() {
        Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Runtime.getRuntime().halt(1);
        });
    }

    private void do_(String[] words, Frame.Run run) throws Exception {
        Map<String, String> variables = variables(run.repl());
        switch (words[0]) {
            case "set" -> {
                variables.put(words[1], words[2]);
                assigned.add(words[1]);
            }
            case "copy" -> {
                read.add(words[1]);
                variables.put(words[2], variables.get(words[1]));
                assigned.add(words[2]);
            }
            case "show" -> {
                read.add(words[1]);
                printed.append(variables.get(words[1])).append('\n');
            }
            case "print" -> printed.append(words[1]).append('\n');
            case "raw" -> printed.append("\u001b]0;title\u0007\u202eover\u009bride\u200b\u007f");
            case "context" -> printed.append(contexts.get(run.repl())).append('\n');
            case "pid" -> {
                variables.put(words[1], String.valueOf(ProcessHandle.current().pid()));
                assigned.add(words[1]);
                printed.append(variables.get(words[1])).append('\n');
            }
            case "seed" -> printed.append(run.seed()).append('\n');
            case "clock" -> printed.append(run.clocks()).append('\n');
            case "ask" -> ask(run.repl(), String.join(" ", List.of(words).subList(1, words.length)));
            case "pause" -> paused.put(run.repl(), run);
            case "paused" ->
                printed.append(paused.containsKey(Integer.parseInt(words[1]))).append('\n');
            case "release" -> {
                Frame.Run released = paused.remove(Integer.parseInt(words[1]));
                if (released != null) {
                    end(released);
                    printed.setLength(0);
                }
            }
            case "ask-pid" -> ask(run.repl(), "about process " + variables.get(words[1]));
            case "budget" -> {
                out.write(new Frame.BudgetQuery(run.repl(), ++lastCall));
                printed.append(((Frame.Budget) in.read().orElseThrow()).json()).append('\n');
            }
            case "fail" -> error = "ValueError: as told";
            case "final" -> {
                value = new Frame.Value(words[1], "\"" + words[1] + "\"");
                out.write(new Frame.HandedOver(run.repl(), run.run(), value));
            }
            case "wait" -> waitForInterrupt(run, true);
            case "hang" -> waitForInterrupt(run, false);
            case "hang-again" -> {
                if (run.clocks() != null) {
                    waitForInterrupt(run, false);
                }
            }
            case "die-again" -> {
                if (run.clocks() != null) {
                    Runtime.getRuntime().halt(1);
                }
            }
            case "die" -> Runtime.getRuntime().halt(Integer.parseInt(words[1]));
            case "die-after" -> dying = true;
            case "misbehave" -> misbehave(words[1], run.repl(), run.run());
            default -> error = "SyntaxError: " + words[0];
        }
    }

    private void ask(int repl, String prompt) throws IOException {
        long call = ++lastCall;
        out.write(new Frame.Query(repl, call, List.of(prompt), ""));
        Frame.Replies replies = (Frame.Replies) in.read().orElseThrow();
        Frame.Reply reply = replies.replies().getFirst();
        printed.append(reply.answered() ? reply.text() : "failed: " + reply.text())
                .append('\n');
    }

    private void waitForInterrupt(Frame.Run run, boolean obey) throws IOException {
        Frame.Output output = new Frame.Output(printed.toString(), printed.length());
        while (true) {
            if (in.read().orElseThrow() instanceof Frame.Interrupt) {
                out.write(new Frame.OutputSoFar(run.repl(), run.run(), output));
                if (obey) {
                    Frame.Traces traces = new Frame.Traces("", List.copyOf(assigned), List.copyOf(read));
                    out.write(new Frame.CellEnded(
                            run.repl(), run.run(), Frame.Ending.STOPPED, output, null, null, traces));
                    serveAgain();
                }
            }
        }
    }

    private void serveAgain() throws IOException {
        try {
            serve();
            Runtime.getRuntime().halt(0);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends what no worker sends, and then does nothing. */
    private void misbehave(String how, int repl, long run) throws Exception {
        Frame.Output none = new Frame.Output("", 0);
        switch (how) {
            case "random-bytes" -> raw.write("This is no frame at all.".getBytes(StandardCharsets.UTF_8));
            case "huge-length" -> raw.write(new byte[] {127, -1, -1, -1, 71});
            case "unknown-kind" -> raw.write(new byte[] {0, 0, 0, 1, 99});
            case "malformed-text" ->
                raw.write(new byte[] {0, 0, 0, 15, 67, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, (byte) 0xc0, (byte) 0x80});
            case "server-request" -> out.write(new Frame.Interrupt(repl, 1));
            case "wrong-answer" -> out.write(new Frame.Opened(repl, 5));
            case "second-answer" -> {
                out.write(new Frame.CellEnded(repl, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
                out.write(new Frame.CellEnded(repl, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            }
            case "wrong-run" ->
                out.write(new Frame.CellEnded(repl, 77, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            case "unknown-repl" ->
                out.write(new Frame.CellEnded(9, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            case "call-of-unknown-repl" -> out.write(new Frame.Query(9, 5, List.of("a"), ""));
            case "end-of-another" ->
                out.write(new Frame.CellEnded(1 - repl, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            case "value-of-another" -> out.write(new Frame.VariableValue(1 - repl, new Frame.Value("a", "1")));
            case "closed" -> out.write(new Frame.Closed(repl));
            case "closed-another" -> out.write(new Frame.Closed(1 - repl));
            case "long-output" -> {
                Frame.Output longer = new Frame.Output("x".repeat(100_000), 100_000);
                out.write(new Frame.CellEnded(repl, run, Frame.Ending.DONE, longer, null, null, Frame.Traces.NONE));
            }
            case "long-output-so-far" ->
                out.write(new Frame.OutputSoFar(repl, run, new Frame.Output("x".repeat(100_000), 100_000)));
            case "long-error" ->
                out.write(new Frame.CellEnded(
                        repl, run, Frame.Ending.FAILED, none, "x".repeat(100_000), null, Frame.Traces.NONE));
            case "same-call-twice" -> {
                out.write(new Frame.Query(repl, 5, List.of("a"), ""));
                out.write(new Frame.Query(repl, 5, List.of("b"), ""));
            }
            case "many-prompts" -> out.write(new Frame.Query(repl, 5, Collections.nCopies(20_000, "a"), ""));
            case "stray-frames" -> {
                for (int i = 0; i < 50_000; i++) {
                    out.write(new Frame.OutputSoFar(repl, 77, none));
                }
            }
            case "unread-answers" -> {
                // Asks on and on and takes no answer: it may only be bounded, and ends at the time limit.
                for (long call = 1000; true; call++) {
                    out.write(new Frame.BudgetQuery(repl, call));
                }
            }
            default -> throw new IllegalArgumentException(how);
        }
        Thread.sleep(600_000);
    }
}
