package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.protocol.Frame;
import dev.rlm.sandbox.protocol.FrameReader;
import dev.rlm.sandbox.protocol.FrameWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        SandboxWorker worker = new SandboxWorker(
                Channels.newInputStream(requests.source()), Channels.newOutputStream(answers.sink()));
        Thread.ofPlatform().name("worker").daemon().start(worker::serve);
        Path text = Files.createTempFile("rlm-training", ".txt");
        try {
            Files.writeString(text, text());
            answerOf(fromWorker, toWorker);
            toWorker.write(new Frame.Open(List.of(
                    new Frame.SourceFile("first.txt", text.toString()),
                    new Frame.SourceFile("second.txt", text.toString()))));
            answerOf(fromWorker, toWorker);
            int number = 0;
            for (String cell : cells()) {
                number++;
                toWorker.write(new Frame.Run(number, number, cell, 20_000));
                answerOf(fromWorker, toWorker);
            }
            toWorker.write(new Frame.ListVariables());
            answerOf(fromWorker, toWorker);
        } finally {
            Files.delete(text);
        }
    }

    private static String text() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            text.append("2026-03-%02d user%d@example.org wrote entry %d: \"the answer is %d\"%n"
                    .formatted(i % 28 + 1, i % 977, i, i * 7919 % 1000));
        }
        return text.toString();
    }

    private static String[] cells() throws IOException {
        try (InputStream in = Training.class.getResourceAsStream("training.py")) {
            if (in == null) {
                throw new IllegalStateException("The resource training.py is missing.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n# %%\n");
        }
    }

    /** Serves the worker's calls until it has answered the request. */
    private static void answerOf(FrameReader from, FrameWriter to) throws IOException {
        while (true) {
            switch (from.read().orElseThrow()) {
                case Frame.Query(long call, List<String> prompts) ->
                    to.write(new Frame.Replies(
                            call,
                            prompts.stream()
                                    .map(prompt -> new Frame.Reply(true, "{\"length\": " + prompt.length() + "}"))
                                    .toList()));
                case Frame.BudgetQuery(long call) -> to.write(new Frame.Budget(call, "{\"sub_calls\": 50}"));
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
