package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.strings.TruffleString;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How often each string of a list is in it: what {@code collections.Counter} asks. */
final class CountStrings implements NativeFunction.Body {

    private static final class Count {
        int value;
    }

    /** count(list) -> [string, count, string, count, ...] in the order in which the strings first appear */
    @Override
    public @Nullable Object call(Object[] arguments) {
        TruffleString[] strings = arguments.length == 1 ? PythonObjects.strings(arguments[0]) : null;
        if (strings == null) {
            return null;
        }
        Map<TruffleString, Count> counts = new LinkedHashMap<>();
        for (int i = 0; i < strings.length; i++) {
            counts.computeIfAbsent(strings[i], _ -> new Count()).value++;
            PythonObjects.poll(i);
        }
        Object[] pairs = new Object[2 * counts.size()];
        int at = 0;
        for (Map.Entry<TruffleString, Count> each : counts.entrySet()) {
            pairs[at++] = each.getKey();
            pairs[at++] = each.getValue().value;
        }
        return PythonObjects.list(pairs);
    }
}
