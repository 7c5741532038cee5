package dev.rlm.sandbox.worker;

import dev.rlm.sandbox.worker.ContextText.Span;
import dev.rlm.search.Match;
import dev.rlm.search.Matches;
import dev.rlm.search.Options;
import dev.rlm.search.RegexSearch;
import dev.rlm.search.SearchException;
import dev.rlm.search.passages.Found;
import dev.rlm.search.passages.Passage;
import dev.rlm.search.passages.PassageIndex;
import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;

/** The functions that search the context of a REPL. They report failures as values, as all of {@link HostFunctions}. */
final class SearchFunctions {
    private static final int LINE_CHARACTERS = 500;

    private final Supplier<ContextText> context;
    private final Observations observations;

    SearchFunctions(Supplier<ContextText> context, Observations observations) {
        this.context = context;
        this.observations = observations;
    }

    /**
     * grep(pattern, ignore_case, context_lines, max_matches, positions or None) -> [refusal or None, truncated, then for
     * each match its document's position, line, start, end, text, before, after]
     */
    Object grep(Value... arguments) {
        try {
            RegexSearch search = RegexSearch.compile(arguments[0].asString(), arguments[1].asBoolean());
            int contextLines = inRange(arguments[2].asInt(), 0, 100);
            int left = inRange(arguments[3].asInt(), 1, 1_000_000);
            ContextText text = context.get();
            List<Object> found = new ArrayList<>();
            boolean truncated = false;
            for (int position : positions(text, arguments[4])) {
                Span document = text.documents().get(position);
                // With none left, one match more in a later document tells that there are more.
                Options options = left == 0 ? new Options(1, 0, 1) : new Options(left, contextLines, LINE_CHARACTERS);
                Matches matches = search.find(text.text(), document.start(), document.end(), options);
                if (left == 0) {
                    truncated = !matches.matches().isEmpty();
                } else {
                    matches.matches().forEach(match -> add(found, text, position, match));
                    left -= matches.matches().size();
                    truncated = matches.truncated();
                    int end = truncated ? (int) matches.matches().getLast().end() : document.end();
                    observations.scanned(text, document.start(), end);
                }
                if (truncated) {
                    break;
                }
            }
            found.addFirst(truncated);
            found.addFirst(null);
            return ProxyArray.fromList(found);
        } catch (SearchException e) {
            return ProxyArray.fromArray(e.getMessage(), false);
        } catch (InterruptedException e) {
            return ProxyArray.fromArray(HostFunctions.STOPPED, false);
        }
    }

    private static void add(List<Object> found, ContextText text, int position, Match match) {
        found.add(position);
        found.add(match.line());
        found.add(text.codePoints((int) match.start()));
        found.add(text.codePoints((int) match.end()));
        found.add(match.lineText());
        found.add(ProxyArray.fromList(List.copyOf(match.before())));
        found.add(ProxyArray.fromList(List.copyOf(match.after())));
    }

    /**
     * search(query, k, positions or None) -> [refusal or None, truncated or whether memory is what lacks, then for each
     * passage its document's position, line, start, end, score]
     */
    Object search(Value... arguments) {
        ContextText text = context.get();
        try {
            String query = arguments[0].asString();
            int most = inRange(arguments[1].asInt(), 1, PassageIndex.MOST_PASSAGES);
            int[] positions =
                    Arrays.stream(positions(text, arguments[2])).distinct().toArray();
            List<Span> parts =
                    Arrays.stream(positions).mapToObj(text.documents()::get).toList();
            Found found = text.passages().find(query, most, parts);
            List<Object> told = new ArrayList<>();
            told.add(null);
            told.add(found.truncated());
            for (Passage passage : found.passages()) {
                Span part = parts.get(passage.range());
                int documentStart = text.passages().documentStart(part);
                int start = documentStart + passage.start();
                int end = documentStart + passage.end();
                told.add(positions[passage.range()]);
                told.add(passage.line());
                told.add(text.codePoints(start));
                told.add(text.codePoints(end));
                told.add((double) passage.score());
                if (found.truncated()) {
                    observations.scanned(text, start, end);
                }
            }
            if (!found.truncated()) {
                // What is not among the passages has none of the words.
                parts.forEach(part -> observations.scanned(text, part.start(), part.end()));
            }
            return ProxyArray.fromList(told);
        } catch (SearchException e) {
            return ProxyArray.fromArray(e.getMessage(), false);
        } catch (TooLargeException e) {
            return ProxyArray.fromArray(
                    "There is no memory for an index of the words of a text of "
                            + text.text().length()
                            + " characters: delete large variables and search again, or use grep(pattern), which needs none.",
                    true);
        } catch (InterruptedException e) {
            return ProxyArray.fromArray(HostFunctions.STOPPED, false);
        }
    }

    private static int inRange(int number, int least, int most) {
        if (number < least || number > most) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static int[] positions(ContextText text, Value chosen) {
        if (chosen.isNull()) {
            return IntStream.range(0, text.documents().size()).toArray();
        }
        return IntStream.range(0, (int) chosen.getArraySize())
                .map(i -> chosen.getArrayElement(i).asInt())
                .toArray();
    }
}
