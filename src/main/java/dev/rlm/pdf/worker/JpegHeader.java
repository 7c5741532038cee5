package dev.rlm.pdf.worker;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the frame header of a JPEG says (ITU T.81, B.2.2).
 *
 * @param components 1 for grey, 3 for colours, 4 for printing inks
 */
record JpegHeader(int width, int height, int components) {
    private static final int START_OF_IMAGE = 0xFFD8;
    private static final int START_OF_SCAN = 0xFFDA;

    /** Reads it; empty if these bytes are no JPEG. */
    static Optional<JpegHeader> of(byte[] jpeg) {
        ByteBuffer bytes = ByteBuffer.wrap(jpeg);
        if (bytes.remaining() < 4 || unsigned(bytes.getShort()) != START_OF_IMAGE) {
            return Optional.empty();
        }
        while (bytes.remaining() >= 10) {
            int marker = unsigned(bytes.getShort());
            int length = unsigned(bytes.getShort(bytes.position()));
            if (marker < 0xFFC0 || marker == START_OF_SCAN || length < 2 || length > bytes.remaining()) {
                return Optional.empty();
            }
            if (isFrame(marker)) {
                bytes.position(bytes.position() + 3);
                int height = unsigned(bytes.getShort());
                int width = unsigned(bytes.getShort());
                return Optional.of(new JpegHeader(width, height, bytes.get() & 0xFF));
            }
            bytes.position(bytes.position() + length);
        }
        return Optional.empty();
    }

    /** Between these lie tables (C4), extensions (C8) and arithmetic coding conditions (CC). */
    private static boolean isFrame(int marker) {
        return marker >= 0xFFC0 && marker <= 0xFFCF && marker != 0xFFC4 && marker != 0xFFC8 && marker != 0xFFCC;
    }

    private static int unsigned(short number) {
        return number & 0xFFFF;
    }
}
