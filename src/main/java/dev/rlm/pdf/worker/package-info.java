/** The process that reads PDFs with PDFBox. The only package that touches PDFBox and AWT. */
@NullMarked
package dev.rlm.pdf.worker;

import org.jspecify.annotations.NullMarked;
