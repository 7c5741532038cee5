package dev.rlm.engine;

import dev.rlm.sandbox.FinalValue;
import dev.rlm.schema.JsonSchema;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a run would end with against the schema of its question. Without a schema every value fits. A value gets the
 * same verdict each time, so that a run that is taken up again comes the same way.
 */
final class FinalCheck {

    private static final Pattern FENCED =
            Pattern.compile("```(?:json|JSON)?[ \\t]*\\R(.*)\\R[ \\t]*```", Pattern.DOTALL);

    /** Takes every value. */
    static final FinalCheck NONE = new FinalCheck(null);

    private final @Nullable JsonSchema schema;

    FinalCheck(@Nullable JsonSchema schema) {
        this.schema = schema;
    }

    /** Whether not every value fits. */
    boolean isTyped() {
        return schema != null;
    }

    boolean fits(FinalValue value) {
        return problems(value.json()).isEmpty();
    }

    /** What the root model is told of a value that does not fit; empty if it fits. */
    Optional<String> rejection(FinalValue value) {
        return rejection(MessageText.FINAL_VALUE_REFUSED, problems(value.json()));
    }

    /** What the code is told of a value to be published that does not fit; empty if it fits. */
    Optional<String> rejectionOfPublished(FinalValue value) {
        return rejection(MessageText.PUBLISHED_VALUE_REFUSED, problems(value.json()));
    }

    /**
     * A text that the root model wrote instead of code, as a final value.
     *
     * @param value if there is a schema, the JSON that the text is, bare or in a fence; else, or if only that fits, the text
     *     as a string
     * @param rejection what the root model is told if the value does not fit
     */
    record Written(FinalValue value, Optional<String> rejection) {}

    Written written(String text) {
        FinalValue string = new FinalValue(text, Json.quote(text));
        if (schema == null) {
            return new Written(string, Optional.empty());
        }
        Matcher fenced = FENCED.matcher(text.strip());
        FinalValue value = Json.value(fenced.matches() ? fenced.group(1) : text).orElse(string);
        List<String> problems = problems(value.json());
        if (problems.isEmpty() || fits(string)) {
            return new Written(problems.isEmpty() ? value : string, Optional.empty());
        }
        return new Written(value, rejection(MessageText.TEXT_REFUSED, problems).map(told -> told + "\n"));
    }

    private static Optional<String> rejection(MessageText text, List<String> problems) {
        return problems.isEmpty() ? Optional.empty() : Optional.of(text.with("- " + String.join("\n- ", problems)));
    }

    private List<String> problems(String json) {
        return schema == null ? List.of() : schema.problems(json);
    }
}
