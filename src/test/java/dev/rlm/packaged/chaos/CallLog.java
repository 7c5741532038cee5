package dev.rlm.packaged.chaos;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Every call that the models got, and everything that may have kept a reply from being recorded. It knows which calls may
 * have been made again: those that were not recorded when their caller was interrupted. Thread-safe.
 */
final class CallLog {

    /** A reply may be on its way to the journal of a busy machine for this long after it was sent. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(10);

    /** Journals tell microseconds. */
    private static final Duration GRAIN = Duration.ofNanos(1_000);

    private final Map<String, List<Call>> calls = new TreeMap<>();
    private final List<Interruption> interruptions = new ArrayList<>();
    private long inFlight;

    /** A call; when a reply to it was sent is null as long as none was. */
    static final class Call {
        private final String caller;
        private final Instant received = Instant.now();
        private Instant answered;
        private boolean underWay = true;

        private Call(String caller) {
            this.caller = caller;
        }
    }

    /**
     * Something that kept callers from recording replies.
     *
     * @param caller whom; null for everybody
     */
    private record Interruption(String caller, Instant from, Instant to) {
        boolean explainsLossOf(Call call) {
            return (caller == null || caller.equals(call.caller))
                    && !to.isBefore(call.received)
                    && !from.isAfter(call.answered.plus(ON_ITS_WAY));
        }
    }

    /** Notes that a call has come. */
    synchronized Call begin(String key, String caller) {
        Call call = new Call(caller);
        calls.computeIfAbsent(key, _ -> new ArrayList<>()).add(call);
        return call;
    }

    /** Notes that a reply to a call was sent, or is about to be. */
    synchronized void answered(Call call) {
        call.answered = Instant.now();
    }

    /** Notes that nothing more comes of a call. */
    synchronized void ended(Call call) {
        call.underWay = false;
    }

    /** How many calls of a caller, or of everybody if it is null, have not been answered yet. */
    synchronized long underWay(String caller) {
        return calls.values().stream()
                .flatMap(List::stream)
                .filter(call -> call.underWay && (caller == null || caller.equals(call.caller)))
                .count();
    }

    /**
     * Notes that a caller, or everybody if it is null, may have lost replies between two moments. What is under way is
     * counted when this is called.
     */
    synchronized void interrupted(String caller, Instant from, Instant to) {
        inFlight += underWay(caller);
        interruptions.add(new Interruption(caller, from, to));
    }

    /** How many calls were under way at interruptions. */
    synchronized long inFlight() {
        return inFlight;
    }

    /** How many calls were answered. */
    synchronized long answered() {
        return answeredCalls().values().stream().mapToLong(List::size).sum();
    }

    /** How many different ones of them there are. */
    synchronized long distinct() {
        return answeredCalls().size();
    }

    /**
     * What should not have happened: calls that were made although their reply was recorded, replies that nobody recorded
     * though nothing kept anybody from it, and records of calls that were never answered.
     *
     * @param recorded when each call was recorded, by the journals
     */
    synchronized List<String> problems(Map<String, Instant> recorded) {
        List<String> problems = new ArrayList<>();
        calls.forEach((key, made) -> {
            Instant record = recorded.get(key);
            for (Call call : made) {
                if (record != null && call.received.isAfter(record.plus(GRAIN))) {
                    problems.add(key + ": " + call.caller + " made it at " + call.received + ", recorded at " + record);
                }
            }
        });
        answeredCalls().forEach((key, made) -> {
            List<Call> lost = recorded.containsKey(key) ? made.subList(0, made.size() - 1) : made;
            for (Call call : lost) {
                if (interruptions.stream().noneMatch(each -> each.explainsLossOf(call))) {
                    problems.add(key + ": answered to " + call.caller + " at " + call.answered + ", "
                            + "lost for no reason; recorded at " + recorded.get(key));
                }
            }
        });
        recorded.keySet().stream()
                .filter(key -> !answeredCalls().containsKey(key))
                .forEach(key -> problems.add(key + ": recorded, but never answered"));
        return problems;
    }

    private Map<String, List<Call>> answeredCalls() {
        Map<String, List<Call>> answered = new HashMap<>();
        calls.forEach((key, made) -> {
            List<Call> replies =
                    made.stream().filter(call -> call.answered != null).toList();
            if (!replies.isEmpty()) {
                answered.put(key, replies);
            }
        });
        return answered;
    }
}
