package dev.rlm.framing;

import dev.rlm.framing.BoundedLines.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The data of server-sent events (HTML standard, 9.2), bounded for each event and for all of them. Not thread-safe. */
public final class EventStream {

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    private final BoundedLines lines;
    private final int mostBytes;
    private long left;

    /**
     * The events of a stream.
     *
     * @param mostBytes how many bytes an event may have
     * @param mostInAll how many bytes the stream may have
     */
    public EventStream(InputStream in, int mostBytes, long mostInAll) {
        this.lines = new BoundedLines(in, mostBytes + DATA.length + 1);
        this.mostBytes = mostBytes;
        this.left = mostInAll;
    }

    /**
     * The data of the next event that has some; empty at the end of the stream.
     *
     * @throws MessageTooLargeException if the event, or the stream, is larger than allowed
     */
    public Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!(line.get() instanceof Line.Whole(byte[] bytes))) {
                throw new MessageTooLargeException(mostBytes);
            }
            left -= bytes.length + 1;
            if (left < 0) {
                throw new MessageTooLargeException(mostBytes);
            }
            if (bytes.length == 0 && data.size() > 0) {
                return Optional.of(data.toByteArray());
            }
            add(bytes, data);
            if (data.size() > mostBytes) {
                throw new MessageTooLargeException(mostBytes);
            }
        }
        return Optional.empty();
    }

    private static void add(byte[] line, ByteArrayOutputStream data) {
        for (int i = 0; i < DATA.length; i++) {
            if (i >= line.length || line[i] != DATA[i]) {
                return;
            }
        }
        int start = line.length > DATA.length && line[DATA.length] == ' ' ? DATA.length + 1 : DATA.length;
        if (data.size() > 0) {
            data.write('\n');
        }
        data.write(line, start, line.length - start);
    }
}
