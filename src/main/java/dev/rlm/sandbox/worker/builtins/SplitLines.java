package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.strings.TruffleString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code str.splitlines()} of texts of Latin-1 characters. */
final class SplitLines implements NativeFunction.Body {

    /** splitlines(text, whether the lines keep their ends) -> list */
    @Override
    public @Nullable Object call(Object[] arguments) {
        if (arguments.length != 2
                || !(arguments[0] instanceof TruffleString text)
                || !(arguments[1] instanceof Boolean keepEnds)) {
            return null;
        }
        PythonObjects.Bytes bytes = PythonObjects.latin1(text);
        if (bytes == null) {
            return null;
        }
        List<Object> lines = new ArrayList<>();
        int length = bytes.to - bytes.from;
        int start = 0;
        while (start < length) {
            int end = start;
            while (end < length && !endsLine(bytes.array[bytes.from + end])) {
                end++;
            }
            int next = end < length ? end + 1 : end;
            if (next < length && bytes.array[bytes.from + end] == '\r' && bytes.array[bytes.from + next] == '\n') {
                next++;
            }
            lines.add(PythonObjects.part(text, start, keepEnds ? next : end));
            start = next;
            PythonObjects.poll(lines.size());
        }
        return PythonObjects.list(lines);
    }

    private static boolean endsLine(byte b) {
        return (b >= '\n' && b <= '\r') || (b >= 0x1c && b <= 0x1e) || b == (byte) 0x85;
    }
}
