package dev.rlm.search.passages;

import dev.rlm.search.SearchException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * What is searched for: words in any order, and phrases in double quotes, whose words a passage must have in a row. Nothing
 * else is syntax, so that every text is a query. Immutable.
 */
final class PassageQuery {
    /** The longest query, in UTF-16 units. */
    static final int MOST_CHARACTERS = 5_000;

    /** Of more words the first count. */
    private static final int MOST_WORDS = 250;

    private final Set<String> words = new LinkedHashSet<>();
    private final List<List<String>> phrases = new ArrayList<>();

    private PassageQuery() {}

    /** @throws SearchException if it is too long or has no word */
    static PassageQuery of(String text) throws SearchException {
        if (text.length() > MOST_CHARACTERS) {
            throw new SearchException("The query has " + text.length() + " characters and at most " + MOST_CHARACTERS
                    + " are allowed: give the words that matter.");
        }
        PassageQuery query = new PassageQuery();
        int quote = text.indexOf('"');
        int from = 0;
        while (quote >= 0 && text.indexOf('"', quote + 1) >= 0) {
            int end = text.indexOf('"', quote + 1);
            query.add(text, from, quote);
            query.addPhrase(text, quote + 1, end);
            from = end + 1;
            quote = text.indexOf('"', from);
        }
        query.add(text, from, text.length());
        if (query.words.isEmpty() && query.phrases.isEmpty()) {
            throw new SearchException("There is no word in the query: give words to look for;"
                    + " signs are found by a regular expression.");
        }
        return query;
    }

    private void add(String text, int from, int to) {
        Set<String> characters = new HashSet<>();
        Set<String> neighbours = new HashSet<>();
        Words reader = new Words();
        reader.read(text, from, to);
        while (reader.next() && words.size() < MOST_WORDS) {
            String word = reader.word().toString();
            words.add(word);
            if (LetterKind.of(word.codePointAt(0)) == LetterKind.UNSPACED) {
                if (reader.isJoined()) {
                    word.codePoints().mapToObj(Character::toString).forEach(neighbours::add);
                } else {
                    characters.add(word);
                }
            }
        }
        // A character of such a word stands in too many passages to say anything.
        characters.retainAll(neighbours);
        words.removeAll(characters);
    }

    private void addPhrase(String text, int from, int to) {
        List<String> phrase = parts(text, from, to);
        if (!phrase.isEmpty()) {
            phrases.add(phrase.subList(0, Math.min(phrase.size(), MOST_WORDS)));
        }
    }

    private static List<String> parts(String text, int from, int to) {
        List<String> parts = new ArrayList<>();
        Words reader = new Words();
        reader.read(text, from, to);
        while (reader.next()) {
            if (!reader.isJoined()) {
                parts.add(reader.word().toString());
            }
        }
        return parts;
    }

    /** The query for this field of an index. */
    Query in(String field) {
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        for (List<String> phrase : phrases) {
            PhraseQuery.Builder inARow = new PhraseQuery.Builder();
            phrase.forEach(word -> inARow.add(new Term(field, word)));
            all.add(inARow.build(), BooleanClause.Occur.MUST);
        }
        words.forEach(word -> all.add(new TermQuery(new Term(field, word)), BooleanClause.Occur.SHOULD));
        return all.build();
    }

    /** Whether a text would be found. */
    boolean finds(String text) {
        if (phrases.isEmpty()) {
            Words reader = new Words();
            reader.read(text, 0, text.length());
            while (reader.next()) {
                if (words.contains(reader.word().toString())) {
                    return true;
                }
            }
            return false;
        }
        List<String> parts = parts(text, 0, text.length());
        return phrases.stream().allMatch(phrase -> Collections.indexOfSubList(parts, phrase) >= 0);
    }
}
