package dev.rlm.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class VisibleTextTest {

    @Example
    void whatSteersBecomesVisible() {
        assertThat(VisibleText.of("\u001b[31m\u0007\r\u0000\u007f\u009b")).isEqualTo("␛[31m␇␍␀␡\ufffd");
        assertThat(VisibleText.of("a\u202eb\u2066c\u200fd\u2028e\ufefff"))
                .isEqualTo("a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf");
        assertThat(VisibleText.of("tag \udb40\udc41 lone \ud800 and \udc00"))
                .isEqualTo("tag \ufffd lone \ufffd and \ufffd");
    }

    @Example
    void ordinaryTextIsTheSameObject() {
        String text = "Zeile\n\té 漢字 😀 👩‍👩‍👧 نص क्‍ष \u00a0 \u202f";
        assertThat(VisibleText.of(text)).isSameAs(text);
    }

    @Property
    void nothingSteersAfterwardsAndASecondTimeChangesNothing(@ForAll String text) {
        String visible = VisibleText.of(text);
        assertThat(visible.codePoints().filter(c -> c != '\n' && c != '\t'))
                .noneMatch(
                        c -> Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.SURROGATE)
                .noneMatch(c -> c >= 0x202a && c <= 0x202e);
        assertThat(VisibleText.of(visible)).isSameAs(visible);
    }
}
