package dev.rlm.wiring;

import dev.rlm.model.ModelId;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.Converter;

/** Models. */
@ConfigMapping(prefix = "rlm.model")
public interface ModelConfig {

    /** The model that writes code, as {@code provider:name}. */
    @WithDefault("bedrock:us.amazon.nova-pro-v1:0")
    @WithConverter(IdConverter.class)
    ModelId root();

    /** The model that the code asks about parts of the context, as {@code provider:name}. */
    @WithDefault("bedrock:us.amazon.nova-micro-v1:0")
    @WithConverter(IdConverter.class)
    ModelId sub();

    /** A file of model profiles, which come before those of the program or replace them by name. An absolute path. */
    Optional<Path> profiles();

    /** How many calls of one model may be in flight at a time; throttling halves it for a while. */
    @WithDefault("256")
    int maxCallsInFlight();

    /** Whether the root model's replies are asked for in pieces, so that they can be seen while they are written. */
    @WithDefault("true")
    boolean stream();

    /**
     * Whether a sub-call with the prompt, schema and images of an earlier one of the same task gets its reply: with auto if
     * the sub-model's temperature is set to 0.
     */
    @WithDefault("auto")
    Reuse reuseReplies();

    /** When the reply to an equal sub-call is reused. */
    enum Reuse {
        AUTO,
        ALWAYS,
        NEVER
    }

    /** Inference parameters of all models. What is not set is not sent. */
    ParametersConfig parameters();

    /** Inference parameters of single models, by their id in quotes; they replace those of all models. */
    Map<String, ParametersConfig> parametersOf();

    /** Repeated calls. */
    RetryConfig retry();

    /** Amazon Bedrock. */
    BedrockConfig bedrock();

    /** An OpenAI-compatible endpoint. */
    OpenAiConfig openai();

    /** The models of MCP clients that ask. */
    ClientConfig client();

    /** Inference parameters. */
    interface ParametersConfig {

        /** The temperature, 0 to 2. */
        OptionalDouble temperature();

        /** Nucleus sampling, above 0 to 1. */
        OptionalDouble topP();

        /** How many tokens a reply may have. */
        OptionalInt maxTokens();
    }

    /** Repeated calls. */
    interface RetryConfig {

        /** The longest wait before the second attempt; it doubles with each further one. */
        @WithDefault("0.5S")
        Duration firstDelay();

        /** The longest wait before any attempt. */
        @WithDefault("20S")
        Duration maxDelay();

        /** How often a call is tried; attempts that were throttled do not count. */
        @WithDefault("6")
        int maxAttempts();

        /** How long an attempt may take before it is given up and made again. */
        @WithDefault("5M")
        Duration attemptTime();
    }

    /** Amazon Bedrock. */
    interface BedrockConfig {

        /** The AWS region. Default: as the AWS SDK finds it. */
        Optional<String> region();

        /** The endpoint's address, to override the region's own. */
        Optional<URI> endpoint();
    }

    /** An OpenAI-compatible endpoint. */
    interface OpenAiConfig {

        /** The address before {@code /chat/completions}. {@code OPENAI_BASE_URL} is honoured. */
        @WithDefault("${OPENAI_BASE_URL:https://api.openai.com/v1}")
        URI baseUrl();

        /** The API key. {@code OPENAI_API_KEY} is honoured. */
        @WithDefault("${OPENAI_API_KEY:}")
        Optional<String> apiKey();

        /** Further headers of each request, by name. */
        Map<String, String> headers();
    }

    /** The models of MCP clients that ask. */
    interface ClientConfig {

        /** How many replies of a question a client is asked for at a time. */
        @WithDefault("4")
        int callsInFlight();

        /** How long a reply may take, the consent of the client's user included. */
        @WithDefault("15M")
        Duration callTime();

        /** How long a client may have no stream open and say nothing before it is taken to be gone. */
        @WithDefault("2M")
        Duration absence();

        /** How many tokens a reply may have, unless the inference parameters say so. */
        @WithDefault("8000")
        int maxTokens();
    }

    /** Reads model ids. */
    final class IdConverter implements Converter<ModelId> {
        @Override
        public ModelId convert(String text) {
            return ModelId.parse(text);
        }
    }
}
