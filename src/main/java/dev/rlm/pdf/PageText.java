package dev.rlm.pdf;

/** The text of a page, if it can be had. */
public sealed interface PageText permits PageText.Read, Missing {

    /**
     * The text of a page.
     *
     * @param text what it says, with line feeds and without other control characters than tabs; empty for a scan
     * @param enough whether that is what a reader of the page would see; false for scans and drawings, and for fonts that
     *     do not tell what their letters mean
     */
    record Read(String text, boolean enough) implements PageText {}
}
