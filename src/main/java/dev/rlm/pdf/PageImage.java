package dev.rlm.pdf;

import java.nio.ByteBuffer;

/** An image of a page, if there is one. */
public sealed interface PageImage permits PageImage.Drawn, PageImage.Blank, Missing {

    /**
     * An image.
     *
     * @param mediaType {@code image/png} or {@code image/jpeg}
     * @param whole whether all that the page shows is on it
     */
    record Drawn(String mediaType, ByteBuffer content, boolean whole) implements PageImage {}

    /** The page shows nothing. */
    record Blank() implements PageImage {}
}
