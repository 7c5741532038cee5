package dev.rlm.journal;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;

/** Lets one thread at a time into the step with a key, so that no effect runs twice. Thread-safe. */
final class StepsUnderWay {

    private final ConcurrentMap<String, Turn> turns = new ConcurrentHashMap<>();

    /** A thread's turn at a step; it must end. */
    final class Turn {
        private final String key;
        private final CountDownLatch over = new CountDownLatch(1);

        private Turn(String key) {
            this.key = key;
        }

        void end() {
            turns.remove(key, this);
            over.countDown();
        }
    }

    /** Waits until no other thread is at the step with this key, and then keeps the others waiting. */
    Turn begin(String key) throws InterruptedException {
        Turn mine = new Turn(key);
        for (Turn other = turns.putIfAbsent(key, mine); other != null; other = turns.putIfAbsent(key, mine)) {
            other.over.await();
        }
        return mine;
    }
}
