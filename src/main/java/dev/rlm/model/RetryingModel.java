package dev.rlm.model;

import java.time.Clock;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Repeats failed calls of a model as long as a repetition can help and the deadline allows it, and gives up attempts that
 * take too long.
 *
 * <p>Waits grow exponentially with full jitter: a uniformly random part of the bound, so that callers that failed
 * together do not come back together. A wait that the provider asked for is kept and the jitter added to it. No wait
 * begins that would end past the request's deadline. Thread-safe.
 */
public final class RetryingModel implements LanguageModel {

    private final LanguageModel model;
    private final RetrySettings settings;
    private final Clock clock;
    private final Sleeper sleeper;
    private final DoubleSupplier random;

    /**
     * Wraps a model.
     *
     * @param random uniform numbers from 0 (inclusive) to 1 (exclusive); called from many threads
     */
    public RetryingModel(
            LanguageModel model, RetrySettings settings, Clock clock, Sleeper sleeper, DoubleSupplier random) {
        this.model = model;
        this.settings = settings;
        this.clock = clock;
        this.sleeper = sleeper;
        this.random = random;
    }

    @Override
    public ModelId id() {
        return model.id();
    }

    @Override
    public ModelReply complete(ModelRequest request) throws ModelException, InterruptedException {
        return repeated(request, model::complete);
    }

    /** What was heard of an attempt that failed is withdrawn, and nothing more is heard of it. */
    @Override
    public ModelReply complete(ModelRequest request, ReplyListener listener)
            throws ModelException, InterruptedException {
        return repeated(request, attempt -> {
            AttemptListener heard = new AttemptListener(listener);
            try {
                return model.complete(attempt, heard);
            } catch (ModelException | InterruptedException e) {
                heard.withdrawn();
                throw e;
            }
        });
    }

    private ModelReply repeated(ModelRequest request, ModelCall call) throws ModelException, InterruptedException {
        int attempts = 0;
        int throttled = 0;
        while (true) {
            try {
                return call.complete(request.answeredBy(clock.instant().plus(settings.attemptTime())));
            } catch (ModelException failure) {
                attempts++;
                throttled += failure.kind() == ModelException.Kind.THROTTLED ? 1 : 0;
                if (!failure.kind().retryable()) {
                    throw failure;
                }
                if (attempts - throttled >= settings.maxAttempts()) {
                    throw gaveUp(failure, attempts, "no further attempts are allowed");
                }
                Duration wait = wait(failure, attempts);
                if (!clock.instant().plus(wait).isBefore(request.deadline())) {
                    throw gaveUp(failure, attempts, "the deadline was reached");
                }
                sleeper.sleep(wait);
            }
        }
    }

    private Duration wait(ModelException failure, int failures) {
        long bound = settings.bound(failures).toNanos();
        Duration jitter = Duration.ofNanos((long) (random.getAsDouble() * bound));
        Duration asked = failure.retryAfter();
        return asked == null ? jitter : asked.plus(jitter);
    }

    private static ModelException gaveUp(ModelException last, int attempts, String why) {
        String tries = attempts == 1 ? "1 attempt" : attempts + " attempts";
        return new ModelException(
                last.kind(), last.getMessage() + " (given up after " + tries + ": " + why + ")", last.retryAfter());
    }
}
