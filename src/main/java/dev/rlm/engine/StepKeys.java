package dev.rlm.engine;

import dev.rlm.journal.Journal;
import dev.rlm.journal.Payload;
import dev.rlm.sandbox.PastCell.Call;
import java.util.List;
import java.util.Objects;

/**
 * The keys of a run's steps. They depend on nothing but the cells' code and the prompts, so that a run that is taken up
 * again finds the right record whatever the order of threads and replies.
 */
final class StepKeys {

    /** The root model's choice of an answer, after its turns. */
    static final String LAST = "last";

    private static final String REPAIR = "repair";

    private StepKeys() {}

    /** The root model's reply to the question and all of the contexts. */
    static final String DIRECT = "direct";

    /** The check of what an answer claims by its n-th citation, from 1. */
    static String claim(int number) {
        return "verify/" + number;
    }

    /** Asking which functions of other servers there are, before the first turn. */
    static final String FUNCTIONS = "functions";

    /** Telling the root model what is left, at the start of a turn. */
    static String turn(int turn) {
        return "turn/" + turn;
    }

    /** The root model's reply in a turn. */
    static String root(int turn) {
        return "root/" + turn;
    }

    /** The compaction of the conversation before a turn. */
    static String compaction(int turn) {
        return "compact/" + turn;
    }

    /** The one that is made because the provider says in that turn that the conversation is too long. */
    static String compactionAgain(int turn) {
        return compaction(turn) + "/again";
    }

    /** The beginning of a cell. */
    static String cellStart(int cell) {
        return "cell/" + cell + "/start";
    }

    /** The end of a cell. */
    static String cellEnd(int cell) {
        return "cell/" + cell;
    }

    /** The n-th time that a cell asks for its budget, from 1. */
    static String budget(int cell, int number) {
        return "cell/" + cell + "/budget/" + number;
    }

    /** The n-th time that a cell publishes something, from 1. */
    static String publication(int cell, int number) {
        return "cell/" + cell + "/publish/" + number;
    }

    /** What clocks said in a cell. */
    static String clocks(int cell, String said) {
        return "cell/" + cell + "/clocks/" + Payload.sha256(said);
    }

    /** A call: its prompt's hash, and how often the cell has asked that prompt, from 1. */
    static String callName(String promptSha256, int occurrence) {
        return promptSha256 + "/" + occurrence;
    }

    /** A sub-call of a cell. */
    static String subCall(int cell, String callName) {
        return "cell/" + cell + "/llm/" + callName;
    }

    /** A sub-call that was not made, because an equal one had a reply. */
    static String reused(int cell, String callName) {
        return "cell/" + cell + "/reused/" + callName;
    }

    /** The sub-call by which the reply to another, which did not fit its schema, is asked for again. */
    static String repair(int cell, String callName) {
        return "cell/" + cell + "/" + REPAIR + "/" + callName;
    }

    /** The beginning of a {@link #repair}. */
    static String repairStart(int cell, String callName) {
        return "cell/" + cell + "/repairing/" + callName;
    }

    /** Whether a recorded step is a {@link #repair}. */
    static boolean isRepair(Journal.Entry entry) {
        return parts(entry)[2].equals(REPAIR);
    }

    /** A batch of sub-calls: a hash of its prompts' hashes, and how often the cell has asked that batch, from 1. */
    static String batchName(String batchHash, int occurrence) {
        return batchHash + "/" + occurrence;
    }

    /** A hash of the prompts' hashes of a batch, in order. */
    static String batchHash(List<String> promptHashes) {
        return Payload.sha256(String.join("\n", promptHashes)).substring(0, 32);
    }

    /** The beginning of a batch of sub-calls. */
    static String batchStart(int cell, String batchName) {
        return "cell/" + cell + "/batch/" + batchName;
    }

    /** The refusals of a batch of sub-calls. */
    static String batchRefusals(int cell, String batchName) {
        return "cell/" + cell + "/refused/" + batchName;
    }

    /** What the prompts of a batch of sub-calls hold of the context. */
    static String located(int cell, String batchName) {
        return "cell/" + cell + "/located/" + batchName;
    }

    /** What a cell brought to light. */
    static String observed(int cell) {
        return "cell/" + cell + "/observed";
    }

    /** A child question of a cell; its name is that of a {@linkplain #callName call}. */
    static String child(int cell, String callName) {
        return "cell/" + cell + "/rlm/" + callName;
    }

    /** A call of a function by a cell; its name is that of a {@linkplain #callName call}. */
    static String functionCall(int cell, String callName) {
        return "cell/" + cell + "/function/" + callName;
    }

    /** The beginning of a child question with this key. */
    static String childStart(String child) {
        return child + "/start";
    }

    /** The sub-call, child question or call of a function of a recorded step. */
    static Call call(Journal.Entry entry) {
        String[] parts = parts(entry);
        return new Call(parts[3], Integer.parseInt(parts[4]));
    }

    /** The call with a {@link #callName}. */
    static Call call(String callName) {
        int slash = callName.indexOf('/');
        return new Call(callName.substring(0, slash), Integer.parseInt(callName.substring(slash + 1)));
    }

    /** Which of a cell's questions for its budget, or of its publications, a recorded step is. */
    static int numberInCell(Journal.Entry entry) {
        return Integer.parseInt(parts(entry)[3]);
    }

    private static String[] parts(Journal.Entry entry) {
        return Objects.requireNonNull(entry.ownKey(), "The entry is a step.").split("/");
    }
}
