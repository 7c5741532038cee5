# Signals: none are sent, none are caught, none come later.

# %% No alarm rings in the next cell
#> ends well or fails with .+
import signal
signal.signal(signal.SIGALRM, lambda *arguments: 1 / 0)
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
# -- then
#> ends well
#> prints calm
import time
time.sleep(0.3)
print("calm")

# %% The signal of the interrupt cannot be ignored
#> is stopped
import signal
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"):
    try:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    except Exception:
        pass
while True:
    pass

# %% Every exception is swallowed and the cell is stopped all the same
#> is stopped
while True:
    try:
        while True:
            pass
    except BaseException:
        continue

# %% finally does not outlive the stop
#> is stopped or is killed or fails with RecursionError
def again():
    try:
        while True:
            pass
    finally:
        again()
again()

# %% Raising a signal in the process ends nothing
#> ends well or fails with .+
import signal
signal.raise_signal(signal.SIGTERM)

# %% The main thread is not interrupted for the next cell
#> ends well or fails with .+
import _thread
_thread.interrupt_main()

# %% A pending signal handler does not run in the next cell
#> ends well or fails with .+
import _thread, signal
signal.signal(signal.SIGINT, lambda *arguments: print("handled"))
_thread.interrupt_main(signal.SIGINT)
# -- then
#> ends well
#> never prints handled
print(len(kept))

# %% Waiting for a signal is stopped
#> is stopped or fails with .+
import signal
signal.pause()

# %% A breakpoint waits for nobody
#> ends well or fails with .+
breakpoint()
