package dev.rlm.model.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptTest {

    @Test
    void readsEveryKindOfRule() {
        Script script = Script.parse("""
                models:
                  root:
                    - turn: 1
                      match: 'size (?<n>\\d+)'
                      reply: "print(${n})"
                      latency-ms: 20
                      times: 2
                    - tool: { name: python, arguments: { code: "print(${0})" } }
                      reply: I look.
                    - error: { status: 429, retry-after: 3, message: slow down }
                """);
        Rule first = script.models().get("root").getFirst();
        assertThat(first.turn()).isEqualTo(1);
        assertThat(first.times()).isEqualTo(2);
        assertThat(first.latency()).isEqualTo(Duration.ofMillis(20));
        assertThat(first.match().pattern()).isEqualTo("size (?<n>\\d+)");
        assertThat(script.models().get("root").stream().map(Rule::reaction))
                .containsExactly(
                        new Reaction.Reply("print(${n})"),
                        new Reaction.CallTool("python", "{\"code\":\"print(${0})\"}", "I look."),
                        new Reaction.Fail(429, Duration.ofSeconds(3), "slow down"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{reply: '${1}'} | ${1}, which is no group",
                "{match: '(a)', reply: '${2}'} | ${0} to ${1}",
                "{match: '(?<a>a)', reply: '${b}'} | ${b}, which is no group",
                "{match: '(', reply: x} | not a regular expression",
                "{turn: 0, reply: x} | Turns count from 1",
                "{turn: first, reply: x} | 'turn' must be a whole number",
                "{times: 0, reply: x} | at least 1 time",
                "{latency-ms: -5, reply: x} | 'latency-ms' must be a whole number",
                "{replay: x} | 'replay' is not known",
                "{turn: 1} | needs 'reply' or 'tool'",
                "{reply: x, error: {status: 500}} | or 'error' alone",
                "{error: {status: 200}} | from 400 to 599",
                "{error: {message: x}} | needs a 'status'",
                "{tool: {arguments: {}}} | 'name' must be a text",
                "{tool: {name: t, arguments: [1]}} | must be a JSON object",
                "{tool: {name: t, arguments: {a: ['${9}']}}} | ${9}, which is no group",
                "just text | A mapping with the keys",
            })
    void saysWhichRuleIsWrong(String rule, String problem) {
        assertThatThrownBy(() -> Script.parse("models:\n  m:\n    - reply: fine\n    - " + rule))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Rule 2 of the scripted model 'm'")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | needs 'models:'",
                "models: [] | needs 'models:'",
                "models: {m: x} | must be a list",
                "models: { | not valid YAML (line 1)",
            })
    void saysWhyAFileIsNoScript(String yaml, String problem) {
        assertThatThrownBy(() -> Script.parse(yaml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "${0}, ab",
        "${1}-${2}-, a-b-",
        "${last}, b",
        "${turn}, 7",
        "costs $5 and $name and $1, costs $5 and $name and $1",
        "$${0} and ${0}, ${0} and ab",
        "${3}!, !",
        "'{x} {{y}} ${', '{x} {{y}} ${'",
    })
    void fillsTemplates(String template, String expected) {
        Pattern pattern = Pattern.compile("(a)(?<last>b)(c)?");
        assertThat(fill(template, pattern, "xabx")).isEqualTo(expected);
    }

    @Property
    void takesWhatIsFilledInLiterally(@ForAll String found) {
        Pattern pattern = Pattern.compile("<(.*)>", Pattern.DOTALL);
        assertThat(fill("[${1}]", pattern, "<" + found + ">")).isEqualTo("[" + found + "]");
    }

    @Property
    void leavesTextWithoutPlacesAsItIs(@ForAll String text) {
        String template = text.replace("${", "");
        assertThat(fill(template, Pattern.compile("a"), "a")).isEqualTo(template);
    }

    @Test
    void addsRulesToAScriptBuiltInJava() {
        Script script =
                Script.of("a", Rule.reply("1")).and("a", Rule.reply("2")).and("b", Rule.fail(500, "x"));
        assertThat(script.models().get("a")).hasSize(2);
        assertThat(script.models().get("b")).hasSize(1);
    }

    private static String fill(String template, Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).isTrue();
        return Template.parse(template, pattern).fill(matcher.toMatchResult(), 7);
    }
}
