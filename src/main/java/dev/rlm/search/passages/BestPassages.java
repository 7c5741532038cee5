package dev.rlm.search.passages;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/** Collects the passages of a selection that fit a query best. For one search. */
final class BestPassages implements CollectorManager<BestPassages.Collector, List<BestPassages.Hit>> {
    private static final int BETWEEN_CHECKS = 1 << 12;

    private static final Comparator<Hit> BEST_FIRST =
            Comparator.comparingDouble(Hit::score).reversed().thenComparingInt(Hit::passage);

    private final PassageQuery query;
    private final Selection selection;
    private final int most;

    /** A passage and its score. */
    record Hit(int passage, float score) {}

    BestPassages(PassageQuery query, Selection selection, int most) {
        this.query = query;
        this.selection = selection;
        this.most = most;
    }

    @Override
    public Collector newCollector() {
        return new Collector();
    }

    @Override
    public List<Hit> reduce(Collection<Collector> collectors) {
        return collectors.stream()
                .flatMap(collector -> collector.best.stream())
                .sorted(BEST_FIRST)
                .limit(most)
                .toList();
    }

    /** Collects in one thread. */
    final class Collector extends SimpleCollector {
        private final PriorityQueue<Hit> best = new PriorityQueue<>(BEST_FIRST.reversed());
        private Scorable scorer = new NoScore();
        private int base;
        private int seen;

        @Override
        protected void doSetNextReader(LeafReaderContext segment) {
            base = segment.docBase;
        }

        @Override
        public void setScorer(Scorable next) {
            scorer = next;
        }

        @Override
        public ScoreMode scoreMode() {
            return ScoreMode.COMPLETE;
        }

        @Override
        public void collect(int document) throws IOException {
            seen++;
            if (seen % BETWEEN_CHECKS == 0 && Thread.interrupted()) {
                throw new InterruptedIOException();
            }
            Hit hit = new Hit(base + document, scorer.score());
            if (best.size() == most && BEST_FIRST.compare(hit, requireNonNull(best.peek())) > 0) {
                return;
            }
            if (selection.has(hit.passage(), query)) {
                best.add(hit);
                if (best.size() > most) {
                    best.poll();
                }
            }
        }
    }

    private static final class NoScore extends Scorable {
        @Override
        public float score() {
            throw new IllegalStateException("A passage was collected before there was a scorer.");
        }
    }
}
