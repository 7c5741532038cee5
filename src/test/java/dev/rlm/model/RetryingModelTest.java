package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rlm.model.ModelException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetryingModelTest {

    private static final RetrySettings SETTINGS =
            new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(10), 4, Duration.ofMinutes(5));

    private final ManualClock clock = new ManualClock();
    private final List<Duration> waits = new ArrayList<>();

    @Test
    void repeatsUntilTheModelAnswers() throws Exception {
        FakeModel model = new FakeModel(List.of(failure(Kind.UNAVAILABLE), failure(Kind.THROTTLED)));
        assertThat(retrying(model, 0.5).complete(request(Duration.ofMinutes(1))))
                .isEqualTo(FakeModel.REPLY);
        assertThat(model.calls()).isEqualTo(3);
        assertThat(waits).containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNAUTHORIZED", "TOO_LARGE", "REFUSED"})
    void failsAtOnceWhereNoRepetitionHelps(Kind kind) {
        ModelException failure = failure(kind);
        FakeModel model = new FakeModel(List.of(failure));
        assertThatThrownBy(() -> retrying(model, 0.5).complete(request(Duration.ofMinutes(1))))
                .isSameAs(failure);
        assertThat(model.calls()).isEqualTo(1);
    }

    @Test
    void anAttemptThatTakesTooLongIsGivenUpAndMadeAgain() throws Exception {
        List<Instant> deadlines = new ArrayList<>();
        LanguageModel model = new LanguageModel() {
            @Override
            public ModelId id() {
                return ModelId.parse("fake:model");
            }

            @Override
            public ModelReply complete(ModelRequest request) throws ModelException {
                deadlines.add(request.deadline());
                if (deadlines.size() == 1) {
                    clock.advance(Duration.ofMinutes(5));
                    throw failure(Kind.TIMEOUT);
                }
                return FakeModel.REPLY;
            }
        };
        Instant start = clock.instant();
        assertThat(retrying(model, 0).complete(request(Duration.ofMinutes(8)))).isEqualTo(FakeModel.REPLY);
        assertThat(deadlines)
                .as("the second attempt ends with the call")
                .containsExactly(start.plus(Duration.ofMinutes(5)), start.plus(Duration.ofMinutes(8)));
    }

    @Test
    void whatWasHeardOfAnAttemptThatFailedIsWithdrawn() throws Exception {
        HeardReply heard = new HeardReply();
        List<ReplyListener> abandoned = new ArrayList<>();
        LanguageModel model = new LanguageModel() {
            @Override
            public ModelId id() {
                return ModelId.parse("fake:model");
            }

            @Override
            public ModelReply complete(ModelRequest request) {
                throw new AssertionError("Nobody asks like this.");
            }

            @Override
            public ModelReply complete(ModelRequest request, ReplyListener listener) throws ModelException {
                abandoned.forEach(each -> each.text("too late"));
                if (abandoned.size() < 2) {
                    abandoned.add(listener);
                    if (abandoned.size() == 1) {
                        listener.text("n");
                        listener.toolCall("python");
                        listener.arguments("{");
                    }
                    throw failure(Kind.UNAVAILABLE);
                }
                listener.text("yes");
                return FakeModel.REPLY;
            }
        };
        assertThat(retrying(model, 0).complete(request(Duration.ofMinutes(1)), heard))
                .isEqualTo(FakeModel.REPLY);
        assertThat(heard.text()).isEqualTo("yes");
        assertThat(heard.calls()).isEmpty();
        assertThat(heard.withdrawals())
                .as("of nothing there is nothing to withdraw")
                .isEqualTo(1);
    }

    @Test
    void waitsAsLongAsTheProviderAskedPlusJitter() throws Exception {
        FakeModel model =
                new FakeModel(List.of(new ModelException(Kind.THROTTLED, "slow down", Duration.ofSeconds(30))));
        retrying(model, 0.25).complete(request(Duration.ofMinutes(1)));
        assertThat(waits).containsExactly(Duration.ofMillis(30_250));
    }

    @Test
    void failsAtOnceIfTheNextWaitWouldPassTheDeadline() {
        FakeModel model =
                new FakeModel(List.of(new ModelException(Kind.THROTTLED, "slow down", Duration.ofSeconds(60))));
        ModelException failure = catchThrowableOfType(
                ModelException.class, () -> retrying(model, 0.5).complete(request(Duration.ofSeconds(59))));
        assertThat(failure.kind()).isEqualTo(Kind.THROTTLED);
        assertThat(failure)
                .hasMessageContaining("slow down")
                .hasMessageContaining("1 attempt")
                .hasMessageContaining("the deadline was reached");
        assertThat(waits).isEmpty();
    }

    @Test
    void givesUpAfterTheAllowedAttempts() {
        FakeModel model = new FakeModel(Collections.nCopies(100, failure(Kind.UNAVAILABLE)));
        assertThatThrownBy(() -> retrying(model, 0.1).complete(request(Duration.ofDays(1))))
                .hasMessageContaining("given up after 4 attempts");
        assertThat(model.calls()).isEqualTo(4);
    }

    @Test
    void doesNotCountThrottledAttempts() throws Exception {
        FakeModel model = new FakeModel(Collections.nCopies(100, failure(Kind.THROTTLED)));
        assertThat(retrying(model, 0.5).complete(request(Duration.ofDays(1)))).isEqualTo(FakeModel.REPLY);
        assertThat(model.calls()).isEqualTo(101);
    }

    @Test
    void passesAnInterruptionOn() {
        FakeModel model = new FakeModel(List.of(failure(Kind.UNAVAILABLE)));
        LanguageModel retrying = new RetryingModel(
                model,
                SETTINGS,
                clock,
                wait -> {
                    throw new InterruptedException();
                },
                () -> 0.5);
        assertThatThrownBy(() -> retrying.complete(request(Duration.ofDays(1))))
                .isInstanceOf(InterruptedException.class);
    }

    @Property
    void keepsEachWaitWithinItsBoundAndAllBeforeTheDeadline(
            @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random,
            @ForAll @IntRange(min = 1, max = 40) int failures,
            @ForAll @IntRange(min = 1, max = 200) int seconds)
            throws Exception {
        waits.clear();
        FakeModel model = new FakeModel(Collections.nCopies(failures, failure(Kind.THROTTLED)));
        ModelRequest request = request(Duration.ofSeconds(seconds));
        try {
            retrying(model, random).complete(request);
        } catch (ModelException e) {
            assertThat(e).hasMessageContaining("the deadline was reached");
        }
        assertThat(clock.instant()).isBefore(request.deadline());
        for (int i = 0; i < waits.size(); i++) {
            double bound = Math.min(10, Math.pow(2, i));
            assertThat(waits.get(i).toNanos()).isBetween(0L, (long) (bound * 1e9));
        }
    }

    private LanguageModel retrying(LanguageModel model, double random) {
        return new RetryingModel(
                model,
                SETTINGS,
                clock,
                wait -> {
                    waits.add(wait);
                    clock.advance(wait);
                },
                () -> random);
    }

    private ModelRequest request(Duration time) {
        return ModelRequest.prompt("?", clock.instant().plus(time));
    }

    private static ModelException failure(Kind kind) {
        return new ModelException(kind, "It failed.");
    }
}
