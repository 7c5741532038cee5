package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.context.LoadRecords.LoadRecord;
import dev.rlm.context.LoadRecords.State;
import dev.rlm.storage.FolderObjectStore;
import dev.rlm.storage.ObjectStore;
import dev.rlm.storage.Upload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadRecordsTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private ObjectStore objects;
    private LoadRecords records;

    @BeforeEach
    void open() {
        objects = new FolderObjectStore(folder);
        records = new LoadRecords(objects, "loads/");
    }

    @AfterEach
    void close() {
        objects.close();
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode().put("key", "a \"key\"");
    }

    private static LoadRecord begun() {
        return LoadRecord.begun("load_1", "key:ci", json(), NOW);
    }

    @Test
    void aRecordIsReadAsItWasKeptLast() throws Exception {
        assertThat(records.find("load_1")).isEmpty();
        records.renew(begun());
        assertThat(records.find("load_1")).contains(begun());
        records.renew(begun().at(NOW.plusSeconds(9)));
        assertThat(records.find("load_1").orElseThrow().updated()).isEqualTo(NOW.plusSeconds(9));
    }

    @Test
    void theFirstEndStaysAndWhatWasToBeLoadedIsForgotten() throws Exception {
        records.renew(begun());
        LoadRecord ended = begun().ended(State.ENDED, json(), NOW.plusSeconds(3));
        assertThat(records.end(ended)).isTrue();
        assertThat(records.end(begun().ended(State.CANCELLED, null, NOW.plusSeconds(4))))
                .isFalse();
        assertThat(records.find("load_1")).contains(ended);
        assertThat(objects.find("loads/load_1")).isEmpty();
        // A renewal that was on its way.
        records.renew(begun());
        assertThat(records.find("load_1")).contains(ended);
    }

    @Test
    void noLoadEndsBeforeItBegan() {
        assertThat(begun().ended(State.ENDED, json(), NOW.minusSeconds(5)).updated())
                .isEqualTo(NOW);
    }

    @Test
    void whatNobodyCanReadIsNoRecord() throws Exception {
        for (String damaged : new String[] {"", "{", "[]", "{\"state\": \"LOST\"}", "{\"state\": \"WORKING\"}"}) {
            objects.put("loads/load_1", Upload.of(damaged.getBytes(StandardCharsets.UTF_8)));
            assertThat(records.find("load_1")).as(damaged).isEmpty();
        }
    }

    @Test
    void recordsAreForgottenAfterADay() throws Exception {
        records.renew(begun());
        objects.put("keys/other", Upload.of(new byte[1]));
        Instant saved = objects.find("loads/load_1").orElseThrow().modified();
        assertThat(records.clear(saved.plus(LoadRecords.KEPT))).isZero();
        assertThat(records.clear(saved.plus(LoadRecords.KEPT).plus(Duration.ofSeconds(1))))
                .isOne();
        assertThat(records.find("load_1")).isEmpty();
        assertThat(objects.find("keys/other")).isPresent();
    }
}
