package dev.rlm.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class FrameWriterTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Frame FRAME = new Frame.CloseRepl(1);

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void workersThatReadNothingDoNotKeepOtherVirtualThreadsFromRunning() throws Exception {
        List<Process> processes = new ArrayList<>();
        try {
            AtomicLong written = new AtomicLong();
            for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) {
                Process process = new ProcessBuilder("sleep", "600").start();
                processes.add(process);
                FrameWriter writer = FrameWriter.toPipe(process.getOutputStream(), Frame.MAX_BYTES, "input");
                Thread.ofVirtual().start(() -> fill(writer, written));
            }
            await().atMost(LONG).until(() -> isAtAnEnd(written));
            assertThat(Thread.ofVirtual().start(() -> {}).join(LONG)).isTrue();
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    /** Writes until the pipe is full, which takes less than this, and then on until the process ends. */
    private static void fill(FrameWriter writer, AtomicLong written) {
        try {
            for (int i = 0; i < 1_000_000; i++) {
                writer.write(FRAME);
                written.incrementAndGet();
            }
        } catch (IOException e) {
            // The process has ended.
        }
    }

    private static boolean isAtAnEnd(AtomicLong written) throws InterruptedException {
        long before = written.get();
        Thread.sleep(200);
        return before > 0 && written.get() == before;
    }

    @Test
    void aFrameIsWrittenWholeAlsoWhereTheThreadIsInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        FrameWriter writer = FrameWriter.toPipe(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        begun.countDown();
                        awaitUninterruptibly(goOn);
                        written.write(b);
                    }
                },
                Frame.MAX_BYTES,
                "input");
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            Throwable failure = catchThrowable(() -> writer.write(FRAME));
            interrupted.complete(failure == null && Thread.currentThread().isInterrupted());
        });
        assertThat(begun.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        goOn.countDown();
        assertThat(interrupted.get(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(written.size()).isGreaterThan(4);
    }

    @Test
    void aPipeThatBreaksIsTheWritersFailure() {
        FrameWriter writer = FrameWriter.toPipe(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                Frame.MAX_BYTES,
                "input");
        assertThat(catchThrowable(() -> writer.write(FRAME)))
                .isInstanceOf(IOException.class)
                .hasMessage("Broken pipe");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("The thread that writes is nobody else's to interrupt.", e);
        }
    }
}
