package dev.rlm.context;

import java.util.Locale;

/** Which pages of PDFs become images, beside the text that they have. */
public enum PdfPages {
    /** Pages without text that can be used, such as scans. */
    AUTO,
    /** All pages. */
    ALL,
    /** No page. */
    NONE;

    /** Its name for people. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The one with a name for people.
     *
     * @throws ContextException if there is none; the message names those that there are
     */
    public static PdfPages ofLabel(String label) throws ContextException {
        for (PdfPages pages : values()) {
            if (pages.label().equals(label)) {
                return pages;
            }
        }
        throw new ContextException(
                "The pages of PDFs that become images must be auto (those without text), all or none, not '" + label
                        + "'.");
    }
}
