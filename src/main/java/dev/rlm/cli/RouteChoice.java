package dev.rlm.cli;

import dev.rlm.engine.Routing;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads who chooses the way of answering: {@code auto}, {@code direct} or {@code rlm}. */
final class RouteChoice implements ITypeConverter<Routing.Choice> {

    @Override
    public Routing.Choice convert(String text) {
        try {
            return Routing.Choice.ofLabel(text.strip().toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is no way of answering: auto, direct or rlm");
        }
    }
}
