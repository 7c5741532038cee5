package dev.rlm.model;

import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a model.
 *
 * @param id the model as users write it, inference-profile prefix included
 * @param window the input tokens it accepts at most, or null if not known
 * @param maxOutput the tokens it writes at most, or null if not known
 * @param price what its tokens cost, or null if not known
 * @param abilities what it can do; empty for a model that the catalog does not know
 */
public record ModelDescription(
        ModelId id,
        @Nullable Long window,
        @Nullable Long maxOutput,
        @Nullable Price price,
        Set<Ability> abilities) {

    public ModelDescription {
        abilities = Set.copyOf(abilities);
    }

    /** A model of which nothing is known: it works, without price, window and abilities. */
    public static ModelDescription unknown(ModelId id) {
        return new ModelDescription(id, null, null, null, Set.of());
    }

    /** Whether anything is known about the model; of another it is not known either what it cannot do. */
    public boolean isKnown() {
        return window != null || maxOutput != null || price != null || !abilities.isEmpty();
    }

    /** Whether the model can do something, as far as known. */
    public boolean can(Ability ability) {
        return abilities.contains(ability);
    }

    /** What some tokens cost in USD, or null, never zero, when the price is not known. */
    public @Nullable BigDecimal cost(Usage usage) {
        return price == null ? null : price.cost(usage);
    }

    /** How much less some tokens cost in USD than without a prompt cache, or null when the price is not known. */
    public @Nullable BigDecimal saving(Usage usage) {
        return price == null
                ? null
                : price.cost(new Usage(usage.totalInputTokens(), usage.outputTokens(), 0, 0))
                        .subtract(price.cost(usage));
    }
}
