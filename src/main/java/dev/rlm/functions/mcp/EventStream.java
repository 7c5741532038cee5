package dev.rlm.functions.mcp;

import dev.rlm.functions.mcp.BoundedLines.Line;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The data of server-sent events (HTML standard, 9.2), bounded for each event and for all of them. Not thread-safe. */
final class EventStream {

    private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

    /** What comes beside the response: progress, logs. */
    private static final int BESIDE_BYTES = 4 << 20;

    private final BoundedLines lines;
    private final int mostBytes;
    private long left;

    EventStream(InputStream in, int mostBytes) {
        this.lines = new BoundedLines(in, mostBytes + DATA.length + 1);
        this.mostBytes = mostBytes;
        this.left = (long) mostBytes + BESIDE_BYTES;
    }

    /** The data of the next event that has some; empty at the end of the stream. */
    Optional<byte[]> next() throws IOException, McpException {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (Optional<Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            if (!(line.get() instanceof Line.Whole(byte[] bytes))) {
                throw HttpTransport.tooLarge(mostBytes);
            }
            left -= bytes.length + 1;
            if (left < 0) {
                throw HttpTransport.tooLarge(mostBytes);
            }
            if (bytes.length == 0 && data.size() > 0) {
                return Optional.of(data.toByteArray());
            }
            add(bytes, data);
            if (data.size() > mostBytes) {
                throw HttpTransport.tooLarge(mostBytes);
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
