import java.util.List;

/** What benchmarks tell of what they have measured. */
final class Figures {
    private Figures() {}

    static double median(List<Double> values) {
        return quantile(values, 0.5);
    }

    /** The value below which this share of all lies, from 0 to less than 1. */
    static double quantile(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) (sorted.size() * share));
    }
}
