package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlm.sandbox.protocol.Frame.Output;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;

class CellOutputTest {
    @Property
    void headAndTailAreKeptHoweverTheTextIsWritten(
            @ForAll List<@AlphaChars String> parts, @ForAll @IntRange(min = 2, max = 40) int limit) {
        CellOutput output = new CellOutput(limit);
        parts.forEach(output::write);
        String whole = String.join("", parts);
        Output kept = output.soFar();
        assertThat(kept.characters()).isEqualTo(whole.length());
        int half = limit / 2;
        if (whole.length() <= 2 * half) {
            assertThat(kept.text()).isEqualTo(whole);
        } else {
            assertThat(kept.text())
                    .isEqualTo("%s\n... [%,d characters left out] ...\n%s"
                            .formatted(
                                    whole.substring(0, half),
                                    whole.length() - 2 * half,
                                    whole.substring(whole.length() - half)));
        }
    }

    @Example
    void skippedCharactersAreCounted() {
        CellOutput output = new CellOutput(4);
        output.write("head");
        output.skip(1_000_000);
        output.write("tail");
        assertThat(output.soFar()).isEqualTo(new Output("he\n... [1,000,004 characters left out] ...\nil", 1_000_008));
    }

    @Example
    void aSurrogatePairIsNeverCutInTwo() {
        CellOutput output = new CellOutput(6);
        output.write("ab😀cd😀ef");
        assertThat(output.soFar().text()).startsWith("ab\n...").endsWith("...\nef");
    }

    @Example
    void controlCharactersBecomeVisible() {
        CellOutput output = new CellOutput(100);
        output.write("a\u0000\u001b[0m\n\t\r\u007f\u0085é");
        assertThat(output.soFar().text()).isEqualTo("a␀␛[0m\n\t␍␡�é");
    }
}
