package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.strings.TruffleString;
import org.jspecify.annotations.Nullable;

/** A row of {@code csv.DictReader}: {@code dict(zip(names, fields))}. */
final class RowOfTable implements NativeFunction.Body {

    /** row(names, fields) -> dict, if there are as many names as fields */
    @Override
    public @Nullable Object call(Object[] arguments) {
        if (arguments.length != 2) {
            return null;
        }
        TruffleString[] names = PythonObjects.strings(arguments[0]);
        TruffleString[] fields = PythonObjects.strings(arguments[1]);
        return names == null || fields == null || names.length != fields.length
                ? null
                : PythonObjects.dict(names, fields);
    }
}
