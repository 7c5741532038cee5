package dev.rlm.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A kind of resources as clients see it.
 *
 * @param uriTemplate the URI with variables (RFC 6570, level 1)
 * @param name its name
 * @param title its name for people
 * @param description what these resources hold
 * @param mimeType the type of all of them, or null if they differ
 */
record ResourceTemplate(
        String uriTemplate,
        String name,
        String title,
        String description,
        @Nullable String mimeType) {

    /** All kinds, in the order in which clients see them. */
    static List<ResourceTemplate> load() {
        List<ResourceTemplate> templates = new ArrayList<>();
        for (JsonNode template : YamlResource.read("resources.yaml").required("templates")) {
            templates.add(new ResourceTemplate(
                    template.required("uriTemplate").textValue(),
                    template.required("name").textValue(),
                    template.required("title").textValue(),
                    template.required("description").textValue(),
                    template.path("mimeType").textValue()));
        }
        return templates;
    }

    /** Whether the URI has this variable. */
    boolean hasVariable(String variable) {
        return uriTemplate.contains("{" + variable + "}");
    }

    /** As lists of templates tell it. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("uriTemplate", uriTemplate)
                .put("name", name)
                .put("title", title)
                .put("description", description);
        return mimeType == null ? json : json.put("mimeType", mimeType);
    }
}
