package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

final class ServerCardTest {

    private final JsonNode card = new ServerCard("1.2.3", "Title", "Description.").json("https://host.example/mcp");

    @Test
    void itHasTheFormThatItsSchemaDemands() {
        assertThat(card.path("$schema").textValue())
                .isEqualTo("https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json");
        assertThat(card.path("name").textValue()).matches("[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+");
        assertThat(card.path("version").textValue()).isEqualTo("1.2.3");
        assertThat(card.path("remotes")).hasSize(1);
        assertThat(card.at("/remotes/0/type").textValue()).isEqualTo("streamable-http");
        assertThat(card.at("/remotes/0/url").textValue()).isEqualTo("https://host.example/mcp");
        assertThat(card.at("/remotes/0/supportedProtocolVersions"))
                .extracting(JsonNode::textValue)
                .containsExactly("2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05");
    }

    @Test
    void itDoesNotListWhatClientsMustAskFor() {
        assertThat(card.has("tools")).isFalse();
        assertThat(card.has("prompts")).isFalse();
        assertThat(card.has("resources")).isFalse();
    }
}
