package dev.rlm.engine;

import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.sandbox.SandboxDocument;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** A cited passage with the lines around it, read from its document. */
final class Passage {

    /** So many lines before and after a passage belong to what it says. */
    private static final int LINES_AROUND = 5;

    private static final int MOST_CHARACTERS = 12_000;

    private Passage() {}

    /** The passage with its surroundings; nothing but its quote if the document cannot be read. */
    static String of(Citation citation, List<SandboxDocument> documents) {
        return documents.stream()
                .filter(document -> document.name().equals(citation.document()))
                .map(document -> read(document, citation))
                // Of documents with one name, that is meant which has the quote.
                .filter(text -> text.contains(firstLine(citation)))
                .findFirst()
                .orElse(citation.quote());
    }

    private static String firstLine(Citation citation) {
        return citation.quote().lines().findFirst().orElse("");
    }

    private static String read(SandboxDocument document, Citation citation) {
        long first = citation.line() - LINES_AROUND;
        long last = citation.lastLine() + LINES_AROUND;
        StringBuilder text = new StringBuilder();
        try (BufferedReader lines = Files.newBufferedReader(document.file())) {
            String line = lines.readLine();
            for (long number = 1; line != null && number <= last && text.length() <= MOST_CHARACTERS; number++) {
                if (number >= first) {
                    text.append(line).append('\n');
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            return "";
        }
        return text.length() > MOST_CHARACTERS ? citation.quote() : text.toString();
    }
}
