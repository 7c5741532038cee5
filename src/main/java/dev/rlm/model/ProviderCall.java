package dev.rlm.model;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waiting for a provider's answer in a way that always ends: with the answer, at the deadline, or when the waiting thread
 * is interrupted, whatever the provider's client does meanwhile.
 */
public final class ProviderCall {

    private ProviderCall() {}

    /**
     * Waits for an answer and abandons the call if none comes.
     *
     * @param call the call under way; {@code cancel(true)} must abandon its request
     * @throws ModelException of kind {@code TIMEOUT} at the deadline
     * @throws ExecutionException with the call's own failure
     */
    public static <T> T await(Future<T> call, ModelId id, Instant deadline, Clock clock)
            throws ModelException, InterruptedException, ExecutionException {
        try {
            Duration left = Duration.between(clock.instant(), deadline);
            return call.get(TimeUnit.NANOSECONDS.convert(left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ModelException(ModelException.Kind.TIMEOUT, id + " did not answer before the deadline.");
        } finally {
            call.cancel(true);
        }
    }
}
