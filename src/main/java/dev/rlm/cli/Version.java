package dev.rlm.cli;

import dev.rlm.wiring.Release;
import picocli.CommandLine.IVersionProvider;

/** Prints the release. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"rlm " + Release.version()};
    }
}
