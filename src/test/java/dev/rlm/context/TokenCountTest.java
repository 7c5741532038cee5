package dev.rlm.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.CharBuffer;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TokenCountTest {
    private final Tokenizer tokenizer = new Tokenizer();

    @Test
    void aSmallTextIsCountedExactlyWhateverItsPieces() {
        String text = words(200_000, 1);
        int exact = tokenizer.count(text);
        assertThat(count(text, 1_000)).isEqualTo(exact);
        assertThat(count(text, text.length())).isEqualTo(exact);
    }

    @Test
    void aLargeTextIsCountedNearly() {
        String text = words(6_000_000, 2);
        assertThat(count(text, 32_768)).isCloseTo(tokenizer.count(text), Percentage.withPercentage(2));
        assertThat(count(text, 32_768)).isEqualTo(count(text, 1_001));
    }

    @Test
    void tokensDoNotReachFromATextIntoTheNext() {
        TokenCount tokens = new TokenCount(tokenizer);
        for (String text : new String[] {"hel", "lo", ""}) {
            tokens.add(CharBuffer.wrap(text));
            tokens.endText();
        }
        assertThat(tokens.total()).isEqualTo(tokenizer.count("hel") + tokenizer.count("lo"));
    }

    @Test
    void halfCharactersAndSpecialTokensAreNoTrouble() {
        assertThat(count("\uD83D\uDE00".repeat(1_000_000), 32_768)).isPositive();
        assertThat(count("x\uD83D y \uDE00", 3)).isPositive();
        assertThat(count("<|endoftext|>", 100)).isGreaterThan(1);
    }

    @Test
    @Timeout(600)
    void textWithoutASingleSpaceDoesNotTakeForever() {
        assertThat(count("a".repeat(3_000_000), 32_768)).isPositive();
        assertThat(count("=".repeat(3_000_000), 32_768)).isPositive();
        assertThat(count("\n".repeat(3_000_000), 32_768)).isPositive();
    }

    private long count(String text, int pieceLength) {
        TokenCount tokens = new TokenCount(tokenizer);
        for (int from = 0; from < text.length(); from += pieceLength) {
            tokens.add(CharBuffer.wrap(text, from, Math.min(text.length(), from + pieceLength)));
        }
        tokens.endText();
        return tokens.total();
    }

    private static String words(int length, int seed) {
        String[] words = {
            "the", "context", "holds", "of", "tokens;", "2026-01-01", "\n", "caf\u00e9", "(x)", "recursion"
        };
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(words[random.nextInt(words.length)]).append(' ');
        }
        return text.toString();
    }
}
