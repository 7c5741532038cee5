package dev.rlm.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How workers are confined on this machine: the launcher that was found to work, and what is missing. Immutable; made
 * once for each pool, because making it starts some tiny processes.
 */
public final class Confinement {
    private final Launcher launcher;
    private final String why;
    private final View view;
    private final Path library;
    private final List<Gap> gaps;

    /**
     * A confinement.
     *
     * @param why why no better launcher was chosen; empty if this is the best or was asked for
     * @param view what workers see, all of which is there
     * @param library what they see too, and what is there once it is prepared
     */
    Confinement(Launcher launcher, String why, View view, Path library, List<Gap> gaps) {
        this.launcher = launcher;
        this.why = why;
        this.view = view;
        this.library = library;
        this.gaps = List.copyOf(gaps);
    }

    /**
     * Finds what works here for workers of this command, and tries it.
     *
     * @throws IllegalArgumentException if the settings require an isolation that does not work; a sentence says why
     */
    static Confinement choose(SandboxSettings settings, WorkerCommand command, Tools tools) {
        return new ConfinementChoice(settings, command, tools).made();
    }

    /** The command line that starts this one confined. */
    List<String> line(List<String> worker) {
        return launcher.line(view.and(library), worker);
    }

    /** What confines workers; never {@link Isolation#AUTO}. */
    public Isolation isolation() {
        return launcher.isolation();
    }

    /** What does not hold, as far as it is known without starting a worker. */
    public List<Gap> gaps() {
        return gaps;
    }

    /** One line for people: what confines workers, and what is missing. */
    public String summary() {
        String chosen = isolation() == Isolation.NONE
                ? "sandboxes: NOT isolated by the operating system"
                : "sandboxes: isolated by " + isolation().label();
        if (!why.isEmpty()) {
            chosen += ", because " + why;
        }
        if (gaps.isEmpty()) {
            return chosen + "; nothing is missing";
        }
        return chosen + "; WARNING, missing: "
                + gaps.stream().map(Gap::what).collect(Collectors.joining("; "))
                + ". 'rlm sandbox --check' tells what to do";
    }
}
