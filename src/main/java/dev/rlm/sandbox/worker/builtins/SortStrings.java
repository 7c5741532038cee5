package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.strings.TruffleString;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** {@code list.sort()} of strings without a key: by code points, stable. */
final class SortStrings implements NativeFunction.Body {

    /** A string, its bytes, and the first eight of them as an unsigned number. */
    private record Key(TruffleString string, PythonObjects.Bytes bytes, long start) {
        static final Comparator<Key> ORDER = (one, other) -> {
            int order = Long.compareUnsigned(one.start, other.start);
            return order != 0 ? order : one.bytes.compare(other.bytes);
        };

        static @Nullable Key of(TruffleString string) {
            PythonObjects.Bytes bytes = PythonObjects.latin1(string);
            if (bytes == null) {
                return null;
            }
            long start = 0;
            for (int i = 0; i < Long.BYTES; i++) {
                int at = bytes.from + i;
                start = start << 8 | (at < bytes.to ? bytes.array[at] & 0xff : 0);
            }
            return new Key(string, bytes, start);
        }
    }

    /** sort(list, reverse) -> True if the list is sorted now */
    @Override
    public @Nullable Object call(Object[] arguments) {
        if (arguments.length != 2 || !(arguments[1] instanceof Boolean reverse)) {
            return null;
        }
        TruffleString[] strings = PythonObjects.strings(arguments[0]);
        if (strings == null) {
            return null;
        }
        Key[] keys = new Key[strings.length];
        for (int i = 0; i < strings.length; i++) {
            Key key = Key.of(strings[i]);
            if (key == null) {
                return null;
            }
            keys[i] = key;
            PythonObjects.poll(i);
        }
        Arrays.sort(keys, reverse ? Collections.reverseOrder(Key.ORDER) : Key.ORDER);
        Object[] sorted = new Object[keys.length];
        for (int i = 0; i < keys.length; i++) {
            sorted[i] = keys[i].string;
        }
        PythonObjects.replace(arguments[0], sorted);
        return true;
    }
}
