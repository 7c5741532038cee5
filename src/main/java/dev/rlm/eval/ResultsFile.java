package dev.rlm.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rlm.eval.RunResult.RunKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The results of an evaluation in a file of JSON Lines. Each is written when its run has ended, so an evaluation that was
 * broken off goes on where it stopped. Thread-safe; one process has the file at a time.
 */
public final class ResultsFile implements AutoCloseable {

    private static final long MOST_BYTES = 1L << 30;

    /** How each line begins, as {@link RunResult#toLine} writes it. */
    private static final String BEGINNING = "{\"id\":";

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Path file;
    private final FileChannel channel;
    private final Map<RunKey, RunResult> results = new HashMap<>();
    private boolean closed;

    private ResultsFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file, and makes it if there is none. A last line behind others that was not written to its end is taken away.
     *
     * @throws EvalException if it cannot be used, or has other things than results in it, which stay as they are
     */
    public static ResultsFile open(Path file) throws EvalException {
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new EvalException("The results cannot be written to " + file + ": check that its folder is there and"
                    + " that it is a file that you may write.");
        }
        ResultsFile results = new ResultsFile(file, channel);
        boolean read = false;
        try {
            results.lock();
            results.read();
            read = true;
            return results;
        } catch (IOException e) {
            throw new EvalException("The results in " + file + " cannot be read: " + e.getMessage());
        } finally {
            if (!read) {
                results.close();
            }
        }
    }

    /** The result of a run; empty if it has none yet. */
    public synchronized Optional<RunResult> find(RunKey key) {
        return Optional.ofNullable(results.get(key));
    }

    /** How many runs have a result. */
    public synchronized int size() {
        return results.size();
    }

    /** Writes a result. Does nothing once the file is closed: what ends after that was broken off. */
    public synchronized void append(RunResult result) throws IOException {
        if (closed) {
            return;
        }
        results.put(result.key(), result);
        write(result.toLine() + "\n");
    }

    /** Idempotent. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // All that was written is written.
        }
    }

    private void lock() throws EvalException, IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Told below.
        }
        throw new EvalException("The results are being written to " + file
                + " by another evaluation: wait for it, or name another file.");
    }

    private void read() throws EvalException, IOException {
        if (channel.size() > MOST_BYTES) {
            throw new EvalException(file + " is larger than " + (MOST_BYTES >> 20) + " MiB: name another file.");
        }
        byte[] bytes = new byte[(int) channel.size()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
        int start = 0;
        int number = 0;
        while (start < bytes.length) {
            number++;
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            String line = new String(bytes, start, end - start, StandardCharsets.UTF_8);
            Optional<RunResult> result = result(line);
            if (result.isPresent()) {
                results.put(result.get().key(), result.get());
                if (end == bytes.length) {
                    write("\n");
                }
            } else if (end == bytes.length && !results.isEmpty() && isBrokenOff(line)) {
                channel.truncate(start).position(start);
            } else if (!line.isBlank()) {
                throw new EvalException(file + ", line " + number
                        + ": it is not a result of rlm eval. Name another file for the results, or take the line out.");
            }
            start = end + 1;
        }
    }

    /** Whether a line is the beginning of a result, and no JSON of others. */
    private static boolean isBrokenOff(String line) {
        if (!BEGINNING.startsWith(line) && !line.startsWith(BEGINNING)) {
            return false;
        }
        try {
            MAPPER.readTree(line);
            return false;
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    private static Optional<RunResult> result(String line) {
        try {
            return Optional.of(RunResult.of(MAPPER.readTree(line)));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void write(String text) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
