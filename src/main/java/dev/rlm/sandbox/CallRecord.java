package dev.rlm.sandbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one cell were answered, so that it can be run again without asking anybody. A reply is kept under its
 * prompt's hash and how often the prompt was asked before: calls from several threads find their own in any order.
 * Prompts are not kept, and replies are the same objects that the caller holds. Thread-safe.
 */
final class CallRecord {
    static final HostCalls.Outcome UNKNOWN = new HostCalls.Outcome.Failure(
            "This was not asked when the cell ran before, and nothing new is asked while it is run again.");

    private static final int MOST_REPLIES = 200_000;
    private static final int MOST_BUDGETS = 10_000;

    private final Map<Key, HostCalls.Outcome> replies = new ConcurrentHashMap<>();
    private final Map<Integer, String> budgets = new ConcurrentHashMap<>();
    private final AtomicLong characters = new AtomicLong();
    private volatile @Nullable String refusal;
    private volatile int levels;

    private record Key(long hash, long moreOfHash, int occurrence) {}

    private static final Key HISTORY =
            new Occurrences().number(List.of(PastCell.HISTORY)).getFirst();

    /** Replies that were recorded in an earlier process. */
    static CallRecord of(PastCell past) {
        CallRecord record = new CallRecord();
        record.refusal = past.refusal();
        record.levels = past.levels();
        past.replies().forEach((call, outcome) -> {
            ByteBuffer hash = ByteBuffer.wrap(HexFormat.of().parseHex(call.promptSha256()));
            record.note(new Key(hash.getLong(), hash.getLong(), call.occurrence()), outcome);
        });
        for (String json : past.budgets()) {
            record.budgets.put(record.budgets.size(), json);
            record.characters.addAndGet(json.length());
        }
        return record;
    }

    /** How many characters the replies have together. */
    long characters() {
        return characters.get();
    }

    /** These calls, with their replies recorded. */
    HostCalls recording(HostCalls live) {
        Occurrences occurrences = new Occurrences();
        AtomicInteger budgetsAsked = new AtomicInteger();
        levels = live.levels();
        return new HostCalls() {
            @Override
            public List<Outcome> query(List<String> prompts) throws InterruptedException {
                // Numbered before any is asked: afterwards the order would be that of the replies.
                List<Key> keys = occurrences.number(prompts);
                return noted(keys, live.query(prompts));
            }

            @Override
            public List<Outcome> query(Prompts prompts) throws InterruptedException {
                List<Key> keys = occurrences.number(prompts.identities());
                return noted(keys, live.query(prompts));
            }

            @Override
            public void observed(CellObservations observations) {
                live.observed(observations);
            }

            @Override
            public List<Outcome> ask(List<ChildQuestion> questions) throws InterruptedException {
                List<Key> keys = occurrences.number(identities(questions));
                return noted(keys, live.ask(questions));
            }

            @Override
            public Outcome publish(FinalValue value) throws InterruptedException {
                List<Key> keys = occurrences.number(List.of(PastCell.PUBLICATION));
                return noted(keys, List.of(live.publish(value))).getFirst();
            }

            @Override
            public Outcome call(FunctionCall call) throws InterruptedException {
                List<Key> keys = occurrences.number(List.of(call.identity()));
                return noted(keys, List.of(live.call(call))).getFirst();
            }

            @Override
            public Outcome history() {
                Outcome outcome = live.history();
                if (!replies.containsKey(HISTORY)) {
                    note(HISTORY, outcome);
                }
                return outcome;
            }

            private List<Outcome> noted(List<Key> keys, List<Outcome> outcomes) {
                if (outcomes.size() == keys.size()) {
                    for (int i = 0; i < keys.size() && replies.size() < MOST_REPLIES; i++) {
                        note(keys.get(i), outcomes.get(i));
                    }
                }
                return outcomes;
            }

            @Override
            public int levels() {
                return live.levels();
            }

            @Override
            public void clocksSaid(String said) {
                live.clocksSaid(said);
            }

            @Override
            public String budgetJson() {
                int asked = budgetsAsked.getAndIncrement();
                String json = live.budgetJson();
                if (asked < MOST_BUDGETS) {
                    characters.addAndGet(json.length());
                    budgets.put(asked, json);
                }
                return json;
            }
        };
    }

    /** The recorded replies, whoever asks; a call that is not recorded fails and is told to {@code onUnknown}. */
    HostCalls replaying(AtomicBoolean onUnknown) {
        Occurrences occurrences = new Occurrences();
        AtomicInteger budgetsAsked = new AtomicInteger();
        return new HostCalls() {
            @Override
            public List<Outcome> query(List<String> prompts) {
                List<Outcome> outcomes = new ArrayList<>(prompts.size());
                for (Key key : occurrences.number(prompts)) {
                    Outcome outcome = replies.get(key);
                    if (outcome == null && refusal == null) {
                        onUnknown.set(true);
                    }
                    outcomes.add(outcome == null ? unknown() : outcome);
                }
                return outcomes;
            }

            @Override
            public List<Outcome> query(Prompts prompts) {
                return query(prompts.identities());
            }

            @Override
            public List<Outcome> ask(List<ChildQuestion> questions) {
                return query(identities(questions));
            }

            @Override
            public Outcome publish(FinalValue value) {
                return query(List.of(PastCell.PUBLICATION)).getFirst();
            }

            @Override
            public Outcome call(FunctionCall call) {
                return query(List.of(call.identity())).getFirst();
            }

            @Override
            public Outcome history() {
                Outcome outcome = replies.get(HISTORY);
                onUnknown.compareAndSet(false, outcome == null);
                return outcome == null ? new Outcome.Reply("[]") : outcome;
            }

            @Override
            public int levels() {
                return levels;
            }

            @Override
            public String budgetJson() {
                int asked = budgetsAsked.getAndIncrement();
                String json = budgets.get(Math.min(asked, Math.max(0, budgets.size() - 1)));
                if (json == null) {
                    onUnknown.set(true);
                }
                return json == null ? "{}" : json;
            }
        };
    }

    private static List<String> identities(List<ChildQuestion> questions) {
        return questions.stream().map(ChildQuestion::identity).toList();
    }

    private HostCalls.Outcome unknown() {
        String reason = refusal;
        return reason == null ? UNKNOWN : new HostCalls.Outcome.Failure(reason);
    }

    private void note(Key key, HostCalls.Outcome outcome) {
        replies.put(key, outcome);
        characters.addAndGet(
                switch (outcome) {
                    case HostCalls.Outcome.Reply(String text) -> text.length();
                    case HostCalls.Outcome.Failure(String message) -> message.length();
                });
    }

    /** Numbers equal prompts in the order in which they are asked. */
    private static final class Occurrences {
        private final Map<Key, Integer> counts = new ConcurrentHashMap<>();

        List<Key> number(List<String> prompts) {
            return prompts.stream().map(this::number).toList();
        }

        private Key number(String prompt) {
            ByteBuffer hash = ByteBuffer.wrap(HexFormat.of().parseHex(sha256(prompt)));
            Key first = new Key(hash.getLong(), hash.getLong(), 0);
            int occurrence = counts.merge(first, 1, Integer::sum);
            return new Key(first.hash(), first.moreOfHash(), occurrence);
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256.", e);
        }
    }
}
