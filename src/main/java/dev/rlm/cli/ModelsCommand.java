package dev.rlm.cli;

import dev.rlm.functions.ForeignFunctions;
import dev.rlm.functions.Offer;
import dev.rlm.functions.ServerState;
import dev.rlm.model.ModelDescription;
import dev.rlm.model.ModelId;
import dev.rlm.model.ModelProviders;
import dev.rlm.model.Price;
import dev.rlm.model.ProviderStatus;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code rlm models}: what models there are, and what is wrong. */
@CommandLine.Command(
        name = "models",
        description = "Shows which providers are configured, which models are known (window, prices in USD per million"
                + " tokens, abilities), which functions of other servers code may call, and what is wrong.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false)
final class ModelsCommand implements Command {

    private static final Duration CHECK = Duration.ofSeconds(5);

    @Mixin
    private ModelOptions models = new ModelOptions();

    @Override
    public Map<String, String> configuration() {
        return Map.of();
    }

    @Override
    public int run(Application application) throws InterruptedException {
        ModelId root = models.root() == null ? application.rootModel() : models.root();
        ModelId sub = models.sub() == null ? application.subModel() : models.sub();
        ModelProviders providers = application.providers();
        Terminal.print("root model: " + root);
        Terminal.print("sub-model:  " + sub);
        Terminal.print("");
        for (ProviderStatus status : providers.check(List.of(root, sub), CHECK)) {
            Terminal.print("%-8s %s, %s"
                    .formatted(
                            status.provider(),
                            status.configured() ? "configured" : "not configured",
                            status.endpoint()));
            status.problems().forEach(problem -> Terminal.print("         problem: " + problem));
        }
        Terminal.print("");
        Terminal.print("%-50s %10s %8s %8s  %s".formatted("known models", "window", "in", "out", "abilities"));
        providers.catalog().models().forEach(model -> Terminal.print(row(model)));
        printFunctions(application.functions());
        return OK;
    }

    /** Functions are asked for from their servers, as a task would; nothing is said where none are configured. */
    private static void printFunctions(ForeignFunctions functions) throws InterruptedException {
        if (functions.none()) {
            return;
        }
        Offer offer = functions.offer();
        Terminal.print("");
        Terminal.print("functions of other servers");
        for (ServerState server : functions.servers()) {
            Terminal.print("%-8s %s, %s".formatted(server.name(), server.place(), server.state()));
        }
        offer.functions().forEach(function -> Terminal.print("         " + function.name()));
        offer.problems().forEach(problem -> Terminal.print("         problem: " + problem));
    }

    private static String row(ModelDescription model) {
        Price price = model.price();
        String abilities = model.abilities().stream()
                .map(ability -> ability.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .sorted()
                .collect(Collectors.joining(", "));
        return "%-50s %10s %8s %8s  %s"
                .formatted(
                        model.id(),
                        text(model.window()),
                        text(price == null ? null : price.input()),
                        text(price == null ? null : price.output()),
                        abilities);
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "unknown";
            case BigDecimal number -> number.toPlainString();
            default -> value.toString();
        };
    }
}
