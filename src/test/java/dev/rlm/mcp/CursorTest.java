package dev.rlm.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.journal.JournalStore.Position;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorTest {

    @Test
    void aPositionComesBackToTheMicrosecond() {
        for (String id : new String[] {TestBelongings.taskId(7), TestBelongings.contextId(7)}) {
            Position position = new Position(Instant.parse("2026-03-01T12:00:00.123456Z"), id);
            String cursor = Cursor.of(position);
            assertThat(cursor).isEqualTo("1772366400123456_" + id);
            assertThat(Cursor.position(cursor)).contains(position);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "_",
                "5_",
                "-5_task_aaaaaaaaaaaaaaaaaaaaaaaaaa",
                "x_task_aaaaaaaaaaaaaaaaaaaaaaaaaa",
                "1234567890123456789_task_aaaaaaaaaaaaaaaaaaaaaaaaaa",
                "5_task_aaaaaaaaaaaaaaaaaaaaaaaaa",
                "5_task_aaaaaaaaaaaaaaaaaaaaaaaaa/",
                "5_task_aaaaaaaaaaaaaaaaaaaaaaaaaa\n",
                "5_job_aaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoCursorNamesNoPosition(String text) {
        assertThat(Cursor.position(text)).isEmpty();
    }
}
