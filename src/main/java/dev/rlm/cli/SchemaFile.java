package dev.rlm.cli;

import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file of {@code --schema}. */
final class SchemaFile {

    /** A character takes three bytes at most for each of its UTF-16 units. */
    private static final int MOST_BYTES = 3 * JsonSchema.MAX_CHARACTERS;

    private SchemaFile() {}

    /** The schema in a file, which is one that can be used. */
    static String read(Path file) throws CommandException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw bad(file, "The schema has more than " + JsonSchema.MAX_CHARACTERS + " characters.");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return JsonSchema.parse(text).json();
        } catch (CharacterCodingException e) {
            throw bad(file, "It is not UTF-8.");
        } catch (IOException e) {
            throw bad(file, "It cannot be read; give a file with a JSON Schema.");
        } catch (SchemaException e) {
            throw bad(file, e.getMessage());
        }
    }

    private static CommandException bad(Path file, String reason) {
        return new CommandException(Command.BAD_INPUT, "--schema " + file + ": " + reason);
    }
}
