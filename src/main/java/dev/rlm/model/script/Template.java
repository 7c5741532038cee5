package dev.rlm.model.script;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reply with places for what the rule's pattern found.
 *
 * <p>{@code ${0}} is the whole match (the whole last message if the rule has no pattern), {@code ${1}} and
 * {@code ${name}} are groups (empty where a group did not take part), {@code ${turn}} is the turn. Only <code>${</code>
 * is special: any other {@code $} stands for itself, and <code>$${</code> gives a literal <code>${</code>. What is filled
 * in is never read as a template again. Immutable.
 */
final class Template {

    private static final Pattern PLACE = Pattern.compile("\\$\\$\\{|\\$\\{(?<name>[^}]*)}");

    private sealed interface Part {
        record Literal(String text) implements Part {}

        record Group(int number) implements Part {}

        record Turn() implements Part {}
    }

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @param pattern the pattern whose groups it may name, or null if the rule has none
     * @throws IllegalArgumentException with a sentence if it names a group that the pattern does not have
     */
    static Template parse(String text, @Nullable Pattern pattern) {
        List<Part> parts = new ArrayList<>();
        Matcher place = PLACE.matcher(text);
        int end = 0;
        while (place.find()) {
            parts.add(new Part.Literal(text.substring(end, place.start())));
            String name = place.group("name");
            parts.add(name == null ? new Part.Literal("${") : part(name, pattern));
            end = place.end();
        }
        parts.add(new Part.Literal(text.substring(end)));
        return new Template(parts);
    }

    /** Fills the places. */
    String fill(MatchResult match, int turn) {
        StringBuilder result = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> result.append(literal.text());
                case Part.Turn ignored -> result.append(turn);
                case Part.Group group -> {
                    String found = match.group(group.number());
                    result.append(found == null ? "" : found);
                }
            }
        }
        return result.toString();
    }

    private static Part part(String name, @Nullable Pattern pattern) {
        if (name.equals("turn")) {
            return new Part.Turn();
        }
        Integer number = pattern == null ? null : pattern.namedGroups().get(name);
        if (number != null) {
            return new Part.Group(number);
        }
        int groups = pattern == null ? 0 : pattern.matcher("").groupCount();
        if (name.matches("\\d{1,4}") && Integer.parseInt(name) <= groups) {
            return new Part.Group(Integer.parseInt(name));
        }
        throw new IllegalArgumentException("The reply names ${" + name
                + "}, which is no group of its rule's pattern; use ${turn}, ${0} to ${" + groups
                + "} or a named group, and $${ for a literal ${.");
    }
}
