package dev.rlm.sandbox;

import java.util.List;

/** Sub-calls with replies that follow from the prompt alone; {@code cpython.py} has the same rules. */
final class CorpusCalls implements HostCalls {
    @Override
    public List<Outcome> query(List<String> prompts) {
        return prompts.stream().map(CorpusCalls::outcome).toList();
    }

    private static Outcome outcome(String prompt) {
        if (prompt.contains("REFUSE")) {
            return new Outcome.Failure("The model refused this prompt.");
        }
        int length = prompt.codePointCount(0, prompt.length());
        int words = prompt.isBlank() ? 0 : prompt.strip().split("[ \n]+").length;
        if (prompt.contains("JSON")) {
            return new Outcome.Reply("{\"length\": " + length + ", \"words\": " + words + "}");
        }
        if (prompt.contains("yes or no")) {
            return new Outcome.Reply(prompt.contains("refund") ? "yes" : "no");
        }
        if (prompt.startsWith("Count ")) {
            int end = prompt.indexOf('\n');
            String word = prompt.substring("Count ".length(), end);
            return new Outcome.Reply(
                    Integer.toString(prompt.substring(end).split(java.util.regex.Pattern.quote(word), -1).length - 1));
        }
        return new Outcome.Reply("A reply to " + length + " characters and " + words + " words.");
    }

    @Override
    public String budgetJson() {
        return "{\"sub_calls\": 100}";
    }
}
