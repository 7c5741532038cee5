package dev.rlm.model.script;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What scripted models answer: for each model name a list of rules, of which the first that matches wins. The name
 * {@value #ANY_MODEL} stands for all models without rules of their own. Immutable.
 *
 * <p>As a file (YAML):
 *
 * <pre>{@code
 * models:
 *   root:
 *     - turn: 1
 *       reply: |
 *         Let me look: ...
 *     - match: 'found (?<count>\d+)'
 *       reply: FINAL(${count})
 *     - tool: { name: python, arguments: { code: "print(len(context))" } }
 *   sub:
 *     - error: { status: 429, retry-after: 1, message: slow down }
 *       times: 3
 *     - reply: "yes"
 *       latency-ms: 200
 *       piece-latency-ms: 20
 * }</pre>
 *
 * @param models the rules by model name
 */
public record Script(Map<String, List<Rule>> models) {

    /** The name whose rules serve every model that has none of its own. */
    public static final String ANY_MODEL = "*";

    public Script {
        Map<String, List<Rule>> copy = new LinkedHashMap<>();
        models.forEach((model, rules) -> copy.put(model, List.copyOf(rules)));
        copy.values().forEach(rules -> rules.forEach(PreparedRule::new));
        models = Map.copyOf(copy);
    }

    /**
     * Reads a script file.
     *
     * @throws IllegalArgumentException with a sentence that says where the script is wrong
     */
    public static Script load(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /**
     * Reads a script.
     *
     * @throws IllegalArgumentException with a sentence that says where the script is wrong
     */
    public static Script parse(String yaml) {
        return ScriptReader.read(yaml);
    }

    /** A script of one model. */
    public static Script of(String model, Rule... rules) {
        return new Script(Map.of(model, List.of(rules)));
    }

    /** The same script with rules added after those of a model. */
    public Script and(String model, Rule... rules) {
        Map<String, List<Rule>> more = new LinkedHashMap<>(models);
        List<Rule> all = new ArrayList<>(more.getOrDefault(model, List.of()));
        all.addAll(List.of(rules));
        more.put(model, all);
        return new Script(more);
    }
}
