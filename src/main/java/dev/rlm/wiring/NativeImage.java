package dev.rlm.wiring;

import dev.rlm.journal.TaskEvent;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.annotations.RegisterResourceBundle;

/** What a native executable needs by reflection, besides what Quarkus and the libraries register themselves. */
@RegisterForReflection(
        targets = {
            // Written and read as JSON by EventCodec and Trajectory.
            TaskEvent.Submitted.class,
            TaskEvent.Started.class,
            TaskEvent.Resumed.class,
            TaskEvent.Routed.class,
            TaskEvent.DirectReplied.class,
            TaskEvent.TurnStarted.class,
            TaskEvent.RootReplied.class,
            TaskEvent.CellStarted.class,
            TaskEvent.CellEnded.class,
            TaskEvent.BudgetShown.class,
            TaskEvent.ClocksSaid.class,
            TaskEvent.SubCallsStarted.class,
            TaskEvent.SubCallsRefused.class,
            TaskEvent.SubCallEnded.class,
            TaskEvent.SubCallReused.class,
            TaskEvent.ChildStarted.class,
            TaskEvent.ChildEnded.class,
            TaskEvent.FunctionsOffered.class,
            TaskEvent.FunctionCalled.class,
            TaskEvent.Function.class,
            TaskEvent.Published.class,
            TaskEvent.Compacted.class,
            TaskEvent.LastReplied.class,
            TaskEvent.PromptsLocated.class,
            TaskEvent.CellObserved.class,
            TaskEvent.EvidenceGathered.class,
            TaskEvent.ClaimChecked.class,
            TaskEvent.CancelRequested.class,
            TaskEvent.Finished.class,
            TaskEvent.CodeCall.class,
            TaskEvent.CellTraces.class,
            TaskEvent.Options.class,
            TaskEvent.Refusal.class,
            TaskEvent.Value.class,
            TaskEvent.CallCost.class,
            TaskEvent.Part.class,
            TaskEvent.LocatedPrompt.class,
            TaskEvent.Citation.class,
            TaskEvent.Coverage.class,
            TaskEvent.DocumentCoverage.class
        },
        classNames = {
            // Lucene finds the formats of an index as services, and its words' attributes by their constructor.
            "org.apache.lucene.codecs.lucene104.Lucene104Codec",
            "org.apache.lucene.codecs.lucene104.Lucene104PostingsFormat",
            "org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat",
            "org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat",
            "org.apache.lucene.codecs.lucene90.Lucene90DocValuesFormat",
            "org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat",
            "org.apache.lucene.analysis.tokenattributes.PackedTokenAttributeImpl",
            // Found by name: credentials of AWS profiles with a role, and JGit's messages.
            "software.amazon.awssdk.services.sts.internal.StsProfileCredentialsProviderFactory",
            "org.eclipse.jgit.internal.JGitText",
            // Found by name: how a PDF is encrypted, and the decoder of scans in JBIG2.
            "org.apache.pdfbox.pdmodel.encryption.StandardSecurityHandler",
            "org.apache.pdfbox.jbig2.JBIG2ImageReaderSpi"
        })
// The sentences of the JSON Schema library.
@RegisterResourceBundle(bundleName = "jsv-messages")
final class NativeImage {

    private NativeImage() {}
}
