package dev.rlm.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.FormatValidator;
import com.networknt.schema.path.NodePath;

/** A format that no very long text has: the library recognises some by patterns that backtrack. */
record BoundedFormat(Format format) implements Format {

    private static final int LONGEST = 10_000;

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    @Override
    public boolean matches(
            ExecutionContext execution,
            SchemaContext schema,
            JsonNode node,
            JsonNode root,
            NodePath location,
            boolean assertions,
            FormatValidator validator) {
        boolean tooLong = node.isTextual() && node.textValue().length() > LONGEST;
        return !tooLong && format.matches(execution, schema, node, root, location, assertions, validator);
    }
}
