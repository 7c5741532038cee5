package dev.rlm.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Tells the release, as the build knows it. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream("release.properties")) {
            if (in == null) {
                throw new IllegalStateException("release.properties is missing from the program.");
            }
            Properties release = new Properties();
            release.load(in);
            return new String[] {"rlm " + release.getProperty("version")};
        }
    }
}
