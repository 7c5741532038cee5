import com.google.re2j.Matcher;
import dev.rlm.search.Matches;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How fast `grep` searches 100 MB, in the heap and with the collector of a sandbox worker. Each case has a JVM of its
 * own, so that its first call is cold; its baselines come last and in the same JVM.
 */
final class GrepBench {
    private static final int MEGABYTES = 100;
    private static final int ROUNDS = 5;
    private static final int DEFAULT_MATCHES = 100_000;

    /** What is searched: a text of such lines, whole or in so many documents. */
    private enum Corpus {
        ASCII, ONE_LINE, DOCUMENTS, ACCENTS, CHINESE, EMOJI;

        String message(Random random) {
            return switch (this) {
                case ASCII, ONE_LINE, DOCUMENTS -> "took the request from the queue and passed it on to worker ";
                case ACCENTS -> "hat die Anfrage für Bücher übernommen, Größe geprüft und weitergereicht an ";
                case CHINESE -> "从队列中取出请求并将其转交给工作进程，" + (char) (0x4E00 + random.nextInt(5_000)) + " ";
                case EMOJI -> "took 📦 from 🧵 and passed it on 🚀 to "
                        + Character.toString(0x1F600 + random.nextInt(64)) + " ";
            };
        }
    }

    private record Case(String name, String pattern, boolean ignoreCase, Corpus corpus, int matches, String gnu) {
        Case(String name, String pattern, Corpus corpus) {
            this(name, pattern, false, corpus, DEFAULT_MATCHES, pattern);
        }
    }

    private static final List<Case> CASES = List.of(
            new Case("literal, few hits", "quarantined", Corpus.ASCII),
            new Case("literal, no hit", "Segmentation fault", Corpus.ASCII),
            new Case("literal of common letters, no hit", "there are not", Corpus.ASCII),
            new Case("literal, ignoring case", "failed login", true, Corpus.ASCII, DEFAULT_MATCHES, "(?i)failed login"),
            new Case("(?i) literal", "(?i)failed login", Corpus.ASCII),
            new Case("alternatives", "error|warn|fatal", Corpus.ASCII),
            new Case("alternatives, no hit", "panic|segfault|deadlock|oom-killer", Corpus.ASCII),
            new Case("literal, gap, literal", "ERROR.*timeout", Corpus.ASCII),
            new Case("date", "\\b\\d{4}-\\d{2}-\\d{2}\\b", Corpus.ASCII),
            new Case("address", "user\\d+@example\\.org", Corpus.ASCII),
            new Case("start of line", "^ERROR", Corpus.ASCII),
            new Case("capitals and digits", "[A-Z]{3,}\\d+", Corpus.ASCII),
            new Case("words around a space", "\\w+\\s+refused", Corpus.ASCII),
            new Case("many hits", "INFO", false, Corpus.ASCII, 1_000_000, "INFO"),
            new Case("many hits of a pattern", "req=\\d+", false, Corpus.ASCII, 1_000_000, "req=\\d+"),
            new Case("one giant line, pattern", "ERROR.{1,60}timeout", Corpus.ONE_LINE),
            new Case("one giant line, literal", "quarantined", Corpus.ONE_LINE),
            new Case("1,000 documents, literal", "quarantined", Corpus.DOCUMENTS),
            new Case("1,000 documents, pattern", "ERROR.*timeout", Corpus.DOCUMENTS),
            new Case("1,000 documents, alternatives", "panic|segfault|deadlock", Corpus.DOCUMENTS),
            new Case("accents, literal", "Größenänderung", Corpus.ACCENTS),
            new Case("accents, ignoring case", "größenänderung", true, Corpus.ACCENTS, DEFAULT_MATCHES, "(?i)größenänderung"),
            new Case("Chinese, literal", "失败了", Corpus.CHINESE),
            new Case("Chinese, pattern", "错误.*超时|\\d{4}-\\d{2}-\\d{2}", Corpus.CHINESE),
            new Case("emoji, literal", "🔥", Corpus.EMOJI),
            new Case("emoji, pattern", "[🔥💥] *ERROR\\d+", Corpus.EMOJI));

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("--case")) {
            measure(CASES.get(Integer.parseInt(arguments[1])));
            return;
        }
        System.out.printf("grep: %d MB of UTF-8 as a Java string, -XX:+UseSerialGC -Xmx1g, Java %s; MB/s%n", MEGABYTES,
                Runtime.version());
        System.out.printf("grep: %-38s %-34s %7s %7s %9s %7s %7s %7s %9s%n", "case", "pattern", "cold", "warm", "indexOf",
                "RE2/J", "GNU", "x RE2/J", "matches");
        for (int i = 0; i < CASES.size(); i++) {
            if (arguments.length == 0 || CASES.get(i).name().contains(arguments[0])) {
                Process process = new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC", "-Xmx1g", "-Dstdout.encoding=UTF-8", "-cp",
                                System.getProperty("java.class.path"), "GrepBench", "--case", String.valueOf(i))
                        .inheritIO()
                        .start();
                if (process.waitFor() != 0) {
                    throw new IllegalStateException("The case " + CASES.get(i).name() + " failed.");
                }
            }
        }
    }

    private static void measure(Case what) throws Exception {
        String text = text(what.corpus());
        int[] ends = ends(text, what.corpus() == Corpus.DOCUMENTS ? 1_000 : 1);
        List<Double> rounds = new ArrayList<>();
        int found = 0;
        int searched = text.length();
        for (int round = 0; round <= ROUNDS; round++) {
            long start = System.nanoTime();
            RegexSearch search = RegexSearch.compile(what.pattern(), what.ignoreCase());
            int left = what.matches();
            found = 0;
            searched = text.length();
            int from = 0;
            for (int end : ends) {
                Matches matches = search.find(text, from, end, new Options(left, 0, 500));
                found += matches.matches().size();
                left -= matches.matches().size();
                if (matches.truncated()) {
                    searched = (int) matches.matches().getLast().end();
                    break;
                }
                from = end;
            }
            rounds.add((System.nanoTime() - start) / 1e9);
        }
        double bytes = (double) MEGABYTES * 1_000_000 * searched / text.length();
        double cold = bytes / rounds.removeFirst() / 1e6;
        double warm = bytes / Figures.median(rounds) / 1e6;
        double plain = bytes / re2j(what, text, searched) / 1e6;
        double indexOf = bytes / indexOf(what.pattern(), text, searched) / 1e6;
        double gnu = (double) MEGABYTES / gnuGrep(what.gnu(), text);
        System.out.printf("grep: %-38s %-34s %7.0f %7.0f %9s %7.0f %7s %7.1f %9d%n", what.name(), what.pattern(), cold, warm,
                what.pattern().matches("[^\\\\.\\[(|*+?^]+") && !what.ignoreCase() ? "%.0f".formatted(indexOf) : "-",
                plain, Double.isNaN(gnu) ? "-" : "%.0f".formatted(gnu), warm / plain, found);
    }

    private static double indexOf(String literal, String text, int to) {
        List<Double> seconds = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            int from = 0;
            while (from >= 0 && from < to) {
                from = text.indexOf(literal, from) + 1;
                if (from == 0) {
                    break;
                }
            }
            seconds.add((System.nanoTime() - start) / 1e9);
        }
        return Figures.median(seconds);
    }

    /** The loop over RE2/J's own finds, on the bare string, warmed up once. */
    private static double re2j(Case what, String text, int to) {
        double seconds = 0;
        for (int round = 0; round < 2; round++) {
            long start = System.nanoTime();
            int flags = com.google.re2j.Pattern.MULTILINE
                    | (what.ignoreCase() ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0);
            Matcher matcher = com.google.re2j.Pattern.compile(what.pattern(), flags).matcher(text);
            while (matcher.find() && matcher.end() < to) {
                continue;
            }
            seconds = (System.nanoTime() - start) / 1e9;
        }
        return seconds;
    }

    /** The time of GNU grep -c over the text in a file that the system has in memory; NaN where there is none. */
    private static double gnuGrep(String pattern, String text) throws IOException, InterruptedException {
        Path file = Files.createTempFile("rlm-bench", ".txt");
        try {
            try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                writer.write(text);
            }
            List<Double> seconds = new ArrayList<>();
            boolean ignoreCase = pattern.startsWith("(?i)");
            String translated = pattern.replace("(?i)", "").replace("\\d", "[0-9]");
            List<String> command = new ArrayList<>(List.of("grep", "-c", "-E"));
            if (ignoreCase) {
                command.add("-i");
            }
            command.addAll(List.of("-e", translated, file.toString()));
            for (int round = 0; round < 3; round++) {
                long start = System.nanoTime();
                // Not to /dev/null, for there grep stops at the first match.
                ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
                builder.environment().put("LC_ALL", "C.UTF-8");
                Process process = builder.start();
                process.getInputStream().readAllBytes();
                if (process.waitFor() > 1) {
                    return Double.NaN;
                }
                seconds.add((System.nanoTime() - start) / 1e9);
            }
            return Figures.median(seconds);
        } catch (IOException e) {
            return Double.NaN;
        } finally {
            Files.delete(file);
        }
    }

    private static int[] ends(String text, int documents) {
        int[] ends = new int[documents];
        for (int i = 1; i < documents; i++) {
            ends[i - 1] = text.indexOf('\n', (int) ((long) text.length() * i / documents)) + 1;
        }
        ends[documents - 1] = text.length();
        return ends;
    }

    /** Log lines: one in ten a warning, one in a hundred an error, one in fifty with a date, rarer things rarer. */
    private static String text(Corpus corpus) {
        Random random = new Random(7);
        StringBuilder text = new StringBuilder(MEGABYTES * 1_000_000 + 1_000);
        long bytes = 0;
        char end = corpus == Corpus.ONE_LINE ? ' ' : '\n';
        for (int line = 0; bytes < (long) MEGABYTES * 1_000_000; line++) {
            int start = text.length();
            boolean error = random.nextInt(100) == 0;
            text.append(error ? "ERROR" : random.nextInt(10) == 0 ? "warn" : "INFO").append(' ');
            text.append(random.nextInt(24)).append(':').append(random.nextInt(60)).append(" req=");
            text.append(random.nextInt(1_000_000)).append(' ').append(corpus.message(random)).append(random.nextInt(50));
            if (random.nextInt(50) == 0) {
                text.append(" since 2026-").append(random.nextInt(10, 13)).append('-').append(random.nextInt(10, 29));
            }
            if (random.nextInt(200) == 0) {
                text.append(" for user").append(random.nextInt(10_000)).append("@example.org");
            }
            if (random.nextInt(1_000) == 0) {
                text.append(" Failed LOGIN of ABC").append(line);
            }
            if (error && random.nextInt(10) == 0) {
                text.append(" because of a timeout, connection refused");
            }
            if (random.nextInt(5_000) == 0) {
                text.append(List.of(" quarantined", " Größenänderung", " 失败了", " 🔥 ERROR7").get(switch (corpus) {
                    case ASCII, ONE_LINE, DOCUMENTS -> 0;
                    case ACCENTS -> 1;
                    case CHINESE -> 2;
                    case EMOJI -> 3;
                }));
            }
            text.append(end);
            for (int i = start; i < text.length(); i++) {
                char next = text.charAt(i);
                bytes += next < 0x80 ? 1 : next < 0x800 || Character.isSurrogate(next) ? 2 : 3;
            }
        }
        return text.toString();
    }
}
