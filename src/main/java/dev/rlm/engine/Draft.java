package dev.rlm.engine;

import dev.rlm.model.LanguageModel;
import dev.rlm.model.ModelException;
import dev.rlm.model.ModelReply;
import dev.rlm.model.ModelRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the root model of a run is writing just now. It is kept beside the journal, only for those who watch: it is gone when
 * the reply is there, which is recorded whole, and a run that goes on elsewhere does not know it. Thread-safe.
 */
public final class Draft implements Audience {

    private volatile @Nullable DraftedReply reply;

    @Override
    public ModelReply complete(LanguageModel model, ModelRequest request, int turn)
            throws ModelException, InterruptedException {
        DraftedReply drafted = new DraftedReply(turn);
        reply = drafted;
        try {
            return model.complete(request, drafted);
        } finally {
            reply = null;
        }
    }

    /** What is being written; empty if nothing is, or if the model lets nothing be seen before its reply is whole. */
    public Optional<Writing> now() {
        DraftedReply drafted = reply;
        return drafted == null ? Optional.empty() : drafted.now();
    }
}
