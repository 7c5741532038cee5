package dev.rlm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchemaFileTest {

    @TempDir
    Path folder;

    private Path file(byte... content) throws Exception {
        return Files.write(folder.resolve("schema.json"), content);
    }

    @Test
    void aSchemaIsReadFromItsFile() throws Exception {
        Path file = Files.writeString(folder.resolve("a.json"), "{\n  \"type\": \"string\",\n  \"title\": \"ä\"\n}\n");
        assertThat(SchemaFile.read(file)).isEqualTo("{\"type\":\"string\",\"title\":\"ä\"}");
    }

    @Test
    void whatIsNoSchemaIsToldWithItsFile() throws Exception {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> SchemaFile.read(missing))
                .hasMessage("--schema " + missing + ": It cannot be read; give a file with a JSON Schema.");
        assertThatThrownBy(() -> SchemaFile.read(folder)).hasMessageContaining("It cannot be read");
        Path list = file((byte) '[', (byte) ']');
        assertThatThrownBy(() -> SchemaFile.read(list))
                .isInstanceOfSatisfying(
                        CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(2))
                .hasMessageStartingWith("--schema " + list + ": The schema must be a JSON object");
        Path latin = file((byte) 0xff);
        assertThatThrownBy(() -> SchemaFile.read(latin)).hasMessageEndingWith("It is not UTF-8.");
        Path large = file(new byte[400_000]);
        assertThatThrownBy(() -> SchemaFile.read(large)).hasMessageContaining("more than 100000 characters");
    }
}
