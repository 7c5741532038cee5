package dev.rlm.cli;

import dev.rlm.model.ModelId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which models to use. */
final class ModelOptions {

    @Option(
            names = "--root-model",
            paramLabel = "M",
            converter = IdConverter.class,
            description = "The model that writes code, such as bedrock:us.amazon.nova-pro-v1:0 or openai:gpt-5"
                    + " (default: rlm.model.root).")
    private @Nullable ModelId root;

    @Option(
            names = "--sub-model",
            paramLabel = "M",
            converter = IdConverter.class,
            description = "The model that the code asks about parts of the input (default: rlm.model.sub).")
    private @Nullable ModelId sub;

    @Nullable
    ModelId root() {
        return root;
    }

    @Nullable
    ModelId sub() {
        return sub;
    }

    /** Reads a model id. */
    static final class IdConverter implements ITypeConverter<ModelId> {
        @Override
        public ModelId convert(String text) {
            try {
                return ModelId.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
