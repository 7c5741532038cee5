package dev.rlm.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.Month;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * 1 for the same day, else 0. Days are read as {@code 2024-03-04}, {@code 4 March 2024} or {@code March 4, 2024} with the
 * like. A form that means different days to different people, such as {@code 03/04/2024}, is compared as a text.
 *
 * @param gold the right date as a text, folded
 * @param day the day that it is, or null if that is not certain
 */
record DateScoring(String gold, @Nullable LocalDate day) implements Scoring {

    private static final Pattern YEAR_FIRST =
            Pattern.compile("(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})(?:[t ]00:00(?::00)?)?");
    private static final Pattern DAY_FIRST =
            Pattern.compile("(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]{3,9})\\.?,? (\\d{4})");
    private static final Pattern MONTH_FIRST =
            Pattern.compile("([a-z]{3,9})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})");
    private static final Pattern AMBIGUOUS = Pattern.compile("\\d{1,2}([-/.])\\d{1,2}\\1(?:\\d{4}|\\d{2})");

    static DateScoring of(JsonNode gold) throws EvalException {
        if (!gold.isTextual()) {
            throw new EvalException("gold must be a text for the scoring 'date'.");
        }
        String folded = Readings.folded(gold.textValue());
        if (folded.isEmpty()) {
            throw new EvalException("gold is empty: give the right date.");
        }
        Optional<LocalDate> day = day(folded);
        if (day.isEmpty() && !AMBIGUOUS.matcher(folded).matches()) {
            throw new EvalException("gold must be a date such as 2024-03-04, not '" + gold.textValue() + "'.");
        }
        return new DateScoring(folded, day.orElse(null));
    }

    @Override
    public double score(String answer) {
        return Readings.of(answer).map(Readings::folded).anyMatch(this::isRight) ? 1 : 0;
    }

    private boolean isRight(String reading) {
        return reading.equals(gold) || (day != null && day(reading).equals(Optional.of(day)));
    }

    private static Optional<LocalDate> day(String folded) {
        Matcher numbers = YEAR_FIRST.matcher(folded);
        if (numbers.matches()) {
            return day(numbers.group(1), Integer.parseInt(numbers.group(3)), numbers.group(4));
        }
        Matcher dayFirst = DAY_FIRST.matcher(folded);
        if (dayFirst.matches()) {
            return day(dayFirst.group(3), month(dayFirst.group(2)), dayFirst.group(1));
        }
        Matcher monthFirst = MONTH_FIRST.matcher(folded);
        return monthFirst.matches()
                ? day(monthFirst.group(3), month(monthFirst.group(1)), monthFirst.group(2))
                : Optional.empty();
    }

    private static Optional<LocalDate> day(String year, int month, String day) {
        try {
            return Optional.of(LocalDate.of(Integer.parseInt(year), month, Integer.parseInt(day)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The number of a month by its English name or the first three letters of it; 0 if there is none. */
    private static int month(String name) {
        return Arrays.stream(Month.values())
                .filter(month -> isNamed(month, name))
                .mapToInt(Month::getValue)
                .findFirst()
                .orElse(0);
    }

    private static boolean isNamed(Month month, String name) {
        String full = month.name().toLowerCase(Locale.ROOT);
        return full.equals(name)
                || full.substring(0, 3).equals(name)
                || (month == Month.SEPTEMBER && name.equals("sept"));
    }
}
