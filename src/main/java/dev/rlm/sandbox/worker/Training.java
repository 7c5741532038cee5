package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs typical cells against a worker in this process, so that the JVM records what to keep in its AOT cache. */
final class Training {
    private static final int LINES = 20_000;

    private Training() {}

    static void run() throws IOException {
        // Not piped streams: these break when the thread that wrote last has ended, as threads of cells do.
        Pipe requests = Pipe.open();
        Pipe answers = Pipe.open();
        FrameWriter toWorker = new FrameWriter(Channels.newOutputStream(requests.sink()), Frame.MAX_BYTES);
        FrameReader fromWorker = new FrameReader(Channels.newInputStream(answers.source()), Frame.MAX_BYTES);
        SandboxWorker worker =
                new SandboxWorker(Channels.newInputStream(requests.source()), Channels.newOutputStream(answers.sink()));
        Thread.ofPlatform().name("worker").daemon().start(worker::serve);
        byte[] text = text().getBytes(StandardCharsets.UTF_8);
        answerOf(fromWorker, toWorker);
        toWorker.write(new Frame.Open(
                Frame.ROOT,
                List.of(
                        new Frame.DocumentHead("first.txt", text.length),
                        new Frame.DocumentHead("second.txt", text.length))));
        for (int document = 0; document < 2; document++) {
            for (int start = 0; start < text.length; start += Frame.CONTENTS_BYTES) {
                int length = Math.min(Frame.CONTENTS_BYTES, text.length - start);
                toWorker.write(new Frame.Contents(Frame.ROOT, ByteBuffer.wrap(text, start, length)));
            }
        }
        answerOf(fromWorker, toWorker);
        int number = 0;
        for (String cell : cells()) {
            number++;
            toWorker.write(new Frame.Run(Frame.ROOT, number, number, cell, 20_000, 0, 0, null));
            answerOf(fromWorker, toWorker);
        }
        toWorker.write(new Frame.ListVariables(Frame.ROOT));
        answerOf(fromWorker, toWorker);
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            text.append("2026-03-%02d user%d@example.org wrote entry %d: \"the answer is %d\"%n"
                    .formatted(i % 28 + 1, i % 977, i, i * 7919 % 1000));
        }
        return text.toString();
    }

    private static String[] cells() {
        return (PythonEngine.text("warmup.py") + "\n# %%\n" + PythonEngine.text("training.py")).split("\n# %%\n");
    }

    /** Serves the worker's calls until it has answered the request. */
    private static void answerOf(FrameReader from, FrameWriter to) throws IOException {
        while (true) {
            switch (from.read().orElseThrow()) {
                case Frame.Query(int _, long call, List<String> prompts, String _, String _, var _) ->
                    to.write(new Frame.Replies(
                            call,
                            prompts.stream()
                                    .map(prompt -> new Frame.Reply(true, "{\"length\": " + prompt.length() + "}"))
                                    .toList()));
                case Frame.BudgetQuery(int _, long call) -> to.write(new Frame.Budget(call, "{\"sub_calls\": 50}"));
                case Frame.PromptsLocated _, Frame.CellObserved _, Frame.HandedOver _ -> {}
                case Frame.CellEnded ended
                when ended.error() != null ->
                    throw new IllegalStateException(
                            "A training cell failed: " + ended.output().text());
                default -> {
                    return;
                }
            }
        }
    }
}
