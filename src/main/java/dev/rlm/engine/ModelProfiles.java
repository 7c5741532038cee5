package dev.rlm.engine;

import dev.rlm.model.ModelId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The profiles of model families, and which of them is for a model: the first one with a pattern that matches the model's
 * id, else the default one. They are read from a data file, {@code profiles.yaml}; users may add to it.
 *
 * <p>Immutable and thread-safe.
 */
public final class ModelProfiles {

    /** The name of the profile of all models that no other is for. */
    public static final String DEFAULT = "default";

    private record Family(List<Pattern> models, ModelProfile profile) {
        boolean has(ModelId id) {
            return models.stream()
                    .anyMatch(pattern -> pattern.matcher(id.name()).matches()
                            || pattern.matcher(id.toString()).matches());
        }
    }

    private final Map<String, ProfileDraft> drafts;
    private final List<Family> families = new ArrayList<>();
    private final ModelProfile standard;

    private ModelProfiles(Map<String, ProfileDraft> drafts) {
        this.drafts = drafts;
        ProfileDraft byDefault = drafts.get(DEFAULT);
        if (byDefault == null) {
            throw new IllegalStateException("The program has no default profile.");
        }
        if (byDefault.models() != null) {
            throw new IllegalArgumentException("The profile '" + DEFAULT
                    + "' is wrong: it is for all models that no other profile is for; it has no 'models'.");
        }
        this.standard = byDefault.profile();
        for (ProfileDraft draft : drafts.values()) {
            if (!draft.name().equals(DEFAULT)) {
                families.add(new Family(patterns(draft), draft.over(byDefault).profile()));
            }
        }
    }

    /** Reads the profiles that come with the program. */
    public static ModelProfiles load() {
        return new ModelProfiles(ProfileReader.read(SystemPrompt.text("profiles.yaml")));
    }

    /**
     * These profiles with those of a user. A profile with a name that there is already replaces what it states of that
     * one, which keeps its place; the others are looked at before all that there are, in their order.
     *
     * @param yaml the text of a file of profiles, in the form that the shipped one explains
     * @throws IllegalArgumentException with a sentence for users, which tells the profile and the key, if the text is not
     *     such a file
     */
    public ModelProfiles with(String yaml) {
        Map<String, ProfileDraft> own = ProfileReader.read(yaml);
        Map<String, ProfileDraft> all = new LinkedHashMap<>();
        own.forEach((name, draft) -> {
            if (!drafts.containsKey(name)) {
                all.put(name, draft);
            }
        });
        drafts.forEach((name, draft) -> {
            ProfileDraft change = own.get(name);
            all.put(name, change == null ? draft : change.over(draft));
        });
        return new ModelProfiles(all);
    }

    /** The profile for a model. */
    public ModelProfile of(ModelId id) {
        return families.stream()
                .filter(family -> family.has(id))
                .map(Family::profile)
                .findFirst()
                .orElse(standard);
    }

    /** The names of all profiles. */
    public Set<String> names() {
        return Set.copyOf(drafts.keySet());
    }

    private static List<Pattern> patterns(ProfileDraft draft) {
        if (draft.models() == null || draft.models().isEmpty()) {
            throw new IllegalArgumentException("The profile '" + draft.name()
                    + "' is wrong: it needs 'models', a list of patterns of model ids such as \"*llama*\".");
        }
        return draft.models().stream().map(ModelProfiles::pattern).toList();
    }

    private static Pattern pattern(String withStars) {
        String expression =
                Arrays.stream(withStars.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(expression, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}
