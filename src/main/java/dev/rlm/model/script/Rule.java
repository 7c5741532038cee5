package dev.rlm.model.script;

import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One rule of a script: when it applies and what it answers. Immutable; built from one of the three factories and refined:
 * {@code Rule.reply("42").onTurn(2).matching("how (many|much)")}.
 *
 * <p>In texts and in the strings of tool arguments {@code ${0}}, {@code ${1}}, {@code ${name}} are the match and its
 * groups and {@code ${turn}} is the turn; any other {@code $} is literal, and <code>$${</code> gives <code>${</code>.
 *
 * @param turn the turn on which it applies (1 + the assistant messages so far), or null for any
 * @param match what must be found in the last message (the dot matches line ends), or null for anything
 * @param times how often it applies before later rules get their turn, or null for always
 * @param latency how long the answer takes, or begins to take where the request wants it in pieces
 * @param pieceLatency how long each further piece takes then
 * @param reaction the answer
 */
public record Rule(
        @Nullable Integer turn,
        @Nullable Pattern match,
        @Nullable Integer times,
        Duration latency,
        Duration pieceLatency,
        Reaction reaction) {

    public Rule {
        if (turn != null && turn < 1) {
            throw new IllegalArgumentException("Turns count from 1; a rule cannot apply on turn " + turn + ".");
        }
        if (times != null && times < 1) {
            throw new IllegalArgumentException("A rule must apply at least 1 time, not " + times + ".");
        }
        if (latency.isNegative() || pieceLatency.isNegative()) {
            throw new IllegalArgumentException("A latency must not be negative.");
        }
    }

    /** Answers with a text. */
    public static Rule reply(String text) {
        return new Rule(null, null, null, Duration.ZERO, Duration.ZERO, new Reaction.Reply(text));
    }

    /** Calls a tool. */
    public static Rule callTool(String name, String argumentsJson) {
        return new Rule(null, null, null, Duration.ZERO, Duration.ZERO, new Reaction.CallTool(name, argumentsJson, ""));
    }

    /** Fails with an HTTP status. */
    public static Rule fail(int status, String message) {
        return new Rule(null, null, null, Duration.ZERO, Duration.ZERO, new Reaction.Fail(status, null, message));
    }

    /** The same rule for one turn only. */
    public Rule onTurn(int number) {
        return new Rule(number, match, times, latency, pieceLatency, reaction);
    }

    /**
     * The same rule for last messages in which a regular expression is found.
     *
     * @throws IllegalArgumentException with a sentence if it is not a regular expression
     */
    public Rule matching(String regex) {
        try {
            return new Rule(turn, Pattern.compile(regex, Pattern.DOTALL), times, latency, pieceLatency, reaction);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "'" + regex + "' is not a regular expression: " + e.getDescription() + ".", e);
        }
    }

    /** The same rule for the first so many requests that it matches. */
    public Rule times(int number) {
        return new Rule(turn, match, number, latency, pieceLatency, reaction);
    }

    /** The same rule, answering after a while. */
    public Rule after(Duration delay) {
        return new Rule(turn, match, times, delay, pieceLatency, reaction);
    }

    /** The same rule, which takes so long for each piece after the first where the answer is wanted in pieces. */
    public Rule piecesEvery(Duration delay) {
        return new Rule(turn, match, times, latency, delay, reaction);
    }
}
