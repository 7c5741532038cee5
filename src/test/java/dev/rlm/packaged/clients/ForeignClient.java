package dev.rlm.packaged.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** A program or library of others that speaks with the server, from before the server's restart until after it. */
interface ForeignClient extends AutoCloseable {

    /** How long a call of the server waits, in seconds: the longest that it may. */
    int WAIT_SECONDS = 45;

    /** So many calls in a row may wait for a task on a machine that is busy with other things. */
    int MOST_WAITS = 6;

    /**
     * What client and server told each other when they met.
     *
     * @param version the version of the protocol that they speak
     */
    record Greeting(String version, String server, String instructions, List<String> tools) {}

    /**
     * An answered question.
     *
     * @param task the task as it ended
     * @param progress what was told meanwhile; empty if the client does not show it
     */
    record Answered(JsonNode task, List<String> progress) {}

    /** What it is called in reports. */
    String name();

    /** Meets the server, and lists its tools. */
    Greeting greet() throws Exception;

    /** Whether it shows what it is told while it waits. */
    default boolean showsProgress() {
        return true;
    }

    /** The longest text that it can pass in a call, in characters. */
    default int longestText() {
        return 8_000_000;
    }

    /** Calls a tool and returns its structured result; an error of the tool fails the test. */
    JsonNode call(String tool, Map<String, Object> arguments) throws Exception;

    /** Loads a context of files, and waits for it. Returns what the tool says. */
    default JsonNode load(Map<String, Object> files) throws Exception {
        return call("rlm_load_context", files);
    }

    /** Asks a question and waits for the answer, in the way that the client has for that. */
    Answered answer(Map<String, Object> question) throws Exception;

    /** The text of a resource. */
    String read(String uri) throws Exception;

    /** Asks a question and does not wait. Returns the task's id. */
    default String begin(Map<String, Object> question) throws Exception {
        return call("rlm_ask", question).at("/task/task_id").asText();
    }

    /** Waits for the end of a task that it began, and returns the task as it ended. */
    default JsonNode end(String task) throws Exception {
        JsonNode latest = status(task);
        for (int i = 0; i < MOST_WAITS && goesOn(latest); i++) {
            latest = call("rlm_status", Map.of("task_id", task, "wait_seconds", WAIT_SECONDS))
                    .path("task");
        }
        return latest;
    }

    /** Cancels a task that it began. */
    default void cancel(String task) throws Exception {
        call("rlm_cancel", Map.of("task_id", task));
    }

    /** How a task stands. */
    default JsonNode status(String task) throws Exception {
        return call("rlm_status", Map.of("task_id", task)).path("task");
    }

    /** Ends it. */
    @Override
    void close();

    /** Whether a task has not ended yet. */
    static boolean goesOn(JsonNode task) {
        return List.of("queued", "running").contains(task.path("state").asText());
    }
}
