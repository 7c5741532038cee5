package dev.rlm.sandbox;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.CountDownLatch;

/** A process that starts one confined worker, whose input is its own input, says so, and waits to be killed. */
final class StarterProcess {
    private StarterProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        SandboxSettings settings = SandboxSettings.defaults().with(Isolation.valueOf(arguments[0]));
        WorkerCommand command = WorkerCommand.ofThisApplication(settings);
        Confinement confinement = Confinement.choose(settings, command, Tools.ofThisMachine());
        try (ProcessStarter starter = new ProcessStarter()) {
            Process worker = starter.start(new ProcessBuilder(confinement.line(command.line(settings.heapBytes())))
                    .redirectInput(Redirect.INHERIT)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD));
            System.out.println(worker.pid());
            new CountDownLatch(1).await();
        }
    }
}
