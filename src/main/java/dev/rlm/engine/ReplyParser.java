package dev.rlm.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the code in a root model's reply. Code stands in fenced blocks marked {@code repl}, {@code python} or {@code py};
 * blocks without a mark count when there is no marked one. A fence inside a Python string does not end a block.
 */
final class ReplyParser {

    /** A line that begins a block: its indent, its fence and its mark. */
    static final Pattern FENCE = Pattern.compile("^(\\s*)(`{3,}|~{3,})[ \\t]*\\{?\\.?([\\w+-]*)[^`]*$");

    private static final Set<String> CODE_MARKS = Set.of("repl", "python", "py", "python3");
    private static final Pattern BARE_FINAL =
            Pattern.compile("^\\s*((?:FINAL|FINAL_VAR|SUBMIT)\\(.*\\))\\s*$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern UNQUOTED_VARIABLE = Pattern.compile("FINAL_VAR\\(\\s*([A-Za-z_]\\w*)\\s*\\)");

    private ReplyParser() {}

    /**
     * A reply, taken apart.
     *
     * @param cells the code blocks in order
     * @param prose the reply without its model's thinking
     * @param unfinished whether the last code block has no end; it is then among the cells
     */
    record Reply(List<String> cells, String prose, boolean unfinished) {}

    static Reply parse(String text) {
        String prose = withoutThinking(text).strip();
        List<Block> blocks = blocks(prose.lines().toList());
        List<Block> code = blocks.stream().filter(Block::isMarkedAsCode).toList();
        if (code.isEmpty()) {
            code = blocks.stream().filter(block -> block.mark().isEmpty()).toList();
        }
        code = code.stream().filter(block -> !block.code().isBlank()).toList();
        if (blocks.isEmpty()) {
            return new Reply(bareFinal(prose), prose, false);
        }
        boolean unfinished = !code.isEmpty() && !code.getLast().finished();
        return new Reply(code.stream().map(Block::code).toList(), prose, unfinished);
    }

    /** Some servers leave out the opening tag, and a reply that was cut may have no closing one. */
    static String withoutThinking(String text) {
        boolean opened = text.stripLeading().startsWith("<think>");
        int end = text.indexOf("</think>");
        if (end < 0) {
            return opened ? "" : text;
        }
        int fence = text.indexOf("```");
        return opened || fence < 0 || end < fence ? text.substring(end + "</think>".length()) : text;
    }

    private record Block(String mark, String code, boolean finished) {
        boolean isMarkedAsCode() {
            return CODE_MARKS.contains(mark);
        }
    }

    private static List<Block> blocks(List<String> lines) {
        List<Block> blocks = new ArrayList<>();
        int at = 0;
        while (at < lines.size()) {
            Matcher opening = FENCE.matcher(lines.get(at));
            at++;
            if (!opening.matches()) {
                continue;
            }
            String mark = opening.group(3).toLowerCase(Locale.ROOT);
            boolean python = mark.isEmpty() || CODE_MARKS.contains(mark);
            int end = closingFence(lines, at, opening.group(2), python);
            List<String> body = lines.subList(at, Math.min(end, lines.size()));
            blocks.add(new Block(mark, withoutIndent(body, opening.group(1)), end < lines.size()));
            at = end + 1;
        }
        return blocks;
    }

    /**
     * The line of the fence that ends a block, or the number of lines if there is none. In a block whose strings never
     * end, the first fence counts.
     */
    private static int closingFence(List<String> lines, int from, String fence, boolean python) {
        PythonStrings strings = new PythonStrings();
        int first = lines.size();
        for (int at = from; at < lines.size(); at++) {
            if (closes(lines.get(at), fence)) {
                if (!python || !strings.inString()) {
                    return at;
                }
                first = Math.min(first, at);
            }
            strings.readLine(lines.get(at));
        }
        return first;
    }

    /** Whether a line ends a block that began with a fence. */
    static boolean closes(String line, String fence) {
        String stripped = line.strip();
        return stripped.length() >= fence.length() && stripped.chars().allMatch(c -> c == fence.charAt(0));
    }

    private static String withoutIndent(List<String> body, String indent) {
        StringBuilder code = new StringBuilder();
        for (String line : body) {
            code.append(line.startsWith(indent) ? line.substring(indent.length()) : line)
                    .append('\n');
        }
        return code.toString();
    }

    /** Models trained on text tags write {@code FINAL(...)} without a fence; that is code, too. */
    private static List<String> bareFinal(String prose) {
        Matcher call = BARE_FINAL.matcher(prose);
        if (!call.find()) {
            return List.of();
        }
        return List.of(UNQUOTED_VARIABLE.matcher(call.group(1)).replaceAll("FINAL_VAR(\"$1\")") + "\n");
    }
}
