package dev.rlm.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlm.engine.ModelProfiles;
import dev.rlm.model.ModelId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProfilesFileTest {

    private final ModelProfiles shipped = ModelProfiles.load();

    @TempDir
    Path folder;

    private void isRefused(Path file, String sentence) {
        assertThatThrownBy(() -> ProfilesFile.add(Optional.of(file), shipped))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessage(sentence);
    }

    @Test
    void withoutAFileTheProfilesAreThoseOfTheProgram() {
        assertThat(ProfilesFile.add(Optional.empty(), shipped)).isSameAs(shipped);
    }

    @Test
    void theProfilesOfTheFileAreAdded() throws Exception {
        Path file = Files.writeString(folder.resolve("profiles.yaml"), "mine: { models: ['*my-model*'], batch: 7 }");
        ModelProfiles profiles = ProfilesFile.add(Optional.of(file), shipped);
        assertThat(profiles.of(ModelId.parse("openai:my-model-2")).batch()).isEqualTo(7);
    }

    @Test
    void aFileThatCannotBeUsedIsToldInOneLine() throws Exception {
        isRefused(Path.of("profiles.yaml"), "rlm.model.profiles must be an absolute path, not profiles.yaml.");
        Path missing = folder.resolve("missing.yaml");
        isRefused(missing, "rlm.model.profiles: there is no file " + missing + ".");
        isRefused(folder, "rlm.model.profiles: there is no file " + folder + ".");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xC3, 0x28});
        isRefused(binary, "rlm.model.profiles: " + binary + " is not UTF-8 text.");
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "qwen: { code: xml }");
        isRefused(
                wrong,
                "rlm.model.profiles: " + wrong
                        + " cannot be used. The profile 'qwen' is wrong: 'code' must be tool-calls or fences.");
    }
}
