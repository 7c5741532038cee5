package dev.rlm.mcp.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.mcp.ProtocolVersions;
import org.junit.jupiter.api.Test;

final class SpokenVersionsTest {

    @Test
    void theServerCardNamesTheVersionsThatDiscoveryNames() {
        assertThat(ProtocolVersions.SPOKEN).isEqualTo(RequestCheck.VERSIONS);
    }
}
