package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.rlm.access.CallRates;
import dev.rlm.access.Caller;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tools, whichever version of the protocol a call comes by: checks arguments against the input schema, and turns results
 * and failures into what every version tells. Thread-safe.
 */
@Singleton
public final class Tools {

    private static final System.Logger LOG = System.getLogger(Tools.class.getName());
    private static final int PROBLEMS_TOLD = 3;

    private final Map<String, Offered> offered = new LinkedHashMap<>();
    private final CallRates rates;
    private final ResourceListChanges changes;

    Tools(
            Provider<ContextTools> contextTools,
            Provider<TaskTools> taskTools,
            CallRates rates,
            ResourceListChanges changes) {
        this.rates = rates;
        this.changes = changes;
        Map<String, RlmTool> tools = Map.of(
                "rlm_load_context", (arguments, caller) -> contextTools.get().load(arguments, caller),
                "rlm_list_contexts", (arguments, caller) -> contextTools.get().list(arguments, caller),
                "rlm_delete_context", (arguments, caller) -> contextTools.get().delete(arguments, caller),
                "rlm_search", (arguments, caller) -> contextTools.get().search(arguments, caller),
                "rlm_read", (arguments, caller) -> contextTools.get().read(arguments, caller),
                "rlm_ask", (arguments, caller) -> taskTools.get().ask(arguments, caller),
                "rlm_status", (arguments, caller) -> taskTools.get().status(arguments, caller),
                "rlm_list_tasks", (arguments, caller) -> taskTools.get().list(arguments, caller),
                "rlm_cancel", (arguments, caller) -> taskTools.get().cancel(arguments, caller));
        SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        for (ToolDefinition definition : ToolDefinitions.load()) {
            RlmTool tool = tools.get(definition.name());
            if (tool == null) {
                throw new IllegalStateException("Nothing does what the tool " + definition.name() + " promises.");
            }
            offered.put(definition.name(), new Offered(definition, tool, schemas.getSchema(definition.inputSchema())));
        }
    }

    private record Offered(ToolDefinition definition, RlmTool tool, Schema input) {}

    /**
     * What a call came to.
     *
     * @param text what the calling model reads: the structured result as JSON, or the sentence of a failure
     * @param structured the structured result; null for a failure
     */
    public record Result(String text, @Nullable ObjectNode structured) {

        /** Whether the call failed. */
        public boolean isError() {
            return structured == null;
        }

        private static Result failure(String sentence) {
            return new Result(sentence, null);
        }
    }

    /** What the tools are like, in the order in which clients see them. */
    public List<ToolDefinition> definitions() {
        return offered.values().stream().map(Offered::definition).toList();
    }

    /** Whether there is a tool with this name. */
    public boolean has(String name) {
        return offered.containsKey(name);
    }

    /**
     * Calls a tool, and waits for it.
     *
     * @param name the name of one of the {@linkplain #definitions() tools}
     * @param arguments its arguments as they were sent
     */
    public Result call(String name, JsonNode arguments, RlmTool.Caller caller) {
        Offered called = find(name);
        List<com.networknt.schema.Error> problems = called.input().validate(arguments);
        if (!problems.isEmpty()) {
            return Result.failure(sentence(name, problems));
        }
        String refusal = refusal(called.definition(), caller.who());
        return refusal == null ? run(called, arguments, caller) : Result.failure(refusal);
    }

    /** Goes on, perhaps in another process, with what {@link #call} has begun: it is not counted as a call again. */
    public Result resume(String name, JsonNode arguments, RlmTool.Caller caller) {
        return run(find(name), arguments, caller);
    }

    private Offered find(String name) {
        Offered called = offered.get(name);
        if (called == null) {
            throw new IllegalArgumentException("There is no tool " + name + ".");
        }
        return called;
    }

    private Result run(Offered called, JsonNode arguments, RlmTool.Caller caller) {
        String name = called.definition().name();
        try {
            ObjectNode structured = called.tool().call(new Arguments(arguments), caller);
            if (!called.definition().hints().readOnly()) {
                changes.tell(caller.name());
            }
            return new Result(structured.toString(), structured);
        } catch (ToolFailure e) {
            return Result.failure(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.failure("The server is shutting down; call " + name + " again when it is back.");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "The tool " + name + " failed with an error of the program.", e);
            return Result.failure(
                    "The tool " + name + " failed with an error of the program; the server's log has the details.");
        }
    }

    /** Why a caller may not call a tool now; null if it may. */
    private @Nullable String refusal(ToolDefinition tool, Caller caller) {
        if (tool.scope() != null && !caller.may(tool.scope())) {
            return "Your credential does not have the scope " + tool.scope().label() + ", which " + tool.name()
                    + " needs: tell the user, who can ask the operator of the server for it.";
        }
        return Optional.ofNullable(tool.rate())
                .flatMap(kind -> rates.take(kind, caller))
                .map(wait -> tool.name() + " was called too often: call it again in " + CallRates.seconds(wait) + " s.")
                .orElse(null);
    }

    private static String sentence(String name, List<com.networknt.schema.Error> problems) {
        String told = problems.stream().limit(PROBLEMS_TOLD).map(Tools::told).collect(Collectors.joining("; "));
        return "The arguments of " + name + " do not fit its input schema: " + told + ". Correct them and call again.";
    }

    private static String told(com.networknt.schema.Error problem) {
        String place = problem.getInstanceLocation().toString();
        return place.isEmpty() ? problem.getMessage() : place.substring(1) + ": " + problem.getMessage();
    }
}
