package dev.rlm.sandbox.worker.builtins;

import com.oracle.graal.python.PythonLanguage;
import com.oracle.graal.python.builtins.PythonBuiltinClassType;
import com.oracle.graal.python.builtins.objects.common.EconomicMapStorage;
import com.oracle.graal.python.builtins.objects.list.PList;
import com.oracle.graal.python.builtins.objects.type.PythonBuiltinClass;
import com.oracle.graal.python.builtins.objects.type.PythonClass;
import com.oracle.graal.python.runtime.PythonContext;
import com.oracle.graal.python.runtime.object.PFactory;
import com.oracle.graal.python.runtime.sequence.storage.ObjectSequenceStorage;
import com.oracle.truffle.api.TruffleSafepoint;
import com.oracle.truffle.api.interop.InteropLibrary;
import com.oracle.truffle.api.strings.TruffleString;
import com.oracle.truffle.api.strings.TruffleString.CodeRange;
import com.oracle.truffle.api.strings.TruffleString.Encoding;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads and makes the interpreter's objects. */
final class PythonObjects {
    static final TruffleString EMPTY = TruffleString.fromJavaStringUncached("", Encoding.UTF_32);

    private static final int BETWEEN_POLLS = 1 << 14;

    private PythonObjects() {}

    /** The strings of a list, or null unless it is a list of nothing but instances of {@code str} itself. */
    static TruffleString @Nullable [] strings(Object list) {
        if (!(list instanceof PList of) || !(of.getSequenceStorage() instanceof ObjectSequenceStorage storage)) {
            return null;
        }
        Object[] items = storage.getInternalObjectArray();
        TruffleString[] strings = new TruffleString[storage.length()];
        for (int i = 0; i < strings.length; i++) {
            // Instances of subclasses are of another type.
            if (!(items[i] instanceof TruffleString string)) {
                return null;
            }
            strings[i] = string;
            poll(i);
        }
        return strings;
    }

    /** A dict of these keys and values, of which there are as many; equal keys count once, with the last value. */
    static Object dict(TruffleString[] keys, TruffleString[] values) {
        EconomicMapStorage storage = EconomicMapStorage.create(keys.length);
        for (int i = 0; i < keys.length; i++) {
            storage.putUncached(keys[i], values[i]);
        }
        return PFactory.createDict(PythonLanguage.get(null), storage);
    }

    /** Puts other objects in the places of a list's, which has as many. */
    static void replace(Object list, Object[] items) {
        ((PList) list).setSequenceStorage(new ObjectSequenceStorage(items));
    }

    static Object list(Object[] items) {
        return PFactory.createList(PythonLanguage.get(null), items);
    }

    static Object list(List<Object> items) {
        return list(items.toArray());
    }

    static Object tuple(Object... items) {
        return PFactory.createTuple(PythonLanguage.get(null), items);
    }

    static TruffleString string(String text) {
        return TruffleString.fromJavaStringUncached(text, Encoding.UTF_32);
    }

    /** A copy of a part of a text, in its characters. */
    static TruffleString part(TruffleString text, int start, int end) {
        return text.substringUncached(start, end - start, Encoding.UTF_32, false);
    }

    /** part(text, start, end) -> the part of the text, which shares its characters with it; the text itself if that is all */
    static @Nullable Object partOfText(Object[] arguments) {
        if (arguments.length != 3
                || !(arguments[0] instanceof TruffleString text)
                || !(arguments[1] instanceof Integer start)
                || !(arguments[2] instanceof Integer end)
                || start < 0
                || end < start
                || end > length(text)) {
            return null;
        }
        return end - start == length(text) ? text : text.substringUncached(start, end - start, Encoding.UTF_32, true);
    }

    static int length(TruffleString text) {
        return text.codePointLengthUncached(Encoding.UTF_32);
    }

    /** Whether a text has at most so many characters, all of them ASCII. */
    static boolean isShortAscii(TruffleString text, int longest) {
        return length(text) <= longest && text.getCodeRangeUncached(Encoding.UTF_32) == CodeRange.ASCII;
    }

    /** set(type, name, value) -> True: an attribute of a built-in type, which Python code cannot set */
    static @Nullable Object setAttribute(Object[] arguments) {
        if (arguments.length != 3 || !(arguments[1] instanceof TruffleString name)) {
            return null;
        }
        switch (arguments[0]) {
            case PythonBuiltinClassType type ->
                PythonContext.get(null).lookupType(type).setAttributeUnsafe(name, arguments[2]);
            case PythonBuiltinClass type -> type.setAttributeUnsafe(name, arguments[2]);
            case PythonClass type -> type.setAttribute(name, arguments[2]);
            default -> {
                return null;
            }
        }
        return true;
    }

    /** A text's characters as one byte each, which must not be changed, or null if some are beyond Latin-1. */
    static @Nullable Bytes latin1(TruffleString text) {
        CodeRange range = text.getCodeRangeUncached(Encoding.UTF_32);
        if (range != CodeRange.ASCII && range != CodeRange.LATIN_1) {
            return null;
        }
        var bytes = text.switchEncodingUncached(Encoding.ISO_8859_1).getInternalByteArrayUncached(Encoding.ISO_8859_1);
        return new Bytes(bytes.getArray(), bytes.getOffset(), bytes.getOffset() + bytes.getLength());
    }

    /** A range of an array. */
    static final class Bytes {
        final byte[] array;
        final int from;
        final int to;

        Bytes(byte[] array, int from, int to) {
            this.array = array;
            this.from = from;
            this.to = to;
        }

        int length() {
            return to - from;
        }

        @SuppressWarnings("ReferenceEquality")
        boolean isSame(Bytes other) {
            return array == other.array && from == other.from && to == other.to;
        }

        @Override
        public String toString() {
            return new String(array, from, to - from, StandardCharsets.ISO_8859_1);
        }

        int compare(Bytes other) {
            return Arrays.compareUnsigned(array, from, to, other.array, other.from, other.to);
        }
    }

    /** Lets a cell be interrupted in a loop, if the loop counts its rounds. */
    static void poll(int round) {
        if (round % BETWEEN_POLLS == BETWEEN_POLLS - 1) {
            poll();
        }
    }

    /** Lets a cell be interrupted here. */
    static void poll() {
        TruffleSafepoint.poll(InteropLibrary.getUncached());
    }
}
