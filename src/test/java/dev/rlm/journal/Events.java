package dev.rlm.journal;

import dev.rlm.journal.TaskEvent.BudgetShown;
import dev.rlm.journal.TaskEvent.CallCost;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.CellTraces;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.journal.TaskEvent.CodeCall;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.Function;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.FunctionsOffered;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.journal.TaskEvent.LocatedPrompt;
import dev.rlm.journal.TaskEvent.Options;
import dev.rlm.journal.TaskEvent.Part;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.journal.TaskEvent.Published;
import dev.rlm.journal.TaskEvent.Refusal;
import dev.rlm.journal.TaskEvent.Resumed;
import dev.rlm.journal.TaskEvent.RootReplied;
import dev.rlm.journal.TaskEvent.Routed;
import dev.rlm.journal.TaskEvent.Started;
import dev.rlm.journal.TaskEvent.SubCallEnded;
import dev.rlm.journal.TaskEvent.SubCallReused;
import dev.rlm.journal.TaskEvent.SubCallsRefused;
import dev.rlm.journal.TaskEvent.SubCallsStarted;
import dev.rlm.journal.TaskEvent.Submitted;
import dev.rlm.journal.TaskEvent.TurnStarted;
import dev.rlm.journal.TaskEvent.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Events to be recorded. */
public final class Events {

    public static final Submitted SUBMITTED = new Submitted(
            "How many?",
            List.of("ctx_a", "ctx_b"),
            "test:root",
            "test:sub",
            30,
            50,
            new BigDecimal("0.50"),
            Duration.ofMinutes(30),
            new Options(
                    "normal",
                    16,
                    1,
                    1_000_000L,
                    50_000L,
                    7L,
                    20_000,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(30),
                    Duration.ofMillis(600_500),
                    true,
                    "rlm",
                    0,
                    false),
            null,
            List.of(),
            false);

    static final CallCost COST =
            new CallCost("test:sub", 10, 2, 1, new BigDecimal("0.000120"), Duration.ofMillis(1500), null);
    static final CallCost FREE = new CallCost("test:sub", 10, 2, 0, null, Duration.ZERO, null);

    private static final CellTraces TRACES =
            new CellTraces("00ff", "ended|1,2;;3;;", List.of("a", "b"), List.of("c"), List.of(1, 2), null);

    /** What the first version recorded: at least one event of each type, with and without what may be missing. */
    static final List<TaskEvent> OF_VERSION_1 = List.of(
            SUBMITTED,
            new Submitted(
                    "Why?",
                    List.of(),
                    "test:root",
                    "test:sub",
                    1,
                    0,
                    null,
                    Duration.ofNanos(1),
                    new Options(
                            "low",
                            1,
                            0,
                            null,
                            null,
                            null,
                            1_000,
                            Duration.ZERO,
                            Duration.ofSeconds(1, 5),
                            Duration.ofDays(400),
                            false,
                            "rlm",
                            0,
                            false),
                    null,
                    List.of(),
                    false),
            new Started(Instant.parse("2026-01-01T00:00:00.123456Z"), Long.MIN_VALUE),
            new Resumed("replica-2"),
            new TurnStarted(3, "Turn 3 of 30"),
            new RootReplied(
                    3, "Hm.\n\u0000\ud800", List.of(new CodeCall("c1", "python", "{\"code\": \"1\"}")), true, COST),
            new CellStarted(3, 7, "print('ä€𝄞')"),
            new CellEnded(3, 7, "ERROR", "Traceback", 9, "E: x", null, Duration.ofMillis(3), TRACES),
            new CellEnded(
                    3,
                    8,
                    "OK",
                    "",
                    0,
                    null,
                    new Value("x", "\"x\""),
                    Duration.ZERO,
                    new CellTraces("", "", List.of(), List.of(), List.of(), "The limit is reached.")),
            new BudgetShown(7, "{\"turns_left\":1}"),
            new ClocksSaid(7, "0:1753,3;;;;"),
            new SubCallsStarted(7, 3, null),
            new SubCallsRefused(7, 2, List.of(new Refusal("No money.", List.of("aa/1", "bb/2")))),
            new SubCallEnded(7, "Read", 4, "ab".repeat(32), "It says no.", null, COST),
            new SubCallEnded(7, "Read", 5_000, "cd".repeat(32), null, "Too late.", null),
            new CancelRequested(),
            new Finished("answered", "7", "7", "Handed over by the code in the REPL.", null),
            new Finished("failed", null, null, null, "The sandbox failed."));

    private static final Citation CITATION = new Citation("b.txt", 3, 4, "two\nlines", true);

    private static final Submitted TYPED = new Submitted(
            SUBMITTED.question(),
            SUBMITTED.contextIds(),
            SUBMITTED.rootModel(),
            SUBMITTED.subModel(),
            SUBMITTED.turns(),
            SUBMITTED.subCalls(),
            SUBMITTED.usd(),
            SUBMITTED.timeLimit(),
            SUBMITTED.options(),
            "{\"type\":\"integer\"}",
            List.of(),
            false);

    /** What the second version recorded. */
    static final List<TaskEvent> OF_VERSION_2 = Stream.concat(
                    OF_VERSION_1.stream(),
                    Stream.of(
                            TYPED,
                            new ChildStarted(7, "Which?", 5_000, 2, null),
                            new ChildEnded(7, "answered", "7", "7", null),
                            new ChildEnded(7, "failed", null, null, "The limit is reached.")))
            .toList();

    private static final Submitted ROUTED = new Submitted(
            "What?",
            List.of("ctx_a"),
            "test:root",
            "test:sub",
            30,
            50,
            null,
            Duration.ofMinutes(30),
            new Options(
                    "normal",
                    16,
                    0,
                    null,
                    null,
                    null,
                    20_000,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(10),
                    true,
                    "auto",
                    16_000,
                    false),
            null,
            List.of(),
            false);

    /** What the third version recorded. */
    static final List<TaskEvent> OF_VERSION_3 = Stream.concat(
                    OF_VERSION_2.stream(),
                    Stream.of(
                            ROUTED,
                            new Routed("direct", 0, "It is small.", new BigDecimal("0.002")),
                            new Routed("rlm", 2, "It is large.", null),
                            new DirectReplied("7", false, COST),
                            new Published(7, new Value("x", "\"x\""), null),
                            new Published(7, null, "It does not fit."),
                            new Compacted(5, 3, 0, "Seven so far.", "- n: int = 7", COST),
                            new Compacted(6, 1, 400, "Eight.", "(none)", null),
                            new LastReplied("VARIABLE: n", COST),
                            new PromptsLocated(
                                    7,
                                    List.of(
                                            new LocatedPrompt("aa/1", List.of(new Part(0, 5, 2, 9)), true),
                                            new LocatedPrompt("bb/2", List.of(), false))),
                            new CellObserved(
                                    7,
                                    List.of(new Part(1, 0, 1, 3)),
                                    List.of(new Part(0, 0, 2, 10)),
                                    List.of(CITATION)),
                            new EvidenceGathered(
                                    new Coverage(
                                            100,
                                            50,
                                            3,
                                            20,
                                            60,
                                            2,
                                            1,
                                            4,
                                            "There may be more.",
                                            List.of(new DocumentCoverage("b.txt", 40, 1, 2, 3, 4))),
                                    List.of(CITATION),
                                    3),
                            new EvidenceGathered(new Coverage(0, 0, 0, 0, 0, 0, 0, 0, null, List.of()), List.of(), 0),
                            new SubCallsStarted(7, 3, "{\"type\":\"integer\"}"),
                            new SubCallEnded(7, "Read", 4, "ab".repeat(32), "Seven.", "No JSON.", COST),
                            new SubCallReused(7, "Read", 4, "ab".repeat(32), "It says no."),
                            new ChildStarted(7, "Which?", 5_000, 2, "{\"type\":\"integer\"}")))
            .toList();

    private static final Submitted FOLLOWING = new Submitted(
            "And then?",
            List.of("ctx_a"),
            "test:root",
            "test:sub",
            30,
            50,
            null,
            Duration.ofMinutes(30),
            new Options(
                    "normal",
                    16,
                    0,
                    null,
                    null,
                    null,
                    20_000,
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(30),
                    Duration.ofMinutes(10),
                    true,
                    "auto",
                    16_000,
                    true),
            null,
            List.of("task_a", "task_b"),
            true);

    private static final CallCost SAVING = new CallCost(
            "test:sub", 10, 2, 1, new BigDecimal("0.000120"), Duration.ofMillis(1500), new BigDecimal("-0.00002"));

    /** At least one event of each type, with and without what may be missing. */
    static final List<TaskEvent> ALL = Stream.concat(
                    OF_VERSION_3.stream(),
                    Stream.of(
                            FOLLOWING,
                            new DirectReplied("7", true, SAVING),
                            new SubCallEnded(7, "Look", 4, "ab".repeat(32), "A cat.", null, SAVING, List.of(2, 0)),
                            new ClaimChecked(CITATION, "Two lines.", "supported", "They are two.", SAVING),
                            new ClaimChecked(CITATION, "Two lines.", "unchecked", "The limit is reached.", null),
                            new FunctionsOffered(
                                    List.of(new Function("bank_balance", "Tells a balance.", "{\"type\":\"object\"}")),
                                    List.of("The server bank has no tool named pay."),
                                    100),
                            new FunctionsOffered(List.of(), List.of(), 1),
                            new FunctionCalled(
                                    7, "bank_balance", "{\"account\":1}", "{\"eur\":7}", null, Duration.ofMillis(20)),
                            new FunctionCalled(7, "bank_balance", "{}", null, "No account.", Duration.ZERO)))
            .toList();

    private Events() {}
}
