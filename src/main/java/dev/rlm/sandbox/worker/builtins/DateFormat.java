package dev.rlm.sandbox.worker.builtins;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A format of {@code datetime.strptime}, as far as it can be read without trying alternatives: at each directive the first
 * alternative that fits is taken, as the regular expression of Python's {@code _strptime.py} does before it backtracks.
 * Immutable.
 */
final class DateFormat {
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    private static final List<String> DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    private final List<Piece> pieces;

    private DateFormat(List<Piece> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    /** Reads a part of a text from a place on, and returns where it ends, or -1 if the text has something else there. */
    private interface Piece {
        int read(String text, int at, Fields fields);
    }

    /** What was read. */
    static final class Fields {
        int year = 1900;
        int month = 1;
        int day = 1;
        int hour;
        int minute;
        int second;
        int microsecond;
        private boolean twelve;
        private boolean afternoon;
        private boolean halfKnown;
    }

    /** The format, or empty if it has directives that are not known here. */
    static Optional<DateFormat> of(String format) {
        List<Piece> pieces = new ArrayList<>();
        StringBuilder seen = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c >= 0x80) {
                return Optional.empty();
            }
            if (isSpace(c)) {
                pieces.add(DateFormat::spaces);
                while (i + 1 < format.length() && isSpace(format.charAt(i + 1))) {
                    i++;
                }
            } else if (c != '%') {
                pieces.add((text, at, _) -> at < text.length() && same(text.charAt(at), c) ? at + 1 : -1);
            } else {
                i++;
                Optional<Piece> directive = i < format.length() ? directive(format.charAt(i)) : Optional.empty();
                // Twice the same directive is an error of Python's.
                if (directive.isEmpty() || seen.indexOf(format.substring(i, i + 1)) >= 0) {
                    return Optional.empty();
                }
                seen.append(format.charAt(i));
                pieces.add(directive.get());
            }
        }
        boolean bothHours = seen.indexOf("H") >= 0 && seen.indexOf("I") >= 0;
        return bothHours ? Optional.empty() : Optional.of(new DateFormat(pieces));
    }

    /** The fields of a text, or empty if Python has to say what is wrong with it. */
    Optional<Fields> read(String text) {
        Fields fields = new Fields();
        int at = 0;
        for (Piece piece : pieces) {
            at = piece.read(text, at, fields);
            if (at < 0) {
                return Optional.empty();
            }
        }
        if (at != text.length() || (fields.halfKnown && !fields.twelve)) {
            return Optional.empty();
        }
        if (fields.twelve) {
            fields.hour = fields.hour % 12 + (fields.afternoon ? 12 : 0);
        }
        return isDate(fields) ? Optional.of(fields) : Optional.empty();
    }

    private static boolean isDate(Fields fields) {
        boolean leap = fields.year % 4 == 0 && (fields.year % 100 != 0 || fields.year % 400 == 0);
        int days = switch (fields.month) {
            case 2 -> leap ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
        return fields.year >= 1 && fields.day <= days && fields.second < 60;
    }

    private static Optional<Piece> directive(char letter) {
        return Optional.ofNullable(
                switch (letter) {
                    case 'Y' ->
                        (text, at, fields) -> {
                            fields.year = digits(text, at, 4);
                            return fields.year < 0 ? -1 : at + 4;
                        };
                    case 'y' ->
                        (text, at, fields) -> {
                            int year = digits(text, at, 2);
                            fields.year = year + (year <= 68 ? 2000 : 1900);
                            return year < 0 ? -1 : at + 2;
                        };
                    case 'm' ->
                        (text, at, fields) -> {
                            int end = number(text, at, 1, 12);
                            fields.month = end < 0 ? 1 : value(text, at, end);
                            return end;
                        };
                    case 'd' ->
                        (text, at, fields) -> {
                            int start = at;
                            int end = number(text, at, 1, 31);
                            if (end < 0 && at < text.length() && text.charAt(at) == ' ') {
                                start = at + 1;
                                end = digits(text, start, 1) > 0 ? start + 1 : -1;
                            }
                            fields.day = end < 0 ? 1 : value(text, start, end);
                            return end;
                        };
                    case 'H' ->
                        (text, at, fields) -> {
                            int end = number(text, at, 0, 23);
                            fields.hour = end < 0 ? 0 : value(text, at, end);
                            return end;
                        };
                    case 'I' ->
                        (text, at, fields) -> {
                            int end = number(text, at, 1, 12);
                            fields.hour = end < 0 ? 0 : value(text, at, end);
                            fields.twelve = true;
                            return end;
                        };
                    case 'p' ->
                        (text, at, fields) -> {
                            String half = word(text, at, 2);
                            fields.afternoon = half.equals("pm");
                            fields.halfKnown = true;
                            return fields.afternoon || half.equals("am") ? at + 2 : -1;
                        };
                    case 'M' ->
                        (text, at, fields) -> {
                            int end = number(text, at, 0, 59);
                            fields.minute = end < 0 ? 0 : value(text, at, end);
                            return end;
                        };
                    case 'S' ->
                        (text, at, fields) -> {
                            int end = number(text, at, 0, 61);
                            fields.second = end < 0 ? 0 : value(text, at, end);
                            return end;
                        };
                    case 'f' ->
                        (text, at, fields) -> {
                            int end = at;
                            while (end < text.length() && end < at + 6 && isDigit(text.charAt(end))) {
                                end++;
                            }
                            fields.microsecond = value(text, at, end);
                            for (int digit = end; digit < at + 6; digit++) {
                                fields.microsecond *= 10;
                            }
                            return end > at ? end : -1;
                        };
                    case 'b' ->
                        (text, at, fields) -> {
                            fields.month = 1 + abbreviations(MONTHS).indexOf(word(text, at, 3));
                            return fields.month > 0 ? at + 3 : -1;
                        };
                    case 'B' -> (text, at, fields) -> name(MONTHS, text, at, fields);
                    case 'a' -> (text, at, _) -> abbreviations(DAYS).contains(word(text, at, 3)) ? at + 3 : -1;
                    case 'A' -> (text, at, _) -> name(DAYS, text, at, new Fields());
                    case '%' -> (text, at, _) -> at < text.length() && text.charAt(at) == '%' ? at + 1 : -1;
                    default -> null;
                });
    }

    private static List<String> abbreviations(List<String> names) {
        return names.stream().map(name -> name.substring(0, 3)).toList();
    }

    /** Names of which none begins another. */
    private static int name(List<String> names, String text, int at, Fields fields) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (word(text, at, name.length()).equals(name)) {
                fields.month = i + 1;
                return at + name.length();
            }
        }
        return -1;
    }

    /** A number of two digits if such a number is in the range, else of one digit; where it ends, or -1. */
    private static int number(String text, int at, int least, int most) {
        int two = digits(text, at, 2);
        if (two >= least && two <= most) {
            return at + 2;
        }
        int one = digits(text, at, 1);
        return one >= least ? at + 1 : -1;
    }

    private static int digits(String text, int at, int count) {
        if (at + count > text.length()) {
            return -1;
        }
        for (int i = at; i < at + count; i++) {
            if (!isDigit(text.charAt(i))) {
                return -1;
            }
        }
        return value(text, at, at + count);
    }

    private static int value(String text, int from, int to) {
        int value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + text.charAt(i) - '0';
        }
        return value;
    }

    private static String word(String text, int at, int length) {
        return at + length <= text.length() ? text.substring(at, at + length).toLowerCase(Locale.ROOT) : "";
    }

    private static int spaces(String text, int at, Fields fields) {
        int end = at;
        while (end < text.length() && isSpace(text.charAt(end))) {
            end++;
        }
        return end > at ? end : -1;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    }

    private static boolean same(char one, char other) {
        return one == other || Character.toLowerCase(one) == Character.toLowerCase(other);
    }
}
