package dev.rlm.sandbox.worker.builtins;

import com.oracle.truffle.api.strings.TruffleString;
import dev.rlm.sandbox.worker.builtins.DateFormat.Fields;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@code datetime.strptime} for the usual formats and texts in ASCII. */
final class ParseDates implements NativeFunction.Body {
    private static final int MOST_FORMATS = 100;
    private static final int LONGEST = 200;

    private final Map<TruffleString, Optional<DateFormat>> formats = new ConcurrentHashMap<>();

    /** parse(text, format) -> (year, month, day, hour, minute, second, microsecond) */
    @Override
    public @Nullable Object call(Object[] arguments) {
        if (arguments.length != 2
                || !(arguments[0] instanceof TruffleString text)
                || !(arguments[1] instanceof TruffleString format)
                || !PythonObjects.isShortAscii(text, LONGEST)
                || !PythonObjects.isShortAscii(format, LONGEST)) {
            return null;
        }
        Optional<DateFormat> known = formats.get(format);
        if (known == null) {
            if (formats.size() >= MOST_FORMATS) {
                formats.clear();
            }
            known = DateFormat.of(format.toJavaStringUncached());
            formats.put(format, known);
        }
        return known.flatMap(each -> each.read(text.toJavaStringUncached()))
                .map(ParseDates::tuple)
                .orElse(null);
    }

    private static Object tuple(Fields fields) {
        return PythonObjects.tuple(
                fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second, fields.microsecond);
    }
}
