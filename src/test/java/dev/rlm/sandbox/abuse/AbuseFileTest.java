package dev.rlm.sandbox.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbuseFileTest {

    private static List<AbuseCase> all() throws IOException {
        List<AbuseCase> all = new ArrayList<>();
        for (String family : AbuseFile.FAMILIES) {
            all.addAll(AbuseFile.read(family));
        }
        return all;
    }

    @Test
    void everyFamilyHasAttemptsWithATitleOfTheirOwn() throws IOException {
        for (String family : AbuseFile.FAMILIES) {
            assertThat(AbuseFile.read(family)).describedAs(family).hasSizeGreaterThan(8);
        }
        assertThat(all()).extracting(AbuseCase::title).doesNotHaveDuplicates().noneMatch(String::isBlank);
        assertThat(all()).hasSizeGreaterThan(400);
    }

    @Test
    void everyCellHasCodeAndALimit() throws IOException {
        assertThat(all()).flatExtracting(AbuseCase::cells).allSatisfy(cell -> {
            assertThat(cell.code()).isNotBlank();
            assertThat(cell.limit()).isPositive();
        });
    }
}
