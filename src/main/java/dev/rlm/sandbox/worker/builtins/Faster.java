package dev.rlm.sandbox.worker.builtins;

import org.graalvm.polyglot.Value;

/** Puts the functions of this package in the places of those of the standard library. */
public final class Faster {
    private Faster() {}

    /**
     * Hands the functions to the Python function {@code install} of {@code faster.py}, which must run in a context that is
     * entered by this thread.
     */
    public static void install(Value install) {
        RegexFunctions regex = new RegexFunctions();
        install.executeVoid(
                new NativeFunction(PythonObjects::setAttribute),
                new NativeFunction(new SortStrings()),
                new NativeFunction(new CountStrings()),
                new NativeFunction(new ParseDates()),
                new NativeFunction(new RowOfTable()),
                new NativeFunction(new SplitLines()),
                new NativeFunction(RegexFunctions::compile),
                new NativeFunction(regex::findAll),
                new NativeFunction(regex::split),
                new NativeFunction(regex::substitute),
                new NativeFunction(PythonObjects::partOfText));
    }
}
