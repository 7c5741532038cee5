package dev.rlm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.rlm.context.DurableContextStore;
import dev.rlm.journal.JournalStore;
import java.util.Arrays;
import java.util.stream.Stream;

/** Which package may know which. */
@AnalyzeClasses(packages = "dev.rlm", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule contextKnowsSearchStorageAndPdf = mayKnow("context", "search", "storage", "pdf");

    @ArchTest
    static final ArchRule pdfKnowsOnlyHowProcessesAreLaunched = mayKnow("pdf", "launch");

    @ArchTest
    static final ArchRule launchKnowsNothingOfOurs = mayKnow("launch");

    @ArchTest
    static final ArchRule storageKnowsNothingOfOurs = mayKnow("storage");

    @ArchTest
    static final ArchRule searchKnowsNothingOfOurs = mayKnow("search");

    @ArchTest
    static final ArchRule schemaKnowsOnlySearch = mayKnow("schema", "search");

    @ArchTest
    static final ArchRule modelKnowsNothingOfOurs = mayKnow("model");

    @ArchTest
    static final ArchRule sandboxKnowsOnlySearch = mayKnow("sandbox", "search", "launch");

    @ArchTest
    static final ArchRule budgetKnowsNothingOfOurs = mayKnow("budget");

    @ArchTest
    static final ArchRule journalKnowsNothingOfOurs = mayKnow("journal");

    @ArchTest
    static final ArchRule evalKnowsNothingOfOurs = mayKnow("eval");

    @ArchTest
    static final ArchRule engineKnowsTheCore =
            mayKnow("engine", "context", "functions", "model", "sandbox", "budget", "journal", "schema");

    @ArchTest
    static final ArchRule taskKnowsTheEngine = mayKnow(
            "task", "engine", "context", "functions", "model", "sandbox", "budget", "journal", "storage", "schema");

    @ArchTest
    static final ArchRule mcpKnowsTasksAndContexts =
            mayKnow("mcp", "access", "task", "context", "functions", "journal", "search", "model");

    @ArchTest
    static final ArchRule nothingKnowsTheVersionOfTheProtocolThatTheLibraryWillSpeak = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.mcp.stateless..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.rlm.mcp.stateless..");

    /** Given up by the protocol, so one package that can go. */
    @ArchTest
    static final ArchRule samplingIsKnownWhereRequestsComeInAlone = noClasses()
            .that()
            .resideOutsideOfPackages("dev.rlm.mcp.sampling..", "dev.rlm.wiring..")
            .and()
            .haveNameNotMatching("dev\\.rlm\\.mcp\\.(FeatureServer|ToolServer)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.rlm.mcp.sampling..");

    @ArchTest
    static final ArchRule accessKnowsNothingOfOurs = mayKnow("access");

    /** Who serves callers reaches contexts and tasks through {@code of(caller)} alone. */
    @ArchTest
    static final ArchRule doorsSeeOnlyWhatBelongsToTheirCallers = noClasses()
            .that()
            .resideInAnyPackage("dev.rlm.mcp..", "dev.rlm.web..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.belongToAnyOf(DurableContextStore.class)
                    .or(JavaClass.Predicates.type(JournalStore.class)));

    @ArchTest
    static final ArchRule functionsKnowOnlyFraming = mayKnow("functions", "framing");

    @ArchTest
    static final ArchRule webKnowsTasksAndContexts = mayKnow("web", "access", "task", "context", "storage", "journal");

    @ArchTest
    static final ArchRule framingKnowsNothingOfOurs = mayKnow("framing");

    @ArchTest
    static final ArchRule stdioKnowsOnlyFraming = mayKnow("stdio", "framing");

    @ArchTest
    static final ArchRule onlyTheWiringKnowsHowFunctionsAreReached = noClasses()
            .that()
            .resideOutsideOfPackages("dev.rlm.functions.mcp..", "dev.rlm.wiring..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.rlm.functions.mcp..");

    @ArchTest
    static final ArchRule theWorkerKnowsOnlyTheProtocolAndSearch = noClasses()
            .that()
            .resideInAPackage("dev.rlm.sandbox.worker..")
            .should()
            .dependOnClassesThat(ours("sandbox.worker", "sandbox.protocol", "search"));

    @ArchTest
    static final ArchRule onlyTheWorkerTouchesThePolyglotApi = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.sandbox.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.graalvm..");

    @ArchTest
    static final ArchRule pdfsAreReadInTheirOwnProcessAlone = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.pdf.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.pdfbox..", "java.awt..", "javax.imageio..");

    @ArchTest
    static final ArchRule thePdfWorkerKnowsOnlyTheProtocol = noClasses()
            .that()
            .resideInAPackage("dev.rlm.pdf.worker..")
            .should()
            .dependOnClassesThat(ours("pdf.worker", "pdf.protocol"));

    @ArchTest
    static final ArchRule onlyMainStartsThePdfWorkerInThisProcess = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.pdf.worker..")
            .and()
            .doNotHaveFullyQualifiedName("dev.rlm.Main")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.rlm.pdf.worker..");

    @ArchTest
    static final ArchRule onlyMainStartsTheWorkerInThisProcess = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.sandbox.worker..")
            .and()
            .doNotHaveFullyQualifiedName("dev.rlm.Main")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.rlm.sandbox.worker..");

    @ArchTest
    static final ArchRule theCoreKnowsNoFramework = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.rlm.engine..",
                    "dev.rlm.eval..",
                    "dev.rlm.context..",
                    "dev.rlm.pdf..",
                    "dev.rlm.launch..",
                    "dev.rlm.functions..",
                    "dev.rlm.framing..",
                    "dev.rlm.stdio..",
                    "dev.rlm.search..",
                    "dev.rlm.schema..",
                    "dev.rlm.storage..",
                    "dev.rlm.sandbox..",
                    "dev.rlm.budget..",
                    "dev.rlm.journal..",
                    "dev.rlm.task..",
                    "dev.rlm.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.quarkiverse..", "jakarta..", "io.smallrye..", "io.vertx..");

    @ArchTest
    static final ArchRule onlyTheDoorOfCallersKnowsAFramework = noClasses()
            .that()
            .resideInAPackage("dev.rlm.access")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.quarkus..", "io.quarkiverse..", "jakarta..", "io.smallrye..", "io.vertx..");

    @ArchTest
    static final ArchRule awsStaysInBedrockAndS3 = noClasses()
            .that()
            .resideOutsideOfPackages("dev.rlm.model.bedrock..", "dev.rlm.storage.s3..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule luceneStaysInPassages = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rlm.search.passages..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.lucene..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.rlm.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = classes()
            .should()
            .haveNameNotMatching(".*(Impl|Util|Utils|Helper|Manager)")
            .andShould()
            .resideOutsideOfPackages("..util..", "..common..", "..impl..", "..manager..", "..helper..");

    private static ArchRule mayKnow(String self, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("dev.rlm." + self + "..")
                .should()
                .dependOnClassesThat(ours(
                        Stream.concat(Stream.of(self), Arrays.stream(others)).toArray(String[]::new)));
    }

    /** Our classes outside these packages. */
    private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> ours(String... allowed) {
        return JavaClass.Predicates.resideInAPackage("dev.rlm..")
                .and(com.tngtech.archunit.base.DescribedPredicate.not(
                        JavaClass.Predicates.resideInAnyPackage(Arrays.stream(allowed)
                                .map(name -> "dev.rlm." + name + "..")
                                .toArray(String[]::new))));
    }
}
