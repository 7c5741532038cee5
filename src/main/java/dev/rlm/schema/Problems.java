package dev.rlm.schema;

import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Tells in a few sentences what does not fit a schema, and where. */
final class Problems {

    /** So many are told. */
    static final int TOLD = 10;

    private static final int LONGEST = 300;
    private static final int LONGEST_PLACE = 200;

    /** Of alternatives each says the same; more than this are not looked through. */
    private static final int LOOKED_AT = 100;

    private Problems() {}

    /** The sentences, each with the JSON pointer of what it is about; in the last how many more there are. */
    static List<String> of(List<Error> errors) {
        List<String> all = errors.stream()
                .limit(LOOKED_AT)
                .map(Problems::sentence)
                .distinct()
                .toList();
        List<String> told = new ArrayList<>(all.subList(0, Math.min(TOLD, all.size())));
        int more = all.size() - told.size() + Math.max(0, errors.size() - LOOKED_AT);
        if (more > 0) {
            told.add("And " + more + " more.");
        }
        return told;
    }

    private static String sentence(Error error) {
        String pointer = String.valueOf(error.getInstanceLocation());
        String place = pointer.isEmpty() ? "The value" : cut(pointer, LONGEST_PLACE);
        return place + ": " + cut(Objects.requireNonNullElse(error.getMessage(), "does not fit"), LONGEST) + ".";
    }

    private static String cut(String text, int most) {
        String shown = text.length() <= most ? text : text.substring(0, most) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
