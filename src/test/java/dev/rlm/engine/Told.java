package dev.rlm.engine;

import dev.rlm.budget.Ledger;
import dev.rlm.journal.Journal;
import dev.rlm.journal.TaskEvent;
import dev.rlm.model.Message;
import dev.rlm.model.ModelRequest;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What came of a {@link Story}. The models tell of the requests of this time only, the journal of those before a cut too.
 *
 * @param answer the answer
 * @param journal all that is recorded
 * @param ledger what is spent
 * @param root the root model
 * @param sub the sub-model
 */
record Told(Answer answer, Journal journal, Ledger ledger, ScriptedModel root, ScriptedModel sub) {

    private static final Pattern BRIEFING = Pattern.compile("^Turn (\\d+) of \\d+ \\|", Pattern.MULTILINE);

    /** The recorded events of a type, in order, those of children too. */
    <E extends TaskEvent> List<E> events(Class<E> type) {
        return journal.entriesAfter(0).stream()
                .map(Journal.Entry::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    /** What the root model was told after a turn: what its cells printed, and what is left. */
    String seenAfter(int turn) {
        return texts(asked(turn + 1).messages().getLast());
    }

    /** All that the root model had before it when it wrote a turn. */
    String readIn(int turn) {
        return asked(turn).messages().stream().map(Told::texts).collect(Collectors.joining("\n"));
    }

    /** What the sub-model was asked, each prompt as often as it was asked, in the order of their coming. */
    List<String> prompts() {
        return sub.requests.stream().map(Told::opening).toList();
    }

    private ModelRequest asked(int turn) {
        return root.requests.stream()
                .filter(request -> turn(request) == turn)
                .findFirst()
                .orElseThrow(() -> new AssertionError("The root model was not asked for turn " + turn + "."));
    }

    /** Which turn of its task a request is for; 0 if it is for none. Compactions and sessions change how many messages there are. */
    static int turn(ModelRequest request) {
        return BRIEFING.matcher(texts(request.messages().getLast()))
                .results()
                .reduce((_, last) -> last)
                .map((MatchResult briefing) -> Integer.parseInt(briefing.group(1)))
                .orElse(0);
    }

    /** The message that a request begins with. */
    static String opening(ModelRequest request) {
        return texts(request.messages().getFirst());
    }

    private static String texts(Message message) {
        return message.texts().collect(Collectors.joining("\n"));
    }
}
