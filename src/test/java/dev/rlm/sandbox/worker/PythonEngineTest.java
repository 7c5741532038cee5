package dev.rlm.sandbox.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PythonEngineTest {

    private static final Pattern DEFINITION =
            Pattern.compile("^(?:(?:async )?def|class) (\\w+)|^(\\w+)(?:, \\w+)* = ", Pattern.MULTILINE);

    /** They share one namespace: a second definition would silently take the place of the first. */
    @Test
    void noNameIsDefinedTwiceInTheSourcesOfTheRepl() {
        List<String> names = new ArrayList<>();
        for (String source : PythonEngine.SOURCES) {
            DEFINITION
                    .matcher(PythonEngine.text(source))
                    .results()
                    .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
                    .distinct()
                    .forEach(names::add);
        }
        assertThat(names).contains("llm_query", "MOST_NAMES", "_Session").doesNotHaveDuplicates();
    }
}
