package dev.rlm.eval;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A question with a known answer.
 *
 * @param line the line of the items file that it stands in, from 1
 * @param id its name, unlike all others of the file
 * @param question the question
 * @param choices the texts to choose from by their letters; empty if there are none
 * @param context the text that it is about, or null if that is in files
 * @param files the files that it is about, relative to the items file; empty if there is a text
 * @param scoring compares answers with the right one
 * @param hash the SHA-256 of all of this but the line, the id and the content of the files, in lower-case hex
 */
public record Item(
        int line,
        String id,
        String question,
        SortedMap<String, String> choices,
        @Nullable String context,
        List<String> files,
        Scoring scoring,
        String hash) {

    public Item {
        choices = new TreeMap<>(choices);
        files = List.copyOf(files);
    }

    /** What a model is asked: the question, and below it the choices. */
    public String asked() {
        return choices.isEmpty()
                ? question
                : choices.entrySet().stream()
                        .map(choice -> choice.getKey() + ": " + choice.getValue())
                        .collect(Collectors.joining(
                                "\n", question + "\n\n", "\n\nAnswer with the letter of the right choice alone."));
    }

    /** What messages call it. */
    public String label() {
        return "Line " + line + " (" + id + ")";
    }

    @Override
    public String toString() {
        return "Item[line=%d, id=%s]".formatted(line, id);
    }
}
