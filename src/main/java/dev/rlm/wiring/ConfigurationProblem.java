package dev.rlm.wiring;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The configuration cannot be used. The message is one line that names the key, what is wrong and what is allowed. */
public final class ConfigurationProblem extends RuntimeException {

    ConfigurationProblem(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    static int inRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            String allowed = most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most;
            throw new ConfigurationProblem(key + " must be " + allowed + ", not " + value + ".");
        }
        return value;
    }

    static Duration positive(String key, Duration value) {
        if (!value.isPositive()) {
            throw new ConfigurationProblem(key + " must be above 0, not " + value + ".");
        }
        return value;
    }

    static Duration notNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new ConfigurationProblem(key + " must be 0 or more, not " + value + ".");
        }
        return value;
    }

    /** Refuses a key that must not be set, because of another one. */
    static void refuse(Optional<?> value, String key, String because) {
        if (value.isPresent()) {
            throw new ConfigurationProblem(key + " must not be set, because " + because + ".");
        }
    }

    /** Makes a part whose own refusals are told as problems of these keys. */
    static <T> T of(String keys, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationProblem(keys + ": " + e.getMessage());
        }
    }
}
