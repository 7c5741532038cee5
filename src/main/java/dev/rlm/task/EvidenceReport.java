package dev.rlm.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import org.jspecify.annotations.Nullable;

/** What an answer rests on as JSON, the same in results and statuses. */
final class EvidenceReport {
    private static final int DIGITS = 10_000;

    private EvidenceReport() {}

    /** Puts the members {@code coverage} and {@code evidence}, which are null where nothing is known. */
    static void put(ObjectNode json, @Nullable EvidenceGathered gathered, int citations) {
        if (gathered == null) {
            json.putNull("coverage");
            json.putNull("evidence");
            return;
        }
        putCoverage(json.putObject("coverage"), gathered.coverage());
        ObjectNode evidence = json.putObject("evidence");
        evidence.put("citations_made", gathered.citationsMade());
        var listed = evidence.putArray("citations");
        gathered.citations().stream().limit(citations).forEach(citation -> put(listed.addObject(), citation));
    }

    private static void putCoverage(ObjectNode json, Coverage coverage) {
        json.put("characters", coverage.characters());
        long all = coverage.characters();
        putShares(json, coverage.bySubModels(), coverage.byRoot(), coverage.byScans(), coverage.byAny(), all);
        json.put("documents", coverage.documents());
        json.put("documents_read", coverage.documentsRead());
        json.put("sub_calls_unknown", coverage.subCallsUnknown());
        json.put("note", coverage.note());
        var documents = json.putArray("least_read");
        coverage.leastRead().forEach(document -> put(documents.addObject(), document));
    }

    private static void put(ObjectNode json, DocumentCoverage document) {
        long all = document.characters();
        json.put("document", document.document());
        json.put("characters", all);
        putShares(json, document.bySubModels(), document.byRoot(), document.byScans(), document.byAny(), all);
    }

    private static void putShares(ObjectNode json, long bySubModels, long byRoot, long byScans, long byAny, long all) {
        json.put("read_by_sub_models", share(bySubModels, all));
        json.put("seen_by_root", share(byRoot, all));
        json.put("searched", share(byScans, all));
        json.put("covered", share(byAny, all));
    }

    private static void put(ObjectNode json, Citation citation) {
        json.put("document", citation.document());
        json.put("line", citation.line());
        json.put("last_line", citation.lastLine());
        json.put("quote", citation.quote());
        json.put("cut", citation.cut());
    }

    /** With four digits, cut rather than rounded: 1 is only all. */
    private static double share(long part, long all) {
        long cut = all == 0 ? DIGITS : DIGITS * part / all;
        return (double) cut / DIGITS;
    }
}
