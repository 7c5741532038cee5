package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.VisibleText;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the author of the cells is told about a rebuild: which variables are as before, which may differ, which are gone. */
final class RebuildReport {
    private static final int NAMES_TOLD = 20;

    private RebuildReport() {}

    /** Sentences about a rebuild that is done, without a space before the first. */
    static String of(Rebuild.Result result, List<CellRecord> cells) {
        if (cells.isEmpty()) {
            return "No variables were lost: no cell had assigned any.";
        }
        StringBuilder told = new StringBuilder();
        Set<String> gone = affected(result.leftOut(), cells);
        Set<String> differing = affected(result.differing(), cells);
        differing.removeAll(gone);
        if (gone.isEmpty() && differing.isEmpty()) {
            told.append("All variables are as before: ");
        } else {
            told.append("The other variables are as before: ");
        }
        told.append("the earlier cells were run again with the replies they had");
        if (result.differing().isEmpty() && result.leftOut().isEmpty()) {
            told.append(" and printed the same.");
        } else {
            told.append('.');
        }
        if (!result.leftOut().isEmpty()) {
            told.append(" ")
                    .append(cellNames(result.leftOut(), "Cell", "Cells"))
                    .append(" ended the sandbox again and had to be left out")
                    .append(gone.isEmpty() ? "." : ", so these are missing or differ: " + names(gone) + ".");
        }
        if (!result.differing().isEmpty()) {
            told.append(" ")
                    .append(cellNames(result.differing(), "Cell", "Cells"))
                    .append(" did not do exactly the same or had been stopped")
                    .append(
                            differing.isEmpty()
                                    ? "."
                                    : ", so these may differ: " + names(differing)
                                            + ". Check them before you use them.");
        }
        return told.toString();
    }

    /** What these cells assigned, and what later cells assigned that read any of it. */
    private static Set<String> affected(Set<CellRecord> changed, List<CellRecord> cells) {
        Set<String> names = new LinkedHashSet<>();
        for (CellRecord cell : cells) {
            if (changed.contains(cell) || cell.trace().read().stream().anyMatch(names::contains)) {
                names.addAll(cell.trace().assigned());
            }
        }
        return names;
    }

    private static String cellNames(Set<CellRecord> cells, String one, String several) {
        String numbers = cells.stream()
                .limit(NAMES_TOLD)
                .map(cell -> String.valueOf(cell.source().number()))
                .collect(Collectors.joining(", "));
        return (cells.size() == 1 ? one : several) + " " + numbers + more(cells.size());
    }

    private static String names(Set<String> names) {
        return names.stream().limit(NAMES_TOLD).map(VisibleText::of).collect(Collectors.joining(", "))
                + more(names.size());
    }

    private static String more(int count) {
        return count > NAMES_TOLD ? " and " + (count - NAMES_TOLD) + " more" : "";
    }
}
