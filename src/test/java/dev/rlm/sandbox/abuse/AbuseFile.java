package dev.rlm.sandbox.abuse;

import dev.rlm.sandbox.abuse.AbuseCase.AbusiveCell;
import dev.rlm.sandbox.abuse.AbuseCase.Ending;
import dev.rlm.sandbox.abuse.AbuseCase.Place;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Reads a family of attempts. In its file, {@code # %% } begins an attempt and names it, {@code # -- then} begins its
 * next cell, and the lines {@code #> } after either say what must happen:
 *
 * <pre>
 * ends well                      the ending; several are joined by " or "
 * fails with ValueError          a regular expression for the start of the error's last line
 * is stopped                     at its time limit, variables kept
 * is killed                      at its time limit with the worker
 * exhausts the memory            the worker ends itself
 * prints TEXT                    the output contains it
 * never prints TEXT              the output does not
 * limit 2 s                      else 1 s where it may be stopped or killed, and more than enough where not
 * prompts 3                      so many prompts reach the server
 * in the other task              runs in the REPL of another task
 * </pre>
 */
final class AbuseFile {
    static final List<String> FAMILIES = List.of(
            "files",
            "processes",
            "sockets",
            "interop",
            "reflection",
            "native",
            "imports",
            "signals",
            "threads",
            "endless-built-ins",
            "endless-python",
            "memory-single",
            "memory-gradual",
            "recursion",
            "big-integers",
            "strings",
            "regex",
            "compression",
            "pickles",
            "scaffold",
            "output",
            "protocol",
            "smuggling",
            "host-functions",
            "child-questions");

    private static final Duration TO_BE_STOPPED = Duration.ofSeconds(1);
    private static final Duration ENOUGH = Duration.ofSeconds(60);

    private static final Pattern CASE = Pattern.compile("(?m)^# %% ");
    private static final Pattern NEXT_CELL = Pattern.compile("(?m)^# -- then\n");
    private static final Pattern OR = Pattern.compile(" or (?=(ends|is|fails|exhausts) )");
    private static final String DEMAND = "#> ";

    private AbuseFile() {}

    static List<AbuseCase> read(String family) throws IOException {
        String text;
        try (InputStream in = AbuseFile.class.getResourceAsStream(family + ".py")) {
            if (in == null) {
                throw new IOException("There is no family " + family + ".");
            }
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        return CASE.splitAsStream(text)
                .skip(1)
                .map(part -> attempt(family, part))
                .toList();
    }

    private static AbuseCase attempt(String family, String part) {
        int end = part.indexOf('\n');
        String title = part.substring(0, end).strip();
        List<AbusiveCell> cells = new ArrayList<>();
        for (String cell : NEXT_CELL.splitAsStream(part.substring(end + 1)).toList()) {
            cells.add(cell(family + ", " + title, cell));
        }
        return new AbuseCase(family, title, List.copyOf(cells));
    }

    private static AbusiveCell cell(String where, String text) {
        Place place = Place.ABUSED;
        Duration limit = Duration.ZERO;
        OptionalInt prompts = OptionalInt.empty();
        List<Ending> endings = new ArrayList<>();
        List<String> printed = new ArrayList<>();
        List<String> unprinted = new ArrayList<>();
        int start = 0;
        while (text.startsWith(DEMAND, start)) {
            int end = text.indexOf('\n', start);
            String demand = text.substring(start + DEMAND.length(), end).strip();
            start = end + 1;
            if (demand.equals("in the other task")) {
                place = Place.OTHER;
            } else if (demand.startsWith("limit ")) {
                limit = Duration.ofSeconds(number(demand.replace(" s", "")));
            } else if (demand.startsWith("prompts ")) {
                prompts = OptionalInt.of(number(demand));
            } else if (demand.startsWith("prints ")) {
                printed.add(demand.substring("prints ".length()));
            } else if (demand.startsWith("never prints ")) {
                unprinted.add(demand.substring("never prints ".length()));
            } else {
                OR.splitAsStream(demand).map(each -> ending(where, each)).forEach(endings::add);
            }
        }
        return new AbusiveCell(
                place,
                List.copyOf(endings),
                limit.isZero() ? usualLimit(endings) : limit,
                List.copyOf(printed),
                List.copyOf(unprinted),
                prompts,
                text.substring(start).strip() + "\n");
    }

    private static Duration usualLimit(List<Ending> endings) {
        return endings.stream().allMatch(ending -> ending instanceof Ending.Well || ending instanceof Ending.Failed)
                ? ENOUGH
                : TO_BE_STOPPED;
    }

    private static Ending ending(String where, String demand) {
        return switch (demand) {
            case "ends well" -> new Ending.Well();
            case "is stopped" -> new Ending.Stopped();
            case "is killed" -> new Ending.Killed();
            case "exhausts the memory" -> new Ending.MemoryExhausted();
            case String error
            when error.startsWith("fails with ") -> new Ending.Failed(error.substring("fails with ".length()));
            default -> throw new IllegalArgumentException(where + ": what does \"" + demand + "\" mean?");
        };
    }

    private static int number(String demand) {
        return Integer.parseInt(demand.substring(demand.indexOf(' ') + 1));
    }
}
