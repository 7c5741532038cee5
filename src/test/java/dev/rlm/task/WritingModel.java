package dev.rlm.task;

import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import dev.rlm.model.ReplyListener;

/** A root model that is heard while it writes, and asked in no other way. */
record WritingModel(Pen pen) implements LanguageModel {

    /** Writes a reply. */
    interface Pen {
        ModelReply write(ReplyListener listener) throws InterruptedException;
    }

    @Override
    public ModelId id() {
        return ModelId.parse("test:root");
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException {
        throw new ModelException(ModelException.Kind.REFUSED, "Nobody asks like this.");
    }

    @Override
    public ModelReply complete(ModelRequest request, ReplyListener listener) throws InterruptedException {
        return pen.write(listener);
    }
}
