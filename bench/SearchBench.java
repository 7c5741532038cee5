import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import dev.rlm.search.passages.Found;
import dev.rlm.search.passages.PassageIndex;
import dev.rlm.search.passages.PassageIndexing;
import dev.rlm.search.passages.Range;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long indexing 100 MB for `search` takes and how much heap, and how long queries take, beside `grep` for the same words, in
 * the heap and with the collector of a sandbox worker. Each text has a JVM of its own, so that indexing it is cold.
 */
final class SearchBench {
    private static final int CHARACTERS = 100_000_000;
    private static final int ROUNDS = 20;
    private static final int GREP_ROUNDS = 3;
    private static final Runtime RUNTIME = Runtime.getRuntime();

    /** What is indexed, and what is asked of it: rare words, and words that are everywhere. */
    private enum Corpus {
        PROSE("prose, 60,000 words", List.of("kestrel harbour treaty", "wordr words wordt")),
        LOG("log, 1.2 million lines", List.of("ERR-1042 timeout", "request worker INFO")),
        CODE("code, camelCase and snake_case", List.of("getKestrelHarbour", "return value index")),
        DOCUMENTS("prose in 10,000 documents", List.of("kestrel harbour treaty", "wordr words wordt")),
        CHINESE("Chinese", List.of("港口条约", "错误超时")),
        NOISE("random words", List.of("kestrel harbour treaty"));

        final String about;
        final List<String> queries;

        Corpus(String about, List<String> queries) {
            this.about = about;
            this.queries = queries;
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("--corpus")) {
            measure(Corpus.valueOf(arguments[1]));
            return;
        }
        System.out.printf("search: %,d characters, -XX:+UseSerialGC -Xmx1g, Java %s%n", CHARACTERS, Runtime.version());
        for (Corpus corpus : Corpus.values()) {
            if (arguments.length == 0 || corpus.name().toLowerCase(java.util.Locale.ROOT).contains(arguments[0])) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC", "-Xmx1g", "-Xmn448m", "-Dstdout.encoding=UTF-8", "-cp",
                                System.getProperty("java.class.path"), "SearchBench", "--corpus", corpus.name())
                        .inheritIO()
                        .start();
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("The text " + corpus + " failed.");
                }
            }
        }
    }

    private static void measure(Corpus corpus) throws Exception {
        String text = text(corpus);
        int documents = corpus == Corpus.DOCUMENTS ? 10_000 : 1;
        int size = text.length() / documents;
        long before = used();
        long start = System.nanoTime();
        PassageIndex index;
        try (PassageIndexing indexing = new PassageIndexing(documents > 1, RUNTIME.maxMemory() - before)) {
            for (int i = 0; i < documents; i++) {
                indexing.document("archive/part" + i + ".txt");
                indexing.add(text, i * size, (i + 1) * size);
            }
            index = indexing.finish();
        } catch (PassageIndexing.TooLargeException _) {
            System.out.printf("search: %s: given up after %.1f s, for it would take more than the %d MiB that are free%n",
                    corpus.about, seconds(start), (RUNTIME.maxMemory() - before) >> 20);
            return;
        }
        double built = seconds(start);
        long after = used();
        System.out.printf("search: %s: indexed in %.1f s, %.1f million characters a second; %,d passages; %d MiB of heap after a"
                        + " collection (%d told), %.2f bytes a character%n",
                corpus.about, built, text.length() / built / 1e6, index.passages(), (after - before) >> 20,
                index.bytes() >> 20, (double) (after - before) / text.length());
        List<Range> all = IntStream.range(0, documents).mapToObj(index::whole).toList();
        for (String query : corpus.queries) {
            query(index, all, text, query);
        }
    }

    private static void query(PassageIndex index, List<Range> all, String text, String query) throws Exception {
        List<Double> times = new ArrayList<>();
        Found found = null;
        for (int round = 0; round <= ROUNDS; round++) {
            long start = System.nanoTime();
            found = index.find(query, 10, all, (_, _, _) -> "");
            times.add(1e3 * seconds(start));
        }
        double first = times.removeFirst();
        String words = Pattern.compile("\\s+").splitAsStream(query).collect(Collectors.joining("|"));
        List<Double> greps = new ArrayList<>();
        int matches = 0;
        for (int round = 0; round < GREP_ROUNDS; round++) {
            long start = System.nanoTime();
            matches = RegexSearch.compile(words, true).find(text, new Options(100_000, 0, 500)).matches().size();
            greps.add(1e3 * seconds(start));
        }
        System.out.printf("search:   '%s': %d passages, first %.1f ms, median %.2f ms; grep of all words %.0f ms for %,d%s matches:"
                        + " ratio %.0f%n", query, found.passages().size(), first, Figures.median(times), Figures.median(greps),
                matches, matches == 100_000 ? " (its limit of)" : "", Figures.median(greps) / Figures.median(times));
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return RUNTIME.totalMemory() - RUNTIME.freeMemory();
    }

    private static String text(Corpus corpus) {
        Random random = new Random(11);
        String[] words = IntStream.range(0, 60_000).mapToObj(i -> "word" + letters(i)).toArray(String[]::new);
        StringBuilder text = new StringBuilder(CHARACTERS + 1_000);
        for (int line = 0; text.length() < CHARACTERS; line++) {
            switch (corpus) {
                case PROSE, DOCUMENTS -> prose(text, random, words, line);
                case LOG -> text.append("2026-03-%02dT%02d:%02d:%02d.%03dZ %s request=%08x worker-%d took the request from the queue in %d ms%s%n"
                        .formatted(line % 28 + 1, line % 24, line % 60, line % 59, random.nextInt(1_000),
                                line % 50 == 0 ? "ERROR" : "INFO", random.nextInt(), line % 64, random.nextInt(5_000),
                                line % 9_999 == 0 ? " ERR-1042 timeout" : ""));
                case CODE -> {
                    String name = words[zipf(random, 60_000)];
                    text.append("    public int get").append(Character.toUpperCase(name.charAt(0))).append(name.substring(1))
                            .append(line % 100_000 == 0 ? "KestrelHarbour" : "Value").append("(int index) {\n        return this.")
                            .append(name).append('_').append(words[zipf(random, 60_000)]).append("[index + ")
                            .append(random.nextInt(100)).append("];\n    }\n\n");
                }
                case CHINESE -> {
                    for (int i = 0; i < 40; i++) {
                        text.append((char) (0x4E00 + zipf(random, 6_000)));
                    }
                    text.append(line % 50_000 == 0 ? "港口条约" : line % 100 == 0 ? "错误超时" : "").append("。\n");
                }
                case NOISE -> text.append(Long.toString(random.nextLong() >>> 1, 36)).append(line % 10 == 9 ? '\n' : ' ');
            }
        }
        return text.substring(0, CHARACTERS);
    }

    private static void prose(StringBuilder text, Random random, String[] words, int line) {
        for (int i = 0; i < 12; i++) {
            text.append(words[zipf(random, words.length)]).append(' ');
        }
        if (line % 100_000 == 0) {
            text.append("the kestrel over the harbour, the treaty ");
        }
        text.append(random.nextInt(200)).append(line % 8 == 7 ? ".\n\n" : ".\n");
    }

    /** Few are frequent and many are rare, as words are. */
    private static int zipf(Random random, int count) {
        return (int) Math.pow(count, random.nextDouble()) - 1;
    }

    private static String letters(int number) {
        return Integer.toString(number, 26).chars()
                .mapToObj(c -> String.valueOf((char) (c <= '9' ? 'q' + c - '0' : c)))
                .collect(Collectors.joining());
    }
}
