package dev.rlm.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InferenceParametersTest {

    private static InferenceParameters limit(int maxTokens) {
        return new InferenceParameters(0.5, 0.9, maxTokens);
    }

    @Test
    void roomForThinkingIsAddedToALimit() {
        assertThat(limit(1_000).withRoomFor(500, null)).isEqualTo(limit(1_500));
        assertThat(limit(1_000).withRoomFor(500, 10_000L)).isEqualTo(limit(1_500));
        assertThat(limit(1_000).withRoomFor(0, 10_000L)).isEqualTo(limit(1_000));
    }

    @Test
    void itEndsWhereTheModelDoesAndNeverTakesAnythingAway() {
        assertThat(limit(1_000).withRoomFor(500, 1_200L)).isEqualTo(limit(1_200));
        assertThat(limit(1_000).withRoomFor(500, 800L)).isEqualTo(limit(1_000));
        assertThat(limit(Integer.MAX_VALUE).withRoomFor(500, null)).isEqualTo(limit(Integer.MAX_VALUE));
    }

    @Test
    void whereThereIsNoLimitNoneIsSent() {
        assertThat(InferenceParameters.NONE.withRoomFor(500, 1_000L)).isEqualTo(InferenceParameters.NONE);
    }
}
