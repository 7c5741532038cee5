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
        assertThat(output.soFar().text()).isEqualTo("ab😀\n... [4 characters left out] ...\nef");
    }

    @Example
    void controlCharactersBecomeVisible() {
        CellOutput output = new CellOutput(100);
        output.write("a\u0000\u001b[0m\n\t\r\u007f\u0085é");
        assertThat(output.soFar().text()).isEqualTo("a␀␛[0m\n\t␍␡�é");
    }

    @Example
    void charactersThatTurnTextOrHideBecomeEscapes() {
        CellOutput output = new CellOutput(200);
        output.write("safe\u202egnp.exe \u2066\u200f\u00ad\ufeff a\u2028b " + Character.toString(0xe0041));
        assertThat(output.soFar().text())
                .isEqualTo("safe\\u202egnp.exe \\u2066\\u200f\\u00ad\\ufeff a\\u2028b \\U000e0041");
    }

    @Example
    void textOfAllScriptsIsAsItWas() {
        String text = "Zürich Ωμέγα שלום سلام नमस्ते می‌خواهم 日本 👩‍👩‍👧 ❤️ e\u0301";
        CellOutput output = new CellOutput(200);
        output.write(text);
        assertThat(output.soFar().text()).isEqualTo(text);
    }

    @Example
    void halvesOfSurrogatePairsBecomeEscapes() {
        CellOutput output = new CellOutput(100);
        output.write("\ud83d alone \ude00");
        assertThat(output.soFar().text()).isEqualTo("\\ud83d alone \\ude00");
    }

    @Property
    void whatIsKeptIsBoundedWhateverIsWritten(
            @ForAll List<String> parts, @ForAll @IntRange(min = 2, max = 40) int limit) {
        CellOutput output = new CellOutput(limit);
        parts.forEach(output::write);
        assertThat(output.soFar().text().length()).isLessThan(limit + 100);
    }

    @Example
    void forgedCountsOfSkippedCharactersStayNumbers() {
        CellOutput output = new CellOutput(4);
        output.skip(Long.MAX_VALUE);
        output.skip(Long.MAX_VALUE);
        output.skip(-5);
        assertThat(output.soFar().characters()).isPositive();
    }
}
