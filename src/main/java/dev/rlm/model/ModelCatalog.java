package dev.rlm.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The known models with windows, prices and abilities, read from one data file.
 *
 * <p>Immutable and thread-safe. Bedrock models are found with and without the prefix of an inference profile:
 * {@code bedrock:us.amazon.nova-pro-v1:0} finds {@code amazon.nova-pro-v1:0}.
 */
public final class ModelCatalog {

    private static final String RESOURCE = "/dev/rlm/model/models.yaml";

    /** Inference profiles: a geography or {@code global}, before the vendor's name. */
    private static final Pattern PROFILE = Pattern.compile(
            "(?<geography>us|us-gov|eu|apac|global|jp|au|ca|sa|in|uk|me|af|mx)\\.(?<model>[a-z0-9]+\\..+)");

    private static final Pattern INFERENCE_PROFILE_ARN =
            Pattern.compile("arn:[^:]*:bedrock:[^:]*:[^:]*:(?:inference-profile|foundation-model)/(?<model>.+)");

    private record Entry(
            ModelDescription description, @Nullable BigDecimal regionalPremium) {}

    private final Map<ModelId, Entry> entries;

    private ModelCatalog(Map<ModelId, Entry> entries) {
        this.entries = entries;
    }

    /** Reads the catalog that comes with the program. */
    public static ModelCatalog load() {
        try (InputStream in = ModelCatalog.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("The model catalog " + RESOURCE + " is missing from the program.");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a catalog.
     *
     * @param yaml the text of a catalog file, in the form that the shipped one explains
     * @throws IllegalArgumentException with a sentence that names the model if the text is not a catalog
     */
    public static ModelCatalog parse(String yaml) {
        Map<ModelId, Entry> entries = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> provider : tree(yaml).properties()) {
            for (Map.Entry<String, JsonNode> model : provider.getValue().properties()) {
                ModelId id = new ModelId(provider.getKey(), model.getKey());
                entries.put(id, entry(id, model.getValue()));
            }
        }
        return new ModelCatalog(Collections.unmodifiableMap(entries));
    }

    /** All known models in the order of the data file, Bedrock ids without inference-profile prefix. */
    public Collection<ModelDescription> models() {
        return entries.values().stream().map(Entry::description).toList();
    }

    /** Whether anything is known about the model. */
    public boolean knows(ModelId id) {
        return entries.containsKey(id) || entries.containsKey(withoutProfile(id));
    }

    /** What is known about a model; for a model that is not in the catalog nothing but its id. */
    public ModelDescription describe(ModelId id) {
        Entry exact = entries.get(id);
        if (exact != null) {
            return exact.description();
        }
        Entry found = entries.get(withoutProfile(id));
        if (found == null) {
            return ModelDescription.unknown(id);
        }
        ModelDescription known = found.description();
        return new ModelDescription(
                id, known.window(), known.maxOutput(), priceThroughProfile(id, found), known.abilities());
    }

    private static @Nullable Price priceThroughProfile(ModelId id, Entry entry) {
        Price price = entry.description().price();
        BigDecimal premium = entry.regionalPremium();
        Matcher profile = PROFILE.matcher(withoutArn(id.name()));
        boolean regional = profile.matches() && !"global".equals(profile.group("geography"));
        return price == null || premium == null || !regional ? price : price.times(premium);
    }

    private static ModelId withoutProfile(ModelId id) {
        if (!"bedrock".equals(id.provider())) {
            return id;
        }
        String name = withoutArn(id.name());
        Matcher profile = PROFILE.matcher(name);
        return new ModelId(id.provider(), profile.matches() ? profile.group("model") : name);
    }

    private static String withoutArn(String name) {
        Matcher arn = INFERENCE_PROFILE_ARN.matcher(name);
        return arn.matches() ? arn.group("model") : name;
    }

    private static JsonNode tree(String yaml) {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The model catalog is not valid YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static Entry entry(ModelId id, JsonNode facts) {
        return new Entry(
                new ModelDescription(
                        id,
                        tokens(id, facts, "window"),
                        tokens(id, facts, "output"),
                        price(id, facts.get("price")),
                        abilities(id, facts.path("abilities"))),
                decimal(id, facts, "regional-premium"));
    }

    private static @Nullable Price price(ModelId id, @Nullable JsonNode price) {
        if (price == null) {
            return null;
        }
        BigDecimal input = decimal(id, price, "input");
        BigDecimal output = decimal(id, price, "output");
        if (input == null || output == null) {
            throw wrong(id, "a price needs both input and output; leave it out when one is not known");
        }
        return new Price(input, output, decimal(id, price, "cache-read"), decimal(id, price, "cache-write"));
    }

    private static Set<Ability> abilities(ModelId id, JsonNode names) {
        Set<Ability> abilities = EnumSet.noneOf(Ability.class);
        for (JsonNode name : names) {
            String constant = name.asText().toUpperCase(Locale.ROOT).replace('-', '_');
            try {
                abilities.add(Ability.valueOf(constant));
            } catch (IllegalArgumentException e) {
                throw wrong(id, "'" + name.asText() + "' is not an ability");
            }
        }
        return abilities;
    }

    private static @Nullable Long tokens(ModelId id, JsonNode facts, String key) {
        JsonNode value = facts.get(key);
        if (value == null) {
            return null;
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber() || value.asLong() <= 0) {
            throw wrong(id, "'" + key + "' must be a positive number of tokens");
        }
        return value.asLong();
    }

    private static @Nullable BigDecimal decimal(ModelId id, JsonNode parent, String key) {
        JsonNode value = parent.get(key);
        if (value == null) {
            return null;
        }
        if (!value.isNumber() || value.decimalValue().signum() <= 0) {
            throw wrong(id, "'" + key + "' must be a number above 0; leave it out when it is not known");
        }
        return value.decimalValue();
    }

    private static IllegalArgumentException wrong(ModelId id, String what) {
        return new IllegalArgumentException("The model catalog's entry of " + id + " is wrong: " + what + ".");
    }
}
