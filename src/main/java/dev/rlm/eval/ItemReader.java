package dev.rlm.eval;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the items of a file of JSON Lines, all or none. Not thread-safe. */
public final class ItemReader {

    /** How large a file may be, in bytes. Contexts that do not fit belong into files of their own. */
    static final long MOST_BYTES = 256L << 20;

    private static final int MOST_ITEMS = 100_000;
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_QUESTION = 100_000;
    private static final int MOST_FILES = 10_000;

    private static final Set<String> FIELDS =
            Set.of("id", "question", "context", "files", "gold", "scoring", "choices");

    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength((int) MOST_BYTES)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Path folder;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> unknown = new TreeSet<>();

    private ItemReader(Path folder) {
        this.folder = folder;
    }

    /**
     * The items of a file.
     *
     * @param items at least one, in the order of the file
     * @param unknownFields the names of fields that no item has, which were ignored, in alphabetical order
     */
    public record Items(List<Item> items, List<String> unknownFields) {
        public Items {
            items = List.copyOf(items);
            unknownFields = List.copyOf(unknownFields);
        }
    }

    /**
     * Reads a file.
     *
     * @throws EvalException if it cannot be read, or a line of it is no item; the message names the line
     */
    public static Items read(Path file) throws EvalException {
        Path parent = file.toAbsolutePath().getParent();
        try {
            if (!Files.isRegularFile(file)) {
                throw new EvalException(
                        "There is no file " + file + ": give a file of JSON Lines, one question in each.");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new EvalException(file + " is larger than " + (MOST_BYTES >> 20)
                        + " MiB: put the contexts into files of their own, and name these in 'files'.");
            }
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                return new ItemReader(parent == null ? Path.of("/") : parent).items(file, reader);
            }
        } catch (CharacterCodingException e) {
            throw new EvalException(file + " is not UTF-8.");
        } catch (IOException e) {
            throw new EvalException(file + " cannot be read: " + e.getMessage());
        }
    }

    private Items items(Path file, BufferedReader reader) throws EvalException, IOException {
        List<Item> items = new ArrayList<>();
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            if (items.size() == MOST_ITEMS) {
                throw new EvalException(file + " has more than " + MOST_ITEMS + " items.");
            }
            try {
                items.add(item(number, number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line));
            } catch (EvalException e) {
                throw new EvalException(file + ", line " + number + ": " + e.getMessage());
            }
        }
        if (items.isEmpty()) {
            throw new EvalException(file + " has no items: give a file of JSON Lines, one question in each.");
        }
        return new Items(items, List.copyOf(unknown));
    }

    private Item item(int line, String json) throws EvalException {
        JsonNode fields = object(json);
        fields.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                unknown.add(name);
            }
        });
        String id = id(fields.path("id"));
        Integer before = lines.putIfAbsent(id, line);
        if (before != null) {
            throw new EvalException("the id '" + id + "' is that of line " + before + ", too.");
        }
        String question = text(fields, "question");
        SortedMap<String, String> choices = choices(fields.path("choices"));
        String scoringKind = text(fields, "scoring");
        if (!choices.isEmpty() && !scoringKind.equals("choice")) {
            throw new EvalException("choices are for the scoring 'choice', not for '" + scoringKind + "'.");
        }
        JsonNode gold = fields.path("gold");
        Scoring scoring = Scoring.of(scoringKind, gold, choices.keySet());
        String context = fields.hasNonNull("context") ? text(fields, "context") : null;
        List<String> files = files(fields.path("files"));
        if ((context == null) == files.isEmpty()) {
            throw new EvalException("give either 'context', a text, or 'files', a list of paths.");
        }
        String hash = new Fingerprint()
                .add(question)
                .add(fields.path("choices").toString())
                .add(context == null ? "" : context)
                .add(fields.path("files").toString())
                .add(scoringKind)
                .add(gold.toString())
                .finish();
        Item item = new Item(line, id, question, choices, context, files, scoring, hash);
        if (item.asked().length() > LONGEST_QUESTION) {
            throw new EvalException("the question is longer than " + LONGEST_QUESTION
                    + " characters: put long material into the context.");
        }
        return item;
    }

    private static JsonNode object(String json) throws EvalException {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new EvalException("it is not a JSON object in one line: " + e.getOriginalMessage());
        }
        if (!node.isObject()) {
            throw new EvalException("it is not a JSON object in one line.");
        }
        return node;
    }

    private static String id(JsonNode node) throws EvalException {
        String id = node.isTextual() || node.isIntegralNumber() ? node.asText().strip() : "";
        if (id.isEmpty() || id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
            throw new EvalException("id must be a text of 1 to " + LONGEST_ID + " characters.");
        }
        return id;
    }

    private static String text(JsonNode fields, String name) throws EvalException {
        JsonNode node = fields.path(name);
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw new EvalException(name + " must be a text that is not empty.");
        }
        return node.textValue();
    }

    private static SortedMap<String, String> choices(JsonNode node) throws EvalException {
        SortedMap<String, String> choices = new TreeMap<>();
        if (isAbsent(node)) {
            return choices;
        }
        if (!node.isObject() || node.size() < 2) {
            throw new EvalException("choices must be an object of letters and texts, at least two.");
        }
        for (Map.Entry<String, JsonNode> choice : node.properties()) {
            String letter = choice.getKey().strip().toUpperCase(Locale.ROOT);
            if (!ChoiceScoring.isLetter(letter)
                    || !choice.getValue().isTextual()
                    || choices.put(letter, choice.getValue().textValue().strip()) != null) {
                throw new EvalException("choices must be an object of letters and texts, each letter once; '"
                        + choice.getKey() + "' cannot be used.");
            }
        }
        return choices;
    }

    private List<String> files(JsonNode node) throws EvalException {
        List<String> files = new ArrayList<>();
        if (isAbsent(node)) {
            return files;
        }
        if (!node.isArray() || node.isEmpty() || node.size() > MOST_FILES) {
            throw new EvalException("files must be a list of 1 to " + MOST_FILES + " paths.");
        }
        for (JsonNode file : node) {
            String path = file.isTextual() ? file.textValue() : "";
            if (path.isBlank() || !exists(path)) {
                throw new EvalException(
                        "there is no file or folder '" + (file.isTextual() ? path : file) + "' below " + folder + ".");
            }
            files.add(path);
        }
        return files;
    }

    private boolean exists(String path) {
        try {
            return Files.exists(folder.resolve(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
