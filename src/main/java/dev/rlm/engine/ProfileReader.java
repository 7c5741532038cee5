package dev.rlm.engine;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.rlm.budget.Budget;
import dev.rlm.engine.ModelProfile.CodeStyle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads files of profiles. What is wrong in them is told to users, in one line. */
final class ProfileReader {

    private static final List<String> KEYS = List.of(
            "models",
            "window",
            "chunk-characters",
            "batch",
            "code",
            "thinking-tokens",
            "compact-at",
            "deepest",
            "addenda");

    /** The addenda that come with the program. */
    private static final List<String> ADDENDA = List.of("final-in-code", "large-parts", "one-step", "think-briefly");

    private static final Pattern NAME = Pattern.compile("[\\w.-]{1,60}");
    private static final Pattern ADDENDUM_NAME = Pattern.compile("\\S+");

    private static final int MOST = 100_000_000;
    private static final int LONGEST_SHOWN = 60;

    private ProfileReader() {}

    /**
     * The profiles of a file, in its order, by name.
     *
     * @throws IllegalArgumentException with a sentence for users if the text is no file of profiles
     */
    static Map<String, ProfileDraft> read(String yaml) {
        JsonNode profiles = tree(yaml);
        Map<String, ProfileDraft> drafts = new LinkedHashMap<>();
        if (profiles.isMissingNode() || profiles.isNull()) {
            return drafts;
        }
        if (!profiles.isObject()) {
            throw new IllegalArgumentException("It must map names of profiles to what holds for them.");
        }
        for (Map.Entry<String, JsonNode> profile : profiles.properties()) {
            String name = profile.getKey();
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "'" + shown(name)
                                + "' cannot be a profile's name: it has up to 60 letters, digits, points, hyphens and underscores.");
            }
            try {
                drafts.put(name, draft(name, profile.getValue()));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("The profile '" + name + "' is wrong: " + e.getMessage(), e);
            }
        }
        return drafts;
    }

    /** Reads YAML in which no name stands twice. */
    static JsonNode yaml(String text) throws JsonProcessingException {
        return new ObjectMapper(YAMLFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .readTree(text);
    }

    private static JsonNode tree(String yaml) {
        try {
            return yaml(yaml);
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            String where = location == null ? "" : " near line " + location.getLineNr();
            String what =
                    String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
            throw new IllegalArgumentException("It is not valid YAML" + where + ": " + what, e);
        }
    }

    private static ProfileDraft draft(String name, JsonNode profile) {
        if (!profile.isObject()) {
            throw new IllegalArgumentException("it must be a mapping with the keys " + KEYS + ".");
        }
        for (Map.Entry<String, JsonNode> member : profile.properties()) {
            if (!KEYS.contains(member.getKey())) {
                throw new IllegalArgumentException(
                        "'" + shown(member.getKey()) + "' is not known; the keys are " + KEYS + ".");
            }
        }
        Integer window = number(profile, "window", 1_000);
        Integer chunkCharacters = number(profile, "chunk-characters", 1_000);
        return new ProfileDraft(
                name,
                texts(profile, "models"),
                window == null ? null : Long.valueOf(window),
                chunkCharacters == null ? null : Long.valueOf(chunkCharacters),
                number(profile, "batch", 1),
                code(profile.get("code")),
                number(profile, "thinking-tokens", 0),
                number(profile, "compact-at", 10, 95),
                number(profile, "deepest", 1, Budget.MOST_DEPTH),
                addenda(profile));
    }

    private static @Nullable Integer number(JsonNode profile, String key, int least) {
        return number(profile, key, least, MOST);
    }

    private static @Nullable Integer number(JsonNode profile, String key, int least, int most) {
        JsonNode value = profile.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
            throw new IllegalArgumentException(
                    "'" + key + "' must be a whole number from " + least + " to " + most + ".");
        }
        return value.asInt();
    }

    private static @Nullable CodeStyle code(@Nullable JsonNode value) {
        if (value == null) {
            return null;
        }
        for (CodeStyle style : CodeStyle.values()) {
            if (style.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(value.textValue())) {
                return style;
            }
        }
        throw new IllegalArgumentException("'code' must be tool-calls or fences.");
    }

    private static @Nullable List<String> texts(JsonNode profile, String key) {
        JsonNode values = profile.get(key);
        if (values == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.isTextual() || value.textValue().isBlank()) {
                throw new IllegalArgumentException("'" + key + "' must be a list of texts.");
            }
            texts.add(value.textValue().strip());
        }
        if (!values.isArray()) {
            throw new IllegalArgumentException("'" + key + "' must be a list of texts.");
        }
        return texts;
    }

    /** The texts of the addenda. A single word is the name of one that comes with the program. */
    private static @Nullable List<String> addenda(JsonNode profile) {
        List<String> named = texts(profile, "addenda");
        return named == null
                ? null
                : named.stream()
                        .map(text -> ADDENDUM_NAME.matcher(text).matches() ? ofProgram(text) : checked(text))
                        .toList();
    }

    private static String ofProgram(String name) {
        if (!ADDENDA.contains(name)) {
            throw new IllegalArgumentException(
                    "'" + shown(name) + "' is not an addendum; there are " + ADDENDA + ", or write the text itself.");
        }
        return SystemPrompt.text("addendum-" + name + ".md").strip();
    }

    private static String checked(String text) {
        Matcher placeholder = SystemPrompt.PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            if (!SystemPrompt.OF_ADDENDA.contains(placeholder.group(1))) {
                throw new IllegalArgumentException("an addendum has no '" + shown(placeholder.group())
                        + "'; what is filled in is " + SystemPrompt.OF_ADDENDA + ", in double braces.");
            }
        }
        return text;
    }

    /** What a file says, harmless in a line. */
    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "...";
    }
}
