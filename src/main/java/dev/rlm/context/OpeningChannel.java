package dev.rlm.context;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A channel of which only so much may be read until it is told to be open: a zip file's directory goes into memory. */
final class OpeningChannel implements SeekableByteChannel {
    private final SeekableByteChannel channel;
    private long left;

    OpeningChannel(SeekableByteChannel channel, long bytesToOpen) {
        this.channel = channel;
        this.left = bytesToOpen;
    }

    /** Lets any number of bytes be read. */
    void opened() {
        left = Long.MAX_VALUE;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int read = channel.read(into);
        left -= Math.max(0, read);
        if (left < 0) {
            throw new IOException("its directory is too large");
        }
        return read;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return channel.write(from);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
