package dev.rlm.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.annotation.Annotations;
import java.util.List;
import java.util.Locale;

/**
 * A check in progress that counts what the library does. Each keyword, each schema that is entered, each error and each
 * look at annotations passes through here; the library itself has no limit.
 */
final class BoundedExecution extends ExecutionContext {

    /** A level of a value takes several of a schema. */
    private static final int DEEPEST = 1_000;

    /** Alternatives that do not fit leave errors, too, which are forgotten when another one fits. */
    private static final int MOST_ERRORS = 500_000;

    private static final int STEPS_OF_ANNOTATIONS = 20;

    private final Steps steps;
    private final List<Error> errors;
    private int made;

    /**
     * A check.
     *
     * @param formats whether texts must have the formats that the schema names
     */
    BoundedExecution(Steps steps, boolean formats) {
        super(ExecutionConfig.builder()
                .locale(Locale.ROOT)
                .formatAssertionsEnabled(formats)
                .build());
        this.steps = steps;
        this.errors = super.getErrors();
    }

    /** What was found for certain, whether or not the check came to its end. */
    List<Error> found() {
        return errors;
    }

    @Override
    public void evaluationPathAddLast(String keyword) {
        if (getEvaluationSchema().size() > DEEPEST) {
            throw new Steps.Exhausted("it leads too deep");
        }
        steps.take(1 + size(keyword) / 4);
        super.evaluationPathAddLast(keyword);
    }

    @Override
    public void evaluationPathAddLast(int index) {
        steps.take(1);
        super.evaluationPathAddLast(index);
    }

    @Override
    public List<Error> getErrors() {
        steps.take(1);
        return super.getErrors();
    }

    @Override
    public Annotations getAnnotations() {
        steps.take(STEPS_OF_ANNOTATIONS);
        return super.getAnnotations();
    }

    @Override
    public void addError(Error error) {
        made++;
        if (made > MOST_ERRORS) {
            throw new Steps.Exhausted("too much in it does not fit");
        }
        super.addError(error);
    }

    /** How much a keyword lists, of which each may be looked at; an enumeration is looked up. */
    private int size(String keyword) {
        Schema schema = getEvaluationSchema().peekLast();
        JsonNode listed = schema == null || keyword.equals("enum")
                ? null
                : schema.getSchemaNode().get(keyword);
        return listed == null ? 0 : listed.size();
    }
}
