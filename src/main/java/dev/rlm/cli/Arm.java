package dev.rlm.cli;

import dev.rlm.budget.Budget;
import dev.rlm.task.TaskRequest.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way in which an evaluation asks its questions.
 *
 * @param label its name
 * @param route direct or rlm, or null for the configured default
 * @param depth the depth of recursion, or null for the configured default; with 0 the code makes no sub-calls
 */
record Arm(String label, @Nullable String route, @Nullable Integer depth) {

    static final String AUTO = "auto";

    private static final String DIRECT = "direct";
    private static final Pattern DEPTH = Pattern.compile("depth[0-" + Budget.MOST_DEPTH + "]");

    /**
     * The arms with these names.
     *
     * @throws CommandException if there is no such arm, or one is named twice
     */
    static List<Arm> all(List<String> names) throws CommandException {
        Set<String> seen = new HashSet<>();
        List<Arm> arms = new ArrayList<>();
        for (String name : names) {
            String label = name.strip().toLowerCase(Locale.ROOT);
            if (!seen.add(label)) {
                throw new CommandException(Command.BAD_INPUT, "The arm '" + label + "' is named twice.");
            }
            arms.add(of(label));
        }
        return arms;
    }

    private static Arm of(String label) throws CommandException {
        return switch (label) {
            case AUTO -> new Arm(label, null, null);
            case DIRECT -> new Arm(label, DIRECT, null);
            default -> {
                if (!DEPTH.matcher(label).matches()) {
                    throw new CommandException(
                            Command.BAD_INPUT,
                            "The arms are auto, direct, and depth0 to depth%d, not '%s'."
                                    .formatted(Budget.MOST_DEPTH, label));
                }
                yield new Arm(label, "rlm", label.charAt(label.length() - 1) - '0');
            }
        };
    }

    /** Whether the root model reads the context itself, which it cannot if that is too large. */
    boolean isDirect() {
        return DIRECT.equals(route);
    }

    /** The limits of a question in this arm. */
    Limits limits(LimitOptions options) {
        if (depth == null || depth > 0) {
            return options.with(null, depth);
        }
        Limits limits = options.with(null, 1);
        return new Limits(limits.turns(), 0, limits.parallel(), limits.usd(), limits.time(), limits.depth());
    }
}
