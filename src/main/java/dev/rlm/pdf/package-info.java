/**
 * Reads PDFs: the text of their pages, and pages as images. The bytes of a PDF are parsed in a process of its own, which
 * is bounded in memory and killed when a page takes too long, so that no PDF can harm the process that asks. Knows
 * nothing of contexts.
 */
@NullMarked
package dev.rlm.pdf;

import org.jspecify.annotations.NullMarked;
