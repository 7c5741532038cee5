package dev.rlm.wiring;

import dev.rlm.engine.ModelProfiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The user's file of model profiles. */
final class ProfilesFile {

    private static final String KEY = "rlm.model.profiles";

    private ProfilesFile() {}

    /**
     * The profiles of the program with those of the user's file, if there is one.
     *
     * @throws ConfigurationProblem if it cannot be used
     */
    static ModelProfiles add(Optional<Path> file, ModelProfiles profiles) {
        return file.isEmpty() ? profiles : with(file.get(), profiles);
    }

    private static ModelProfiles with(Path file, ModelProfiles profiles) {
        if (!file.isAbsolute()) {
            // What it says is told to models, and the working directory is often somebody else's.
            throw new ConfigurationProblem(KEY + " must be an absolute path, not " + file + ".");
        }
        if (!Files.isRegularFile(file)) {
            throw new ConfigurationProblem(KEY + ": there is no file " + file + ".");
        }
        try {
            return profiles.with(Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ConfigurationProblem(KEY + ": " + file + " is not UTF-8 text.");
        } catch (IOException e) {
            throw new ConfigurationProblem(KEY + ": " + file + " cannot be read.");
        } catch (IllegalArgumentException e) {
            throw new ConfigurationProblem(KEY + ": " + file + " cannot be used. " + e.getMessage());
        }
    }
}
