package dev.rlm.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.model.ClientModels;
import java.util.Optional;

/** What a tool does. Called on a virtual thread; may block. */
@FunctionalInterface
public interface RlmTool {

    /**
     * Does it.
     *
     * @param arguments what the tool's input schema accepted
     * @param caller how to tell the caller about progress, and whether it still listens
     * @return the structured result, as the tool's output schema describes it
     * @throws ToolFailure with a sentence for the calling model
     */
    ObjectNode call(Arguments arguments, Caller caller) throws ToolFailure, InterruptedException;

    /** The one who called. */
    interface Caller {

        /** Who it is. */
        dev.rlm.access.Caller who();

        /** Whose contexts and tasks it sees. */
        default String name() {
            return who().name();
        }

        /** The models that it lends to its questions; empty if it has none to lend. */
        default Optional<ClientModels> models() {
            return Optional.empty();
        }

        /** Tells about progress, if the caller asked for that. */
        void progress(long progress, String message);

        /** Whether the caller has cancelled the call. */
        boolean hasCancelled();
    }
}
