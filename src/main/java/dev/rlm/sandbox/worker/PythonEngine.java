package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.worker.builtins.Faster;
import dev.rlm.sandbox.worker.strings.FasterStrings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;

/** Builds the one Python context of a worker: every access denied, the REPL's own sources and the usual imports loaded. */
final class PythonEngine {
    static final List<String> SOURCES = List.of(
            "runs.py",
            "determinism.py",
            "display.py",
            "conversion.py",
            "leftovers.py",
            "event_loops.py",
            "awaiting.py",
            "advice.py",
            "documents.py",
            "streams.py",
            "typed.py",
            "lent.py",
            "citing.py",
            "recursion.py",
            "history.py",
            "functions.py",
            "mapping.py",
            "session.py",
            "repl.py",
            "threads.py",
            "faster.py",
            "guard.py");

    private static final String USUAL_IMPORTS = """
            import collections, concurrent.futures, csv, datetime, functools, io, itertools, json, math, random, re
            import statistics, string, textwrap, time, warnings
            """;

    private PythonEngine() {}

    static Context start(OutputStream output) {
        // Were it first needed where the stack ends in deep recursion, the class would stay unusable.
        new CRC32().update(0);
        FasterStrings.install();
        InputStream nothing = InputStream.nullInputStream();
        Engine engine = Engine.newBuilder("python")
                .sandbox(SandboxPolicy.CONSTRAINED)
                .option("engine.WarnInterpreterOnly", "false")
                .out(output)
                .err(output)
                .in(nothing)
                .build();
        Context context = Context.newBuilder("python")
                .sandbox(SandboxPolicy.CONSTRAINED)
                .engine(engine)
                // concurrent.futures is how model-written code asks many sub-models at once.
                .allowCreateThread(true)
                .out(output)
                .err(output)
                .in(nothing)
                .build();
        context.eval(Source.create("python", USUAL_IMPORTS));
        for (String name : SOURCES) {
            context.eval(source(name));
        }
        Faster.install(context.getBindings("python").getMember("install"));
        return context;
    }

    private static Source source(String name) {
        return Source.newBuilder("python", text(name), "<rlm " + name + ">").buildLiteral();
    }

    /** A resource of this package. */
    static String text(String name) {
        try (InputStream in = PythonEngine.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
