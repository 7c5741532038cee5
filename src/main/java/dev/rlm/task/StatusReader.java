package dev.rlm.task;

import dev.rlm.budget.Spending;
import dev.rlm.engine.Role;
import dev.rlm.engine.Routing;
import dev.rlm.engine.RunHistory;
import dev.rlm.engine.Writing;
import dev.rlm.journal.Journal.Entry;
import dev.rlm.journal.TaskEvent;
import dev.rlm.journal.TaskEvent.BudgetShown;
import dev.rlm.journal.TaskEvent.CancelRequested;
import dev.rlm.journal.TaskEvent.CellEnded;
import dev.rlm.journal.TaskEvent.CellObserved;
import dev.rlm.journal.TaskEvent.CellStarted;
import dev.rlm.journal.TaskEvent.ChildEnded;
import dev.rlm.journal.TaskEvent.ChildStarted;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.ClocksSaid;
import dev.rlm.journal.TaskEvent.Compacted;
import dev.rlm.journal.TaskEvent.DirectReplied;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import dev.rlm.journal.TaskEvent.Finished;
import dev.rlm.journal.TaskEvent.FunctionCalled;
import dev.rlm.journal.TaskEvent.FunctionsOffered;
import dev.rlm.journal.TaskEvent.LastReplied;
import dev.rlm.journal.TaskEvent.ModelCall;
import dev.rlm.journal.TaskEvent.PromptsLocated;
import dev.rlm.journal.TaskEvent.Published;
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
import dev.rlm.task.TaskStatus.Publication;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads how a task stands from its journal, entry by entry. Not thread-safe. */
final class StatusReader {

    private final String id;
    private long version;
    private TaskState state = TaskState.QUEUED;
    private String phase = "queued";
    private @Nullable Submitted request;
    private @Nullable Instant submitted;
    private @Nullable Instant started;
    private @Nullable Instant ended;
    private @Nullable Instant updated;
    private @Nullable Routed route;
    private int turn;
    private int cell;
    private int subCallsWaiting;
    private int subCallsFailed;
    private int children;
    private final FunctionCounts functions = new FunctionCounts();
    private Spending spending = Spending.NONE;
    private @Nullable BigDecimal saved = BigDecimal.ZERO;
    private @Nullable String lastOutput;
    private @Nullable Publication published;
    private @Nullable Finished result;
    private @Nullable EvidenceGathered evidence;
    private final List<ClaimChecked> claims = new ArrayList<>();

    StatusReader(String id) {
        this.id = id;
    }

    /** The number of the last entry that was read. */
    long version() {
        return version;
    }

    /** Whether the end of the task was read. */
    boolean hasEnded() {
        return ended != null;
    }

    void read(List<Entry> entries) {
        for (Entry entry : entries) {
            version = entry.number();
            updated = entry.time();
            if (entry.event() instanceof ModelCall call && call.cost() != null) {
                BigDecimal more = call.cost().savedUsd();
                saved = saved == null || more == null ? null : saved.add(more);
            }
            if (entry.child() == null) {
                read(entry.event(), entry.time());
            } else {
                // Of a child only what it spends and calls is told.
                spending = RunHistory.withCallOfChild(spending, entry.event());
            }
            if (entry.event() instanceof FunctionCalled called) {
                functions.add(called);
            }
        }
    }

    TaskStatus status() {
        return status(null);
    }

    /** How the task stands, with what its root model is writing just now, which no journal tells. */
    TaskStatus status(@Nullable Writing writing) {
        if (request == null || submitted == null || updated == null) {
            throw new IllegalStateException("The journal of task " + id + " does not start with its submission.");
        }
        return new TaskStatus(
                id,
                version,
                state,
                phase,
                request,
                submitted,
                started,
                ended,
                updated,
                route,
                turn,
                cell,
                subCallsWaiting,
                subCallsFailed,
                functions.counts(),
                spending,
                saved,
                lastOutput,
                published,
                state.ended() ? null : writing,
                result,
                evidence,
                claims);
    }

    private void read(TaskEvent event, Instant time) {
        switch (event) {
            case Submitted it -> {
                request = it;
                submitted = time;
            }
            case Started _ -> {
                started = time;
                state = TaskState.RUNNING;
                phase = "preparing the sandbox";
            }
            case Resumed _ -> phase = "preparing the sandbox again";
            case BudgetShown _,
                    ClocksSaid _,
                    PromptsLocated _,
                    CellObserved _,
                    FunctionCalled _,
                    FunctionsOffered _ -> {}
            case Routed it -> {
                route = it;
                phase = it.route().equals(Routing.Choice.DIRECT.label()) ? "asking the root model" : phase;
            }
            case DirectReplied it -> {
                spending = spending.withTurn(Role.charge(it.cost()));
                phase = "reading the root model's reply";
            }
            case EvidenceGathered it -> {
                evidence = it;
                phase = "checking what the answer rests on";
            }
            case ClaimChecked it -> {
                spending = spending.withSubCall(Role.charge(it.cost()));
                claims.add(it);
            }
            case TurnStarted it -> {
                turn = it.turn();
                phase = "asking the root model";
            }
            case RootReplied it -> {
                spending = spending.withTurn(Role.charge(it.cost()));
                phase = "reading the root model's reply";
            }
            case CellStarted it -> {
                cell = it.cell();
                phase = "running code";
            }
            case SubCallsStarted it -> {
                subCallsWaiting += it.prompts();
                phase = "waiting for sub-calls";
            }
            case SubCallsRefused it -> {
                subCallsFailed += it.prompts();
                waitForFewer(it.cell(), it.prompts());
            }
            case SubCallEnded it -> readSubCall(it);
            case SubCallReused it -> waitForFewer(it.cell(), 1);
            case ChildStarted _ -> {
                children++;
                phase = "waiting for children";
            }
            case ChildEnded it -> {
                subCallsFailed += it.text() == null ? 1 : 0;
                children = Math.max(0, children - 1);
                phase = children == 0 ? "running code" : phase;
            }
            case Compacted it -> spending = spending.withCallBeside(Role.charge(it.cost()));
            case LastReplied it -> {
                spending = spending.withCallBeside(Role.charge(it.cost()));
                phase = "reading the value that the root model chose";
            }
            case Published it -> {
                Value value = it.value();
                published = value == null ? published : new Publication(time, it.cell(), value);
            }
            case CellEnded it -> {
                children = 0;
                lastOutput = tail(it.output());
                subCallsWaiting = 0;
                phase = "code has run";
            }
            case CancelRequested _ -> phase = "being cancelled";
            case Finished it -> {
                result = it;
                ended = time;
                state = TaskState.ofLabel(it.status());
                phase = "ended";
                subCallsWaiting = 0;
            }
        }
    }

    private void readSubCall(SubCallEnded it) {
        spending = spending.withSubCall(Role.charge(it.cost()));
        if (it.failure() != null) {
            subCallsFailed++;
        }
        waitForFewer(it.cell(), 1);
    }

    /** Outcomes may come after their cell has ended, when they were given up already. */
    private void waitForFewer(int ofCell, int outcomes) {
        if (ofCell == cell && subCallsWaiting > 0) {
            subCallsWaiting = Math.max(0, subCallsWaiting - outcomes);
            phase = subCallsWaiting == 0 ? "running code" : phase;
        }
    }

    private static String tail(String output) {
        return output.substring(Math.max(0, output.length() - TaskStatus.LAST_OUTPUT));
    }
}
