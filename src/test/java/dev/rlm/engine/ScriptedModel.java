package dev.rlm.engine;

import dev.rlm.model.LanguageModel;
import dev.rlm.model.Message;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelReply.StopReason;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.Usage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A model in the test's own process that says what it is told to, and remembers what it was asked. */
public final class ScriptedModel implements LanguageModel {

    /** Says something about a request, which is the n-th, counted from 1. */
    public interface Speech {
        ModelReply reply(int call, ModelRequest request) throws ModelException, InterruptedException;
    }

    private final ModelId id;
    private final Speech speech;
    public final List<ModelRequest> requests = Collections.synchronizedList(new ArrayList<>());

    public ScriptedModel(String id, Speech speech) {
        this.id = ModelId.parse(id);
        this.speech = speech;
    }

    /** Says these replies in order, the last one for ever. */
    public static ScriptedModel saying(String... replies) {
        return new ScriptedModel("test:root", (call, request) -> text(replies[Math.min(call, replies.length) - 1]));
    }

    public static ModelReply text(String text) {
        return new ModelReply(text, List.of(), new Usage(100, 10, 0, 0), StopReason.COMPLETE);
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        int call;
        synchronized (requests) {
            requests.add(request);
            call = requests.size();
        }
        return speech.reply(call, request);
    }

    /** What the model was last told, in its n-th call. */
    String lastMessage(int call) {
        return switch (requests.get(call - 1).messages().getLast()) {
            case Message.User user -> user.text();
            case Message.ToolResults results ->
                results.results().stream()
                                .map(result -> result.callId() + ": " + result.text())
                                .toList()
                        + "\n" + results.text();
            case Message.Assistant assistant ->
                throw new AssertionError("The model was told its own words: " + assistant);
        };
    }
}
