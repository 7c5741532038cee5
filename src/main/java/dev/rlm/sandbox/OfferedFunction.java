package dev.rlm.sandbox;

import dev.rlm.sandbox.protocol.Frame;
import java.util.List;

/**
 * A function that cells may call and somebody else answers, by {@link HostCalls#call}.
 *
 * @param name a Python identifier, unlike that of any other function and of what the REPL has itself
 * @param documentation its docstring
 * @param parameters the required ones first
 * @param open whether it takes further arguments by name
 */
public record OfferedFunction(String name, String documentation, List<Parameter> parameters, boolean open) {

    public OfferedFunction {
        parameters = List.copyOf(parameters);
    }

    /**
     * A parameter.
     *
     * @param name a Python identifier, unlike that of the function's others
     * @param key what it is called in the arguments that are handed on
     * @param type its annotation: str, int, float, bool, list, dict or None, or several with {@code |} between them; empty
     *     if it may be anything
     * @param required whether it must be given; what need not is given by name
     */
    public record Parameter(String name, String key, String type, boolean required) {}

    /** These functions as a worker is told of them. */
    static Frame.OfferFunctions frame(List<OfferedFunction> functions) {
        return new Frame.OfferFunctions(functions.stream()
                .map(function -> new Frame.Function(
                        function.name(),
                        function.documentation(),
                        function.parameters().stream()
                                .map(each -> new Frame.Parameter(each.name(), each.key(), each.type(), each.required()))
                                .toList(),
                        function.open()))
                .toList());
    }
}
