package dev.rlm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LinearRegexTest {

    @Test
    void aTextHasThePatternSomewhereAndAnchorsMeanTheWholeText() throws Exception {
        assertThat(LinearRegex.compile("b+").isIn("abba")).isTrue();
        assertThat(LinearRegex.compile("^[a-z]+$").isIn("abba")).isTrue();
        assertThat(LinearRegex.compile("^[a-z]+$").isIn("abba\nEVIL")).isFalse();
        assertThat(LinearRegex.compile("^$").isIn("")).isTrue();
        assertThat(LinearRegex.compile("").isIn("anything")).isTrue();
    }

    @Test
    void whatWouldBacktrackForEverIsDecidedAtOnce() throws Exception {
        LinearRegex regex = LinearRegex.compile("^(a+)+$");
        assertTimeoutPreemptively(
                Duration.ofSeconds(30),
                () -> assertThat(regex.isIn("a".repeat(100_000) + "!")).isFalse());
    }

    @Test
    void whatIsTooLargeOrNotOfTheSyntaxIsRefused() {
        assertThatThrownBy(() -> LinearRegex.compile("((a{1000}){1000}){1000}"))
                .isInstanceOf(SearchException.class)
                .hasMessageContaining("too large");
        assertThatThrownBy(() -> LinearRegex.compile("(?=a)b")).hasMessageContaining("look-around");
        assertThatThrownBy(() -> LinearRegex.compile("a".repeat(5_001))).hasMessageContaining("5001 characters");
        assertThatThrownBy(() -> LinearRegex.compile("(")).isInstanceOf(SearchException.class);
    }
}
