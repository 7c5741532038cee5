package dev.rlm.context;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file that says what a context is made of: JSON, read and written without building a tree of it. */
final class Manifest {
    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private Manifest() {}

    /** What was written for an owner while callers were not told apart. */
    private static final String ANYBODY = "anybody";

    /** A manifest that is none, or none of ours; the message says in what. */
    static final class DamagedException extends IOException {
        private final String owner;

        DamagedException(String message, String owner) {
            super(message);
            this.owner = owner;
        }

        /** Whose context it is, if that can still be read; {@link Context#LOCAL} if not. */
        String owner() {
            return owner;
        }
    }

    static void write(Context context, OutputStream out) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("id", context.id());
            json.writeStringField("owner", context.owner());
            json.writeStringField("name", context.name());
            json.writeStringField("created", context.created().toString());
            json.writeNumberField("tokens", context.tokens());
            json.writeStringField("preview", context.preview());
            json.writeArrayFieldStart("skipped");
            for (String sentence : context.skipped()) {
                json.writeString(sentence);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("documents");
            for (Document document : context.documents()) {
                json.writeStartObject();
                json.writeStringField("name", document.name());
                json.writeStringField("sha256", document.sha256());
                json.writeNumberField("bytes", document.bytes());
                json.writeNumberField("characters", document.characters());
                json.writeNumberField("lines", document.lines());
                if (document.mediaType() != null) {
                    json.writeStringField("mediaType", document.mediaType());
                }
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    /** @throws DamagedException if the file holds no manifest that this version can read */
    static Context read(Path file) throws IOException {
        return read(file, null).orElseThrow();
    }

    /**
     * Reads a manifest if it is that of an owner's context; of others no more than whose they are.
     *
     * @param owner whose; null for anybody's
     * @throws DamagedException if the file holds no manifest that this version can read
     */
    static Optional<Context> read(Path file, @Nullable String owner) throws IOException {
        try (JsonParser json = JSON.createParser(Files.newInputStream(file))) {
            Reading reading = new Reading(json);
            try {
                Optional<Context> context = reading.context(owner);
                if (context.isPresent()
                        && !file.getFileName()
                                .toString()
                                .startsWith(context.get().id() + ".")) {
                    throw new UnreadableException("it belongs to another context");
                }
                return context;
            } catch (UnreadableException e) {
                throw new DamagedException(e.reason, reading.owner);
            } catch (JacksonException | DateTimeException e) {
                throw new DamagedException("it is not complete", reading.owner);
            }
        }
    }

    /** What is wrong with a manifest. */
    private static final class UnreadableException extends IOException {
        final String reason;

        UnreadableException(String reason) {
            super(reason);
            this.reason = reason;
        }
    }

    private static final class Reading {
        private final JsonParser json;
        private int version;
        private String id = "";
        private String owner = Context.LOCAL;

        private String name = "";
        private String created = "";
        private long tokens;
        private String preview = "";
        private final List<String> skipped = new ArrayList<>();
        private final List<Document> documents = new ArrayList<>();

        Reading(JsonParser json) {
            this.json = json;
        }

        /** The context; empty if it is not that of an owner who is not null. */
        Optional<Context> context(@Nullable String wanted) throws IOException {
            expect(json.nextToken() == JsonToken.START_OBJECT);
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                readField(field);
                if (field.equals("owner") && wanted != null && !wanted.equals(owner)) {
                    return Optional.empty();
                }
            }
            if (wanted != null && !wanted.equals(owner)) {
                return Optional.empty();
            }
            expect(version == VERSION && ContextIds.isId(id) && !documents.isEmpty());
            long characters = documents.stream().mapToLong(Document::characters).sum();
            return Optional.of(new Context(
                    id, owner, name, Instant.parse(created), documents, characters, tokens, preview, skipped));
        }

        private void readField(String field) throws IOException {
            switch (field) {
                case "version" -> {
                    version = json.getIntValue();
                    if (version > VERSION) {
                        throw new UnreadableException("it was written by a newer version of rlm");
                    }
                }
                case "id" -> id = text();
                case "owner" -> owner = text().equals(ANYBODY) ? Context.LOCAL : json.getText();
                case "name" -> name = text();
                case "created" -> created = text();
                case "tokens" -> tokens = json.getLongValue();
                case "preview" -> preview = text();
                case "skipped" -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        skipped.add(text());
                    }
                }
                case "documents" -> {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        documents.add(document());
                    }
                }
                default -> json.skipChildren();
            }
        }

        private Document document() throws IOException {
            expect(json.currentToken() == JsonToken.START_OBJECT);
            String documentName = "";
            String sha256 = "";
            long bytes = -1;
            long characters = -1;
            long lines = -1;
            String mediaType = null;
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                switch (field) {
                    case "name" -> documentName = text();
                    case "sha256" -> sha256 = text();
                    case "bytes" -> bytes = json.getLongValue();
                    case "characters" -> characters = json.getLongValue();
                    case "lines" -> lines = json.getLongValue();
                    case "mediaType" -> mediaType = text();
                    default -> json.skipChildren();
                }
            }
            expect(Sha256.isHex(sha256) && bytes >= 0 && characters >= 0 && lines >= 0);
            return new Document(documentName, sha256, bytes, characters, lines, mediaType);
        }

        private String text() throws IOException {
            expect(json.currentToken() == JsonToken.VALUE_STRING);
            return json.getText();
        }

        private static void expect(boolean condition) throws UnreadableException {
            if (!condition) {
                throw new UnreadableException("it is not complete");
            }
        }
    }
}
