package dev.rlm.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The functions of the standard library that have faster implementations give what the originals give, for random inputs;
 * the originals are their {@code __wrapped__}.
 */
@Tag("slow")
class FasterFunctionsTest {
    @TempDir
    static Path folder;

    static SandboxPool pool;
    static TestRepl repl;

    @BeforeAll
    static void open() throws Exception {
        pool = TestRepl.pool(0);
        repl = new TestRepl(pool.open(TestRepl.documents(folder, "only", "the text")));
    }

    @AfterAll
    static void close() {
        pool.close();
    }

    @ParameterizedTest
    @CsvSource({
        "sorting, 1",
        "sorting, 2",
        "counting, 1",
        "counting, 2",
        "dates, 1",
        "dates, 2",
        "dates, 3",
        "tables, 1",
        "tables, 2",
        "lines, 1",
        "lines, 2",
        "regex_edges, 1"
    })
    void fasterFunctionsGiveWhatTheOriginalsGive(String functions, int seed) throws Exception {
        repl.output("seed = " + seed + "\n" + source("before"));
        CellResult result = repl.run(source(functions), Duration.ofMinutes(5));
        assertThat(result.status()).describedAs(result.output()).isEqualTo(CellResult.Status.OK);
        assertThat(repl.output("wrong")).isEqualTo("[]");
        assertThat(Integer.parseInt(repl.output("checks"))).isGreaterThan(8);
    }

    /** The original engine differs from CPython here and there, so what they find was recorded from CPython 3.11. */
    @ParameterizedTest
    @CsvSource({
        "1, 2028 8127863ee9614ba0",
        "2, 2004 cc1118aab00898fe",
        "3, 2004 e0556063d63c5fdb",
        "4, 2008 33701ecdf6ab8de3",
        "5, 2044 1df269eaa1d12c4f",
        "6, 1968 038be9220361cfa1"
    })
    void patternsFindWhatTheyFindInCPython(int seed, String found) throws Exception {
        String cell = "seed = " + seed + "\n" + source("regex");
        assertThat(repl.output(cell)).isEqualTo(found);
    }

    @Test
    void theyAreTakenForWhatTheyAreMadeFor() throws Exception {
        assertThat(repl.output("""
                import re, datetime, _strptime
                def refuse(*arguments): raise AssertionError("the original was called")
                original, _strptime._strptime_datetime = _strptime._strptime_datetime, refuse
                print(datetime.datetime.strptime("2026-11-24 10:11:12", "%Y-%m-%d %H:%M:%S"))
                _strptime._strptime_datetime = original
                """)).isEqualTo("2026-11-24 10:11:12");
    }

    @Test
    void theyStopAtTheTimeLimit() throws Exception {
        repl.output("kept = 1");
        CellResult result = repl.run(
                "import re\nwhile True:\n    re.findall(r'(\\w+)@', 'word ' * 2_000_000)", Duration.ofSeconds(2));
        assertThat(result.status()).isEqualTo(CellResult.Status.TIMED_OUT);
        assertThat(repl.output("kept")).isEqualTo("1");
    }

    private static String source(String name) throws IOException {
        try (InputStream in = FasterFunctionsTest.class.getResourceAsStream("faster/" + name + ".py")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
