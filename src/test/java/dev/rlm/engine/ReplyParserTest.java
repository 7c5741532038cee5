package dev.rlm.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReplyParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "```python",
                "```py",
                "```repl",
                "```",
                "```Python",
                "``` python",
                "```{python}",
                "~~~repl",
                "````repl"
            })
    void everyKindOfFenceIsAccepted(String fence) {
        String closing = fence.replaceAll("[^`~]", "");
        assertThat(ReplyParser.parse("Let me look.\n" + fence + "\nprint(1)\n" + closing + "\nDone.")
                        .cells())
                .containsExactly("print(1)\n");
    }

    @Test
    void backticksInsideATripleQuotedStringDoNotCutTheBlock() {
        String code = "text = \"\"\"\n```\nnot the end\n```\n\"\"\"\nprint(text)\n";
        assertThat(ReplyParser.parse("```repl\n" + code + "```").cells()).containsExactly(code);
    }

    @Test
    void backticksInsideASingleQuotedTripleStringDoNotCutTheBlock() {
        String code = "prompt = f'''Answer in\n```json\n{x}\n```\n'''\n";
        assertThat(ReplyParser.parse("```python\n" + code + "```").cells()).containsExactly(code);
    }

    @Test
    void backticksInsideALineDoNotCutTheBlock() {
        String code = "print(\"```\")\nprint('```python')\n";
        assertThat(ReplyParser.parse("```repl\n" + code + "```").cells()).containsExactly(code);
    }

    @Test
    void quotesInCommentsAndApostrophesInStringsDoNotConfuseTheParser() {
        String code = "# don't \"\"\" stop\nx = \"it's\"  # ''' either\ny = 'a\\'b'\n";
        assertThat(ReplyParser.parse("```repl\n" + code + "```\nand\n```repl\nz\n```")
                        .cells())
                .containsExactly(code, "z\n");
    }

    @Test
    void aStringThatNeverEndsEndsWithTheFirstFence() {
        assertThat(ReplyParser.parse("```repl\nx = \"\"\"oops\n```\nMore text.").cells())
                .containsExactly("x = \"\"\"oops\n");
    }

    @Test
    void severalBlocksKeepTheirOrder() {
        assertThat(ReplyParser.parse("```repl\na\n```\ntext\n```python\nb\n```").cells())
                .containsExactly("a\n", "b\n");
    }

    @Test
    void blocksOfOtherLanguagesAreNotCode() {
        assertThat(ReplyParser.parse("```json\n{\"a\": 1}\n```\n```bash\nls\n```")
                        .cells())
                .isEmpty();
    }

    @Test
    void bareBlocksCountOnlyWhereNoneIsMarked() {
        assertThat(ReplyParser.parse("```\nsample output\n```\n```repl\nprint(1)\n```")
                        .cells())
                .containsExactly("print(1)\n");
    }

    @Test
    void anIndentedBlockLosesItsIndent() {
        assertThat(ReplyParser.parse("1. Look:\n   ```repl\n   for x in y:\n       print(x)\n   ```")
                        .cells())
                .containsExactly("for x in y:\n    print(x)\n");
    }

    @Test
    void anUnfinishedBlockIsTold() {
        ReplyParser.Reply reply = ReplyParser.parse("```repl\na = 1\n```\n```repl\nb = ");
        assertThat(reply.cells()).containsExactly("a = 1\n", "b =\n");
        assertThat(reply.unfinished()).isTrue();
    }

    @Test
    void thinkingIsNotPartOfTheReply() {
        ReplyParser.Reply reply = ReplyParser.parse("<think>```repl\nno\n```</think>\nThe answer is 4.");
        assertThat(reply.cells()).isEmpty();
        assertThat(reply.prose()).isEqualTo("The answer is 4.");
    }

    @Test
    void thinkingWithoutAnOpeningOrClosingTagIsNotPartOfTheReply() {
        assertThat(ReplyParser.parse("I should count.</think>\n```repl\nx\n```").cells())
                .containsExactly("x\n");
        assertThat(ReplyParser.parse("<think>\n```repl\nno\n```\nand then").prose())
                .isEmpty();
        assertThat(ReplyParser.parse("```repl\nprint('</think>')\n```").cells()).containsExactly("print('</think>')\n");
        assertThat(ReplyParser.parse("x".repeat(1_000_000) + "</think>7").prose())
                .isEqualTo("7");
    }

    @Test
    void finalCallsWithoutAFenceAreCode() {
        assertThat(ReplyParser.parse("I am done.\nFINAL_VAR(result)").cells())
                .containsExactly("FINAL_VAR(\"result\")\n");
        assertThat(ReplyParser.parse("FINAL(\"four\")").cells()).containsExactly("FINAL(\"four\")\n");
    }

    @Test
    void emptyBlocksAreNotCode() {
        assertThat(ReplyParser.parse("```repl\n\n```").cells()).isEmpty();
    }

    @Test
    void windowsLineEndsAreFine() {
        assertThat(ReplyParser.parse("```repl\r\nprint(1)\r\n```\r\n").cells()).containsExactly("print(1)\n");
    }
}
