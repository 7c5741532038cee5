package dev.rlm.sandbox.protocol;

/** How many bytes a frame may have, by its type: asked before anything of the frame is taken in. */
@FunctionalInterface
public interface FrameLimits {

    /** The most bytes of a frame of this type; 0 if none may come now. */
    int bytes(Class<? extends Frame> type);
}
