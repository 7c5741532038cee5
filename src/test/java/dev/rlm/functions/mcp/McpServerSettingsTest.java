package dev.rlm.functions.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.functions.mcp.McpServerSettings.Place;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class McpServerSettingsTest {

    private static final Place PLACE = new Place.Address(URI.create("https://bank.example/mcp"), Map.of());

    private static McpServerSettings settings(String name, Place place, String... tools) {
        return new McpServerSettings(name, place, List.of(tools), Duration.ofSeconds(1), Duration.ofSeconds(1), 1_000);
    }

    private static void refused(String name, Place place, String because, String... tools) {
        assertThatThrownBy(() -> settings(name, place, tools))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(because)
                .hasMessageMatching("[A-Z'0-9].*\\.");
    }

    @Test
    void functionsAreCalledAfterTheServerAndTheTool() {
        assertThat(settings("bank", PLACE, "get-balance.v2").function("get-balance.v2"))
                .isEqualTo("bank_get_balance_v2");
    }

    @Test
    void namesThatCannotStandInCodeAreRefused() {
        refused("Bank", PLACE, "must start with a lower-case letter", "a");
        refused("my-bank", PLACE, "must start with a lower-case letter", "a");
        refused("llm", PLACE, "is taken", "query");
        refused("bank", PLACE, "is no name of a tool", "two words");
        refused("bank", PLACE, "Two tools would be called bank_a_b", "a-b", "a_b");
    }

    @Test
    void everyToolMustBeNamed() {
        refused("bank", PLACE, "No tools are allowed");
        refused("bank", PLACE, "'*' does not allow all tools", "balance", "*");
    }

    @Test
    void addressesMustBeOfHttpAndWithoutSecrets() {
        for (String url :
                List.of("ftp://bank.example", "bank.example/mcp", "https:///mcp", "https://me:key@bank.example")) {
            assertThatThrownBy(() -> settings("bank", new Place.Address(URI.create(url), Map.of()), "a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("The address must start with http:// or https://")
                    .hasMessageNotContaining("key");
        }
    }

    @Test
    void aHeaderThatCannotBeSentIsRefusedWithoutItsValue() {
        for (Map.Entry<String, String> header :
                Map.of("X-Key", "s3cret\n", "Host", "s3cret").entrySet()) {
            Place place = new Place.Address(URI.create("http://bank"), Map.of(header.getKey(), header.getValue()));
            assertThatThrownBy(() -> settings("bank", place, "a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The header '" + header.getKey() + "' cannot be sent")
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    void secretsAreInNoText() {
        Place address = new Place.Address(URI.create("https://bank.example/s3cret?key=s3cret"), Map.of("X", "s3cret"));
        Place command = new Place.Command(List.of("/usr/bin/tool", "--key", "s3cret"), Map.of("KEY", "s3cret"));
        assertThat(settings("bank", address, "a")).hasToString("bank at https://bank.example");
        assertThat(settings("bank", command, "a")).hasToString("bank at the program tool");
    }
}
