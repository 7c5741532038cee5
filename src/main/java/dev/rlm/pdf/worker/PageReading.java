package dev.rlm.pdf.worker;

import java.io.IOException;
import java.util.List;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageTree;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.util.Matrix;

/**
 * Reads the text of one page, in the order in which it was written into the PDF, which keeps columns whole. Used once; not
 * thread-safe.
 */
final class PageReading extends PDFTextStripper {
    /** A page full of the smallest print has some 30,000. */
    private static final int MOST_CHARACTERS = 1 << 22;

    /** A page with so many letters is read as text even if a picture fills it, as scans with recognised text do. */
    private static final int ENOUGH_LETTERS = 100;

    private final PDDocument whole;
    private final PDPage page;
    private final double pageArea;
    private double largestPicture;
    private long letters;
    private long meaningless;

    /** The text of this page. */
    PageReading(PDDocument document, PDPage page) {
        this.whole = document;
        this.page = page;
        PDRectangle box = page.getCropBox();
        this.pageArea = (double) box.getWidth() * box.getHeight();
        setLineSeparator("\n");
    }

    /** Reads it. */
    String read() throws IOException {
        BoundedText text = new BoundedText(MOST_CHARACTERS);
        writeText(whole, text);
        String clean = withoutControls(text.toString());
        letters = clean.codePoints().filter(Character::isLetterOrDigit).count();
        meaningless = clean.codePoints().filter(PageReading::isMeaningless).count();
        return clean;
    }

    /** Whether the text is what a reader of the page sees, and not only its number or the stamp on a scan. */
    boolean isEnough() {
        boolean readable = meaningless * 4 <= letters;
        boolean picture = largestPicture * 2 >= pageArea;
        return readable && (letters >= ENOUGH_LETTERS || (letters > 0 && !picture));
    }

    /** One page; going through all of them for each would take quadratic time. */
    @Override
    protected void processPages(PDPageTree all) throws IOException {
        if (page.hasContents()) {
            processPage(page);
        }
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        boolean picture = switch (operator.getName()) {
            case OperatorName.DRAW_OBJECT -> isImage(operands);
            case OperatorName.BEGIN_INLINE_IMAGE -> true;
            default -> false;
        };
        if (picture) {
            Matrix unitSquare = getGraphicsState().getCurrentTransformationMatrix();
            double area = Math.abs((double) unitSquare.getScaleX() * unitSquare.getScaleY()
                    - (double) unitSquare.getShearX() * unitSquare.getShearY());
            largestPicture = Math.max(largestPicture, area);
        }
        super.processOperator(operator, operands);
    }

    private boolean isImage(List<COSBase> operands) {
        PDResources resources = getResources();
        return resources != null
                && !operands.isEmpty()
                && operands.getFirst() instanceof COSName name
                && resources.isImageXObject(name);
    }

    /** Fonts without a table of their characters give text in which nothing means anything. */
    private static boolean isMeaningless(int character) {
        return character == 0xFFFD || Character.getType(character) == Character.PRIVATE_USE;
    }

    private static String withoutControls(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) && c != '\n' && c != '\t' ? ' ' : c));
        return clean.toString();
    }
}
