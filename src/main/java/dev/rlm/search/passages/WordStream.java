package dev.rlm.search.passages;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;

/** The words of a passage, and those of its document's name behind them, as Lucene takes them. Not thread-safe. */
final class WordStream extends TokenStream {
    /** So far behind the text that no phrase crosses over. */
    private static final int DISTANCE_OF_NAME = 100;

    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final PositionIncrementAttribute step = addAttribute(PositionIncrementAttribute.class);
    private final Words words = new Words();
    private String name = "";
    private boolean inName;
    private boolean nameBegins;

    /** Reads a part of a text, and a name, which may be empty. */
    void read(String text, int from, int to, String documentName) {
        words.read(text, from, to);
        name = documentName;
        inName = false;
        nameBegins = false;
    }

    @Override
    public boolean incrementToken() {
        clearAttributes();
        boolean there = words.next();
        if (!there && !inName) {
            inName = true;
            nameBegins = true;
            words.read(name, 0, name.length());
            there = words.next();
        }
        if (!there) {
            return false;
        }
        Letters word = words.word();
        term.copyBuffer(word.chars(), 0, word.length());
        step.setPositionIncrement(words.isJoined() ? 0 : nameBegins ? DISTANCE_OF_NAME : 1);
        nameBegins = false;
        return true;
    }
}
