package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.rlm.sandbox.ChildContext.Slices;
import dev.rlm.schema.JsonSchema;
import dev.rlm.schema.SchemaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replies as values of Python types, and {@code llm_map}; in a real worker. */
@Tag("slow")
class TypedCallsTest {

    private static final Pattern ITEM = Pattern.compile("^\\[(\\d+)] (.*)$", Pattern.MULTILINE);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl root;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        root = new TestRepl(pool.open(TestRepl.documents(folder, "a.txt", "line\n".repeat(100))));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    /** Answers by a prompt and its schema, which must be one that the server takes. */
    private static final class Typed extends StubCalls {
        final List<String> askedPrompts = Collections.synchronizedList(new ArrayList<>());
        final List<String> askedSchemas = Collections.synchronizedList(new ArrayList<>());
        final List<ChildQuestion> questions = Collections.synchronizedList(new ArrayList<>());
        private final BiFunction<String, String, String> replies;
        private final int levels;

        Typed(int levels, BiFunction<String, String, String> replies) {
            this.levels = levels;
            this.replies = replies;
        }

        @Override
        public List<Outcome> query(Prompts asked) {
            askedPrompts.addAll(asked.texts());
            askedSchemas.add(asked.schema());
            return asked.texts().stream()
                    .map(prompt -> outcome(prompt, asked.schema()))
                    .toList();
        }

        @Override
        public List<Outcome> ask(List<ChildQuestion> asked) {
            questions.addAll(asked);
            return asked.stream()
                    .map(question -> outcome(question.text(), question.schema()))
                    .toList();
        }

        private Outcome outcome(String prompt, String schema) {
            try {
                JsonSchema parsed = JsonSchema.parse(schema);
                String reply = replies.apply(prompt, schema);
                if (reply == null) {
                    return new Outcome.Failure("nobody answered");
                }
                List<String> problems = parsed.problems(reply);
                return problems.isEmpty() ? new Outcome.Reply(reply) : new Outcome.Failure(problems.toString());
            } catch (SchemaException e) {
                return new Outcome.Failure(SCHEMA_REFUSED + e.getMessage());
            }
        }

        @Override
        public int levels() {
            return levels;
        }

        @Override
        public String budgetJson() {
            return "{\"sub_calls_left\": 50, \"sub_call_characters\": 400000}";
        }
    }

    private static Typed run(Typed calls, String code) throws Exception {
        CellResult result = root.run(code, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.OK);
        return calls;
    }

    private static String failure(Typed calls, String code) throws Exception {
        CellResult result = root.run(code, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.ERROR);
        return result.error();
    }

    @Test
    void repliesComeBackAsValuesOfTheirTypes() throws Exception {
        run(new Typed(0, (prompt, schema) -> prompt), """
                import dataclasses, enum
                from typing import Literal, NamedTuple, Optional, TypedDict

                class Color(enum.Enum):
                    RED = 1
                    BLUE = 2

                @dataclasses.dataclass
                class Person:
                    name: str
                    likes: list[Color]
                    age: int | None = None

                class Place(NamedTuple):
                    city: str
                    size: float = 1.5

                class Row(TypedDict):
                    id: int
                    person: "Person"

                for json_reply, schema, value in [
                    ("3.0", int, 3),
                    ("3", float, 3.0),
                    ('"x"', str, "x"),
                    ("true", bool, True),
                    ("[1, 2]", list[int], [1, 2]),
                    ('{"a": 1}', dict[str, int], {"a": 1}),
                    ('{"7": "x"}', dict[int, str], {7: "x"}),
                    ('"b"', Literal["a", "b"], "b"),
                    ("null", Optional[int], None),
                    ("5", int | None, 5),
                    ('[1, "x"]', tuple[int, str], (1, "x")),
                    ('"BLUE"', Color, Color.BLUE),
                    ('{"city": "Rome"}', Place, Place("Rome", 1.5)),
                    ('[{"name": "Ann", "likes": ["RED"]}]', list[Person], [Person("Ann", [Color.RED])]),
                    ('{"id": 1, "person": {"name": "Bo", "likes": []}}', Row, {"id": 1, "person": Person("Bo", [])}),
                    ('{"name": "x", "n": 2}', {"name": str, "n": int}, {"name": "x", "n": 2}),
                    ('[{"free": [1]}]', {"type": "array"}, [{"free": [1]}]),
                ]:
                    got = llm_query(json_reply, schema)
                    assert got == value and type(got) is type(value), (got, value)
                    assert llm_query_batched([json_reply], schema=schema) == [value]
                """);
    }

    @Test
    void aReplyThatIsMissingIsAFailureInItsSlot() throws Exception {
        Typed calls = run(new Typed(0, (prompt, schema) -> prompt.equals("fail") ? null : prompt), """
                replies = llm_query_batched(["1", "fail", "3"], int)
                assert replies[0] == 1 and replies[2] == 3
                assert isinstance(replies[1], SubCallFailure) and "nobody answered" in replies[1]
                try:
                    llm_query("fail", int)
                except SubCallError as error:
                    assert "nobody answered" in str(error)
                else:
                    assert False
                """);
        assertThat(calls.askedSchemas).containsOnly("{\"type\": \"integer\"}");
    }

    @Test
    void aBadSchemaIsRefusedAtOnceWithASentence() throws Exception {
        Typed nobody = new Typed(0, (prompt, schema) -> prompt);
        assertThat(failure(nobody, "llm_query_batched(['x'], schema=['a', 'b'])"))
                .startsWith("TypeError: ['a', 'b'] cannot be the schema of a reply: use a JSON Schema as a dict, int,");
        assertThat(failure(nobody, "llm_query('x', complex)")).contains("<class 'complex'> cannot be the schema");
        assertThat(failure(nobody, """
                import dataclasses
                @dataclasses.dataclass
                class Node:
                    next: "Node"
                llm_query('x', Node)""")).contains("nested too deeply or holds itself");
        assertThat(nobody.askedPrompts).isEmpty();
        assertThat(failure(nobody, "llm_query_batched(['x', 'y'], {'type': 'whole number'})"))
                .startsWith("ValueError: The schema is no JSON Schema. /type:");
        assertThat(failure(nobody, "llm_map(['x', 'y'], 'Do it', {'type': 'whole number'})"))
                .startsWith("ValueError: The schema is no JSON Schema.");
    }

    @Test
    void answersOfChildrenComeBackAsValues() throws Exception {
        Typed calls = run(new Typed(1, (prompt, schema) -> "[1, 2]"), """
                assert rlm_query("Which?", schema=set[int]) == {1, 2}
                assert rlm_query_batched("Which?", documents, schema=list[int]) == [[1, 2]]
                """);
        assertThat(calls.questions)
                .extracting(ChildQuestion::schema)
                .containsOnly("{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}");
        assertThat(calls.questions.getFirst().context()).isInstanceOf(Slices.class);
    }

    @Test
    void withoutALevelTheSubModelAnswersByTheSchema() throws Exception {
        Typed calls =
                run(new Typed(0, (prompt, schema) -> "3"), "assert rlm_query('How many?', 'x' * 300, schema=int) == 3");
        assertThat(calls.questions).isEmpty();
        assertThat(calls.askedPrompts).containsExactly("How many?\n\n" + "x".repeat(300));
    }

    /** Labels items with their length; forgets, repeats, contradicts itself and invents. */
    private static String lengths(String prompt, String schema, int forgiving) {
        if (!schema.contains("\"id\"")) {
            return prompt.contains("never") ? null : String.valueOf(prompt.length());
        }
        List<MatchResult> items = ITEM.matcher(prompt).results().toList();
        ArrayNode rows = MAPPER.createArrayNode();
        for (MatchResult item : items) {
            int number = Integer.parseInt(item.group(1));
            String text = item.group(2);
            boolean strict = items.size() > forgiving;
            if ((strict && text.contains("forget")) || text.contains("never")) {
                continue;
            }
            rows.addObject().put("id", number).put("value", text.length());
            if (text.contains("repeat")) {
                rows.addObject().put("id", number).put("value", text.length());
            }
            if (strict && text.contains("contradict")) {
                rows.addObject().put("id", number).put("value", -1);
            }
        }
        rows.addObject().put("id", 9_999).put("value", 1);
        return rows.toString();
    }

    @Test
    void eachOfManyItemsGetsItsResultWhateverTheModelLeavesOutRepeatsOrInvents() throws Exception {
        Typed calls = run(new Typed(0, (prompt, schema) -> lengths(prompt, schema, 10)), """
                items = [f"item number {i}" for i in range(400)]
                for i in range(0, 400, 50):
                    items[i] += " forget"
                    items[i + 1] += " repeat"
                    items[i + 2] += " contradict"
                lengths = llm_map(items, "How many characters has it?", int)
                assert lengths == [len(item) for item in items]
                """);
        assertThat(calls.askedPrompts.subList(0, 4))
                .allSatisfy(prompt -> assertThat(prompt)
                        .startsWith("How many characters has it?\n\nDo this for each of the 100 items below")
                        .contains("\n[1] item number ", "\n[100] item number "));
        assertThat(calls.askedPrompts).as("16 items are asked again").hasSizeBetween(5, 8);
    }

    @Test
    void whatNeverGetsAResultIsAFailureAndIsNamedInOneLine() throws Exception {
        Typed calls = new Typed(0, (prompt, schema) -> lengths(prompt, schema, 0));
        CellResult result = root.run("""
                items = [f"item {i}" for i in range(150)]
                items[7] += " never"
                items[99] += " never"
                lengths = llm_map(items, "How long?", int)
                assert [i for i, each in enumerate(lengths) if isinstance(each, SubCallFailure)] == [7, 99]
                """, calls);
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.OK);
        assertThat(result.output().strip())
                .isEqualTo(
                        "llm_map: 2 of 150 items have no result, at the positions 7, 99. The first: nobody answered");
    }

    @Test
    void equalItemsAreAskedOnceAndLargeOnesGoAlone() throws Exception {
        Typed calls = run(new Typed(0, (prompt, schema) -> lengths(prompt, schema, 0)), """
                large = "x" * 500
                assert llm_map(["a", "bb", "a", large, "ccc"], "Count {item}!", int, batch_chars=100, context="Note.") == [
                    1, 2, 1, len("Count !" + large + "\\n\\nNote."), len("Count ccc!\\n\\nNote.")]
                """);
        assertThat(calls.askedPrompts).hasSize(3);
        assertThat(calls.askedPrompts)
                .filteredOn(prompt -> prompt.contains("[2] bb"))
                .singleElement()
                .asString()
                .startsWith(
                        "In this task {item} stands for the item:\n\nCount {item}!\n\nNote.\n\nDo this for each of the 2");
    }

    @Test
    void itemsMayBeDictsNumbersAndDocuments() throws Exception {
        Typed calls = run(new Typed(0, (prompt, schema) -> lengths(prompt, schema, 0)), """
                assert llm_map([{"a": "ä"}, 12, 1.5, None], "How long?", int) == [10, 2, 3, 4]
                assert llm_map(documents, "How long?", int)[0] > 400
                assert llm_map([], "How long?") == []
                """);
        assertThat(calls.askedPrompts.getFirst()).contains("[1] {\"a\": \"ä\"}\n[2] 12\n[3] 1.5\n[4] null");
        assertThat(failure(calls, "llm_map('abc', 'How long?')")).contains("llm_map takes a list of items, not str");
        assertThat(failure(calls, "llm_map(['a'], lambda item: item)")).contains("takes the template as a str");
        assertThat(failure(calls, "llm_map([object()], 'How long?')")).contains("items[0] is a object");
        assertThat(failure(calls, "llm_map([str(i) for i in range(50_000)], 'x')"))
                .contains("llm_map needs 313 sub-calls for 50,000 items and 50 are left");
    }

    @Test
    void whereNobodyAnswersNothingIsAskedAgain() throws Exception {
        Typed calls = new Typed(0, (prompt, schema) -> null);
        CellResult result = root.run("lengths = llm_map([f'item {i}' for i in range(300)], 'How long?', int)", calls);
        assertThat(result.output())
                .startsWith(
                        "llm_map: 300 of 300 items have no result, at the positions 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and more."
                                + " The first: nobody answered");
        assertThat(calls.askedPrompts).hasSize(3);
    }
}
