package dev.rlm.packaged;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** What a process says on its standard error when it can be reached. */
public final class Announcement {

    private Announcement() {}

    /**
     * What follows the words of the announcement, once the process says it; fails if the process ends before.
     *
     * @param who is named then
     * @param words how the line begins
     * @param log gets all lines of the process's standard error
     */
    public static CompletableFuture<String> of(Process process, String who, String words, Queue<String> log) {
        CompletableFuture<String> announced = new CompletableFuture<>();
        BufferedReader reader = process.errorReader(StandardCharsets.UTF_8);
        // Not a virtual thread: a read from a pipe holds its carrier.
        Thread.ofPlatform().daemon().start(() -> {
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    log.add(line);
                    if (line.startsWith(words)) {
                        announced.complete(line.substring(words.length()));
                    }
                }
            } catch (IOException e) {
                // The process has ended.
            }
            announced.completeExceptionally(new AssertionError(who + " ended: " + log));
        });
        return announced;
    }
}
