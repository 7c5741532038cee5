package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.StoreUnavailableException;
import jakarta.inject.Singleton;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server offers besides tools - resources, prompts, completions - whichever version of the protocol a request comes by:
 * methods with their parameters and results as all versions have them. Thread-safe; may block.
 */
@Singleton
public final class Features {

    private static final System.Logger LOG = System.getLogger(Features.class.getName());

    private static final Set<String> METHODS = Set.of(
            "resources/list",
            "resources/read",
            "resources/templates/list",
            "prompts/list",
            "prompts/get",
            "completion/complete");

    private final Resources resources;
    private final Prompts prompts;
    private final Completions completions;

    Features(Belongings belongings) {
        this.resources = new Resources(belongings);
        this.prompts = new Prompts(belongings);
        this.completions = new Completions(belongings, resources, prompts);
    }

    /** Whether a method is one of these. */
    public static boolean have(String method) {
        return METHODS.contains(method);
    }

    /**
     * Answers a request.
     *
     * @param method one that {@linkplain #have there is}
     * @param params its parameters as they were sent; null if there are none
     * @param caller whose contexts and tasks it is about
     * @return the result, without what only some versions of the protocol add
     * @throws RequestFailure if the request cannot be answered
     */
    public ObjectNode answer(String method, @Nullable JsonNode params, String caller) throws RequestFailure {
        try {
            return answer(method, Params.of(method, params), caller);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw RequestFailure.internal("The server is shutting down; ask again when it is back.");
        } catch (RuntimeException e) {
            throw failure(method, e);
        }
    }

    /** What a caller may know of an error that no caller is to blame for; the rest goes to the log. */
    static RequestFailure failure(String method, RuntimeException error) {
        if (error instanceof StoreUnavailableException) {
            return RequestFailure.internal("The store of tasks cannot be reached just now; ask again in a moment.");
        }
        LOG.log(System.Logger.Level.ERROR, method + " failed with an error of the program.", error);
        return RequestFailure.internal(
                method + " failed with an error of the program; the server's log has the details.");
    }

    private ObjectNode answer(String method, Params params, String caller) throws RequestFailure, InterruptedException {
        return switch (method) {
            case "resources/list" -> resources.list(params, caller);
            case "resources/read" -> resources.read(params, caller);
            case "resources/templates/list" -> resources.listTemplates(params);
            case "prompts/list" -> prompts.list(params);
            case "prompts/get" -> prompts.get(params, caller);
            case "completion/complete" -> completions.complete(params, caller);
            default -> throw new IllegalArgumentException("There is no method " + method + ".");
        };
    }
}
