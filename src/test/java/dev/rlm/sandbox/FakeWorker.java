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
 * a 1}, {@code show a} and {@code ask a prompt}, and it can misbehave in every way that a worker can that somebody has
 * broken out into.
 */
final class FakeWorker {
    private final FrameReader in = new FrameReader(new FileInputStream(FileDescriptor.in), Frame.MAX_BYTES);
    private final OutputStream raw = new FileOutputStream(FileDescriptor.out);
    private final FrameWriter out = new FrameWriter(raw, Frame.MAX_BYTES);
    private final Map<String, String> variables = new TreeMap<>();
    private final StringBuilder printed = new StringBuilder();
    private final TreeSet<String> assigned = new TreeSet<>();
    private final TreeSet<String> read = new TreeSet<>();
    private String context = "";
    private long lastCall;
    private Frame.Value value;
    private String error;

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
            worker.misbehave(arguments[0], 1);
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
                    context = documents.stream()
                            .map(Frame.DocumentHead::name)
                            .toList()
                            .toString();
                    out.write(new Frame.Opened(repl, context.length()));
                }
                case Frame.Run run -> run(run);
                case Frame.ListVariables(int repl) ->
                    out.write(new Frame.Variables(repl, variables.entrySet().stream()
                            .map(each -> new Frame.Variable(each.getKey(), "str", 1, each.getValue()))
                            .toList()));
                case Frame.ReadVariable(int repl, String name) ->
                    out.write(
                            variables.containsKey(name)
                                    ? new Frame.VariableValue(
                                            repl,
                                            new Frame.Value(variables.get(name), "\"" + variables.get(name) + "\""))
                                    : new Frame.Refused(repl, "There is no variable " + name + "."));
                default -> {}
            }
        }
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
        }
        Frame.Traces traces = new Frame.Traces(
                run.clocks() == null ? "clock of " + run.cell() : run.clocks(),
                List.copyOf(assigned),
                List.copyOf(read));
        Frame.Output output = new Frame.Output(printed.toString(), printed.length());
        Frame.Ending ending = error == null ? Frame.Ending.DONE : Frame.Ending.FAILED;
        out.write(new Frame.CellEnded(run.repl(), run.run(), ending, output, error, value, traces));
    }

    private void do_(String[] words, Frame.Run run) throws Exception {
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
            case "context" -> printed.append(context).append('\n');
            case "pid" -> {
                variables.put(words[1], String.valueOf(ProcessHandle.current().pid()));
                assigned.add(words[1]);
                printed.append(variables.get(words[1])).append('\n');
            }
            case "seed" -> printed.append(run.seed()).append('\n');
            case "clock" -> printed.append(run.clocks()).append('\n');
            case "ask" -> ask(String.join(" ", List.of(words).subList(1, words.length)));
            case "ask-pid" -> ask("about process " + variables.get(words[1]));
            case "budget" -> {
                out.write(new Frame.BudgetQuery(0, ++lastCall));
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
            case "die-after" ->
                Thread.ofPlatform().start(() -> {
                    try {
                        Thread.sleep(100);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(1);
                });
            case "misbehave" -> misbehave(words[1], run.run());
            default -> error = "SyntaxError: " + words[0];
        }
    }

    private void ask(String prompt) throws IOException {
        long call = ++lastCall;
        out.write(new Frame.Query(0, call, List.of(prompt)));
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
                    out.write(new Frame.CellEnded(run.repl(), run.run(), Frame.Ending.STOPPED, output, null, null, traces));
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
    private void misbehave(String how, long run) throws Exception {
        Frame.Output none = new Frame.Output("", 0);
        switch (how) {
            case "random-bytes" -> raw.write("This is no frame at all.".getBytes(StandardCharsets.UTF_8));
            case "huge-length" -> raw.write(new byte[] {127, -1, -1, -1, 71});
            case "unknown-kind" -> raw.write(new byte[] {0, 0, 0, 1, 99});
            case "malformed-text" -> raw.write(new byte[] {0, 0, 0, 15, 67, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, (byte) 0xc0, (byte) 0x80});
            case "server-request" -> out.write(new Frame.Interrupt(0, 1));
            case "wrong-answer" -> out.write(new Frame.Opened(0, 5));
            case "second-answer" -> {
                out.write(new Frame.CellEnded(0, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
                out.write(new Frame.CellEnded(0, run, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            }
            case "wrong-run" ->
                out.write(new Frame.CellEnded(0, 77, Frame.Ending.DONE, none, null, null, Frame.Traces.NONE));
            case "long-output" -> {
                Frame.Output longer = new Frame.Output("x".repeat(100_000), 100_000);
                out.write(new Frame.CellEnded(0, run, Frame.Ending.DONE, longer, null, null, Frame.Traces.NONE));
            }
            case "long-output-so-far" ->
                out.write(new Frame.OutputSoFar(0, run, new Frame.Output("x".repeat(100_000), 100_000)));
            case "long-error" ->
                out.write(new Frame.CellEnded(
                        0, run, Frame.Ending.FAILED, none, "x".repeat(100_000), null, Frame.Traces.NONE));
            case "same-call-twice" -> {
                out.write(new Frame.Query(0, 5, List.of("a")));
                out.write(new Frame.Query(0, 5, List.of("b")));
            }
            case "many-prompts" -> out.write(new Frame.Query(0, 5, Collections.nCopies(20_000, "a")));
            case "stray-frames" -> {
                for (int i = 0; i < 50_000; i++) {
                    out.write(new Frame.OutputSoFar(0, 77, none));
                }
            }
            case "unread-answers" -> {
                // Asks on and on and takes no answer: it may only be bounded, and ends at the time limit.
                for (long call = 1000; true; call++) {
                    out.write(new Frame.BudgetQuery(0, call));
                }
            }
            default -> throw new IllegalArgumentException(how);
        }
        Thread.sleep(600_000);
    }
}
