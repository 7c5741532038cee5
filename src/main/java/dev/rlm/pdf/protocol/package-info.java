/** What the process that reads PDFs is asked, and what it replies, as bytes of a stream. */
@NullMarked
package dev.rlm.pdf.protocol;

import org.jspecify.annotations.NullMarked;
