package dev.rlm.search.passages;

import dev.rlm.search.passages.PassageIndexing.TooLargeException;
import java.util.List;
import java.util.stream.IntStream;

/** Texts with their index. */
record Corpus(List<String> texts, PassageIndex index) {
    private static final long MUCH = 1L << 30;

    static Corpus of(String... texts) throws Exception {
        return named(IntStream.range(0, texts.length).mapToObj(i -> "no" + i).toList(), List.of(texts));
    }

    static Corpus named(List<String> names, List<String> texts) throws Exception {
        return new Corpus(texts, index(names, texts, MUCH));
    }

    static PassageIndex index(List<String> names, List<String> texts, long mostBytes)
            throws TooLargeException, InterruptedException {
        try (PassageIndexing indexing = new PassageIndexing(names.size() > 1, mostBytes)) {
            for (int i = 0; i < names.size(); i++) {
                indexing.document(names.get(i));
                indexing.add(texts.get(i), 0, texts.get(i).length());
            }
            return indexing.finish();
        }
    }

    String text(int document) {
        return texts.get(document);
    }

    List<Range> all() {
        return IntStream.range(0, texts.size()).mapToObj(index::whole).toList();
    }

    Found find(String query, int most) throws Exception {
        return find(query, most, all());
    }

    Found find(String query, int most, List<Range> within) throws Exception {
        return index.find(
                query,
                most,
                within,
                (document, start, end) -> texts.get(document).substring(start, end));
    }

    /** The texts of the passages that are found in whole documents. */
    List<String> texts(String query, int most) throws Exception {
        return find(query, most).passages().stream()
                .map(passage -> texts.get(passage.range()).substring(passage.start(), passage.end()))
                .toList();
    }
}
