package dev.rlm;

/** The executable's entry point. */
public final class Main {

    private Main() {}

    /**
     * Runs the command line.
     *
     * @param args the command and its options
     */
    public static void main(String... args) {
        System.out.println("rlm");
    }
}
