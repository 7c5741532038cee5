package dev.rlm.sandbox;

/** How a worker's JVM compiles. A native executable is compiled already, whatever is asked for. */
public enum Compiler {
    /** With all tiers: what runs long gets fast. */
    FULL,
    /** Only with the first tier: a worker starts with about half the processor time, and long cells take longer. */
    QUICK
}
