package dev.rlm.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlm.journal.TaskEvent.Citation;
import dev.rlm.journal.TaskEvent.ClaimChecked;
import dev.rlm.journal.TaskEvent.Coverage;
import dev.rlm.journal.TaskEvent.DocumentCoverage;
import dev.rlm.journal.TaskEvent.EvidenceGathered;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an answer rests on as JSON, the same in results and statuses. */
final class EvidenceReport {
    private static final int DIGITS = 10_000;

    /** The verdicts on claims, those first that a reader must know of. */
    private static final List<String> VERDICTS = List.of("contradicted", "unclear", "unchecked", "supported");

    private EvidenceReport() {}

    /**
     * Puts the members {@code coverage}, {@code evidence} and {@code verification}, which are null where nothing is known.
     *
     * @param most how many citations and claims are listed at most
     */
    static void put(ObjectNode json, TaskStatus status, int most) {
        put(json, status.evidence(), most);
        EvidenceGathered gathered = status.evidence();
        if (gathered == null || !status.request().verify()) {
            json.putNull("verification");
            return;
        }
        Map<String, Long> verdicts =
                status.claims().stream().collect(Collectors.groupingBy(ClaimChecked::verdict, Collectors.counting()));
        ObjectNode verification = json.putObject("verification");
        VERDICTS.forEach(verdict -> verification.put(verdict, verdicts.getOrDefault(verdict, 0L)));
        verification.put("note", note(status, verdicts));
        var claims = verification.putArray("claims");
        status.claims().stream()
                .sorted(Comparator.comparingInt(claim -> VERDICTS.indexOf(claim.verdict())))
                .limit(most)
                .forEach(claim -> put(claims.addObject(), claim));
    }

    /** What a reader of the answer should know, a sentence; null if every claim is supported. */
    private static @Nullable String note(TaskStatus status, Map<String, Long> verdicts) {
        int all = status.claims().size();
        if (all == 0) {
            return status.state().ended() ? "The answer cites nothing, so none of its claims could be checked." : null;
        }
        long supported = verdicts.getOrDefault("supported", 0L);
        return supported == all
                ? null
                : "Of %d cited passages, %d support what the answer claims by them; see `claims` for the others."
                        .formatted(all, supported);
    }

    private static void put(ObjectNode json, ClaimChecked checked) {
        json.put("document", checked.citation().document());
        json.put("line", checked.citation().line());
        json.put("last_line", checked.citation().lastLine());
        json.put("claim", checked.claim());
        json.put("verdict", checked.verdict());
        json.put("reason", checked.reason());
    }

    private static void put(ObjectNode json, @Nullable EvidenceGathered gathered, int citations) {
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
