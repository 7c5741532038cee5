package dev.rlm.model;

import dev.rlm.model.ModelReply.StopReason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A model that fails with the given failures, one per call, and then answers. */
final class FakeModel implements LanguageModel {

    static final ModelReply REPLY = new ModelReply("yes", List.of(), Usage.NONE, StopReason.COMPLETE);

    private final Deque<ModelException> failures;
    private int calls;

    FakeModel(List<ModelException> failures) {
        this.failures = new ArrayDeque<>(failures);
    }

    int calls() {
        return calls;
    }

    @Override
    public ModelId id() {
        return ModelId.parse("fake:model");
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException {
        calls++;
        ModelException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        return REPLY;
    }
}
