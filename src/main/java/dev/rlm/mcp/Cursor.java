package dev.rlm.mcp;

import dev.rlm.context.ContextIds;
import dev.rlm.journal.JournalStore.Position;
import dev.rlm.task.TaskIds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page of a list begins, as clients hand it back: behind the context or task that was last on the page before. */
final class Cursor {

    /** When that was made, in microseconds, and its id. */
    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})_(\\w+)");

    private Cursor() {}

    /** The cursor of the page behind a position, which has no more than microseconds. */
    static String of(Position position) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, position.submitted()) + "_" + position.id();
    }

    /** The position behind which a page begins; empty if this is no cursor. */
    static Optional<Position> position(String cursor) {
        Matcher parts = FORM.matcher(cursor);
        return parts.matches() && (TaskIds.isId(parts.group(2)) || ContextIds.isId(parts.group(2)))
                ? Optional.of(new Position(
                        Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS), parts.group(2)))
                : Optional.empty();
    }
}
