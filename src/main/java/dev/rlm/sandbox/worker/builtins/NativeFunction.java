package dev.rlm.sandbox.worker.builtins;

import com.oracle.graal.python.builtins.objects.PNone;
import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.interop.TruffleObject;
import com.oracle.truffle.api.library.ExportLibrary;
import com.oracle.truffle.api.library.ExportMessage;
import org.jspecify.annotations.Nullable;

/**
 * A function in Java that Python code calls with the interpreter's own objects, so that nothing is converted and lists of a
 * million strings cross at once.
 */
@ExportLibrary(InteropLibrary.class)
final class NativeFunction implements TruffleObject {
    private final Body body;

    NativeFunction(Body body) {
        this.body = body;
    }

    /** What the function does. */
    @FunctionalInterface
    interface Body {
        /**
         * The result, or null, which is Python's None, to decline: the caller then does it the usual way. Whatever the
         * arguments are, nothing is thrown.
         */
        @Nullable
        Object call(Object[] arguments);
    }

    @ExportMessage
    @SuppressWarnings("static-method")
    boolean isExecutable() {
        return true;
    }

    @ExportMessage
    @TruffleBoundary
    Object execute(Object[] arguments) {
        Object result = body.call(arguments);
        return result == null ? PNone.NONE : result;
    }
}
