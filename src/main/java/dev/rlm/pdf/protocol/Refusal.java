package dev.rlm.pdf.protocol;

/** Why something of a PDF cannot be had. */
public enum Refusal {
    /** It, or the page, is no PDF that can be understood. */
    DAMAGED,

    /** It is encrypted, with a key or a password that is not empty. */
    ENCRYPTED,

    /** The page has more text than any page has. */
    TOO_MUCH_TEXT,

    /** What the page shows is of a kind that cannot be decoded. */
    UNDECODABLE,

    /** This build cannot draw. */
    NO_GRAPHICS
}
