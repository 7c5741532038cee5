package dev.rlm.packaged.clients;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A log of 50 MB with some errors in it.
 *
 * @param errors how many there are
 * @param last the line of the last of them
 */
record LargeLog(Path file, int errors, String last) {

    /** Its length, in bytes and characters. */
    static final int CHARACTERS = 50_000_000;

    private static final int LINE = 100;

    private static final int CUSTOMERS = 100_000;

    /** An error in so many lines. */
    private static final int RARE = 5_000;

    /** Writes one. Equal seeds give equal logs. */
    static LargeLog write(Path file, long seed) throws IOException {
        Random random = new Random(seed);
        int errors = 0;
        String last = "";
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < CHARACTERS / LINE; i++) {
                boolean error = random.nextInt(RARE) == 0;
                String line = (i + " customer " + random.nextInt(CUSTOMERS) + (error ? " ERROR " : " ok "));
                line += "-".repeat(LINE - 1 - line.length());
                if (error) {
                    errors++;
                    last = line;
                }
                out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            }
        }
        return new LargeLog(file, errors, last);
    }
}
