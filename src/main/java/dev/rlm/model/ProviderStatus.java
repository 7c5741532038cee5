package dev.rlm.model;

import java.util.List;

/**
 * How a provider is doing, for people.
 *
 * @param provider its name, as in a model id
 * @param endpoint where its calls go, without credentials; a phrase such as "chosen by the region" if not fixed
 * @param configured whether it has what it needs to be called at all
 * @param problems one sentence each; empty when all is well
 */
public record ProviderStatus(String provider, String endpoint, boolean configured, List<String> problems) {

    public ProviderStatus {
        problems = List.copyOf(problems);
    }
}
