package dev.rlm.functions;

import java.util.List;

/**
 * The functions that there are just now.
 *
 * @param functions in a fixed order
 * @param problems why others are missing, a sentence for each server or function
 */
public record Offer(List<ForeignFunction> functions, List<String> problems) {

    public Offer {
        functions = List.copyOf(functions);
        problems = List.copyOf(problems);
    }
}
