package dev.rlm.functions;

import java.util.List;

/**
 * How another server stands.
 *
 * @param name what the operator calls it
 * @param place where it is: its host or its program, without what may be secret
 * @param functions the names of the functions that the operator allows, in their order
 * @param state a few words: not connected yet, connected, or why not
 */
public record ServerState(String name, String place, List<String> functions, String state) {

    public ServerState {
        functions = List.copyOf(functions);
    }
}
