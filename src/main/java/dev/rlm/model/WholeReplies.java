package dev.rlm.model;

/** A model whose replies are never heard before they are whole: its provider is asked for them in one piece. Thread-safe. */
record WholeReplies(LanguageModel model) implements LanguageModel {

    @Override
    public ModelId id() {
        return model.id();
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        return model.complete(request);
    }
}
