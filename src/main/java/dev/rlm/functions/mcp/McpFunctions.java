package dev.rlm.functions.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.functions.CallOutcome;
import dev.rlm.functions.ForeignFunction;
import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.FunctionLimits;
import dev.rlm.functions.Offer;
import dev.rlm.functions.ServerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The allowed tools of MCP servers. Nothing is connected or started before it is needed. */
public final class McpFunctions implements ForeignFunctions {

    private final FunctionLimits limits;
    private final ChildProcesses processes = new ChildProcesses();
    private final List<McpServer> servers;
    private final Map<String, Tool> tools = new HashMap<>();

    private record Tool(McpServer server, String name) {}

    /**
     * The tools of these servers.
     *
     * @param clientVersion what servers are told of this program
     * @throws IllegalArgumentException with a sentence for users if two tools would have the same name in the REPL
     */
    public McpFunctions(List<McpServerSettings> settings, FunctionLimits limits, String clientVersion) {
        this.limits = limits;
        this.servers = settings.stream()
                .map(each -> new McpServer(each, processes, clientVersion))
                .toList();
        for (McpServer server : servers) {
            for (String tool : server.settings().tools()) {
                String function = server.settings().function(tool);
                if (tools.put(function, new Tool(server, tool)) != null) {
                    throw new IllegalArgumentException("Two functions would be called " + function
                            + " in the REPL: name one of the servers otherwise.");
                }
            }
        }
    }

    @Override
    public boolean none() {
        return servers.isEmpty();
    }

    @Override
    public FunctionLimits limits() {
        return limits;
    }

    @Override
    public Offer offer() throws InterruptedException {
        List<ForeignFunction> functions = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<Offer>> offers = servers.stream()
                    .map(server -> threads.submit(server::offer))
                    .toList();
            for (Future<Offer> each : offers) {
                Offer offer = each.get();
                functions.addAll(offer.functions());
                problems.addAll(offer.problems());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A list of tools ended with an error.", e.getCause());
        } finally {
            threads.shutdownNow();
        }
        return new Offer(functions, problems);
    }

    @Override
    public CallOutcome call(String function, String arguments, Duration limit) throws InterruptedException {
        Tool tool = tools.get(function);
        if (tool == null) {
            return new CallOutcome.Failure("The function " + function + " is not allowed here any more.");
        }
        ObjectNode parsed;
        try {
            parsed = Messages.object(arguments);
        } catch (McpException e) {
            return new CallOutcome.Failure("The arguments are no JSON object.");
        }
        return tool.server().call(tool.name(), parsed, limit);
    }

    @Override
    public List<ServerState> servers() {
        return servers.stream().map(McpServer::state).toList();
    }

    @Override
    public void close() {
        servers.forEach(McpServer::close);
        processes.close();
    }
}
