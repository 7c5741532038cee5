package dev.rlm.pdf.worker;

import java.awt.geom.Point2D;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pdfbox.contentstream.PDFStreamEngine;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorName;
import org.apache.pdfbox.contentstream.operator.state.Concatenate;
import org.apache.pdfbox.contentstream.operator.state.Restore;
import org.apache.pdfbox.contentstream.operator.state.Save;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.util.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Finds the JPEG of a page that is nothing else: a scan. Taken out as it is, it loses nothing and nothing has to be
 * decoded. Used once; not thread-safe.
 */
final class PageJpeg extends PDFStreamEngine {
    /** Larger ones are drawn smaller: models see no more in them. */
    private static final int MOST_BYTES = 3 << 20;

    private static final int LONGEST_SIDE = 2_000;

    /** How much an image may miss a page by and still fill it, as a share of the page. */
    private static final double TOLERANCE = 0.1;

    /** What paints nothing and does not change what an image looks like. */
    private static final Set<String> HARMLESS = Set.of(
            OperatorName.CLIP_NON_ZERO,
            OperatorName.CLIP_EVEN_ODD,
            OperatorName.ENDPATH,
            OperatorName.BEGIN_MARKED_CONTENT,
            OperatorName.BEGIN_MARKED_CONTENT_SEQ,
            OperatorName.END_MARKED_CONTENT,
            OperatorName.SET_LINE_WIDTH,
            OperatorName.STROKING_COLOR_GRAY,
            OperatorName.STROKING_COLOR_RGB,
            OperatorName.NON_STROKING_GRAY,
            OperatorName.NON_STROKING_RGB);

    private static final Set<COSName> PLAIN_COLOURS =
            Set.of(COSName.DEVICERGB, COSName.DEVICEGRAY, COSName.ICCBASED, COSName.CALRGB, COSName.CALGRAY);

    private final PDRectangle box;
    private @Nullable COSStream image;
    private boolean otherThings;

    private PageJpeg(PDPage page) {
        this.box = page.getCropBox();
        addOperator(new Save(this));
        addOperator(new Restore(this));
        addOperator(new Concatenate(this));
    }

    /** The JPEG that a page consists of. */
    static Optional<byte[]> of(PDPage page) throws IOException {
        if (page.getRotation() != 0 || !page.getAnnotations().isEmpty()) {
            return Optional.empty();
        }
        PageJpeg search = new PageJpeg(page);
        search.processPage(page);
        COSStream found = search.image;
        if (found == null || search.otherThings || !isPlainJpeg(found)) {
            return Optional.empty();
        }
        try (InputStream in = found.createRawInputStream()) {
            byte[] jpeg = in.readNBytes(MOST_BYTES + 1);
            return jpeg.length <= MOST_BYTES
                            && JpegHeader.of(jpeg).filter(PageJpeg::fits).isPresent()
                    ? Optional.of(jpeg)
                    : Optional.empty();
        }
    }

    private static boolean fits(JpegHeader header) {
        boolean greyOrColour = header.components() == 1 || header.components() == 3;
        return greyOrColour && Math.max(header.width(), header.height()) <= LONGEST_SIDE;
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        switch (operator.getName()) {
            case OperatorName.SAVE, OperatorName.RESTORE, OperatorName.CONCAT ->
                super.processOperator(operator, operands);
            case OperatorName.DRAW_OBJECT -> {
                COSStream drawn = imageOf(operands);
                otherThings |= image != null || drawn == null || !fillsThePage();
                image = drawn;
            }
            // What is clipped to less than the page is not all seen.
            case OperatorName.APPEND_RECT -> otherThings |= !coversThePage(operands);
            default -> otherThings |= !HARMLESS.contains(operator.getName());
        }
    }

    private @Nullable COSStream imageOf(List<COSBase> operands) {
        PDResources resources = getResources();
        boolean isImage = resources != null
                && !operands.isEmpty()
                && operands.getFirst() instanceof COSName name
                && resources.isImageXObject(name);
        return isImage
                        && resources
                                        .getCOSObject()
                                        .getCOSDictionary(COSName.XOBJECT)
                                        .getDictionaryObject((COSName) operands.getFirst())
                                instanceof COSStream stream
                ? stream
                : null;
    }

    private boolean coversThePage(List<COSBase> rectangle) {
        if (rectangle.size() != 4 || !rectangle.stream().allMatch(COSNumber.class::isInstance)) {
            return false;
        }
        float[] numbers = new float[4];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = ((COSNumber) rectangle.get(i)).floatValue();
        }
        Matrix toPage = getGraphicsState().getCurrentTransformationMatrix();
        Point2D.Float one = toPage.transformPoint(numbers[0], numbers[1]);
        Point2D.Float other = toPage.transformPoint(numbers[0] + numbers[2], numbers[1] + numbers[3]);
        float slackX = (float) TOLERANCE * box.getWidth();
        float slackY = (float) TOLERANCE * box.getHeight();
        return toPage.getShearX() == 0
                && toPage.getShearY() == 0
                && Math.min(one.x, other.x) <= box.getLowerLeftX() + slackX
                && Math.max(one.x, other.x) >= box.getUpperRightX() - slackX
                && Math.min(one.y, other.y) <= box.getLowerLeftY() + slackY
                && Math.max(one.y, other.y) >= box.getUpperRightY() - slackY;
    }

    private boolean fillsThePage() {
        Matrix unitSquare = getGraphicsState().getCurrentTransformationMatrix();
        double width = box.getWidth();
        double height = box.getHeight();
        return isAbout(unitSquare.getScaleX(), width, width)
                && isAbout(unitSquare.getScaleY(), height, height)
                && isAbout(unitSquare.getShearX(), 0, width)
                && isAbout(unitSquare.getShearY(), 0, height)
                && isAbout(unitSquare.getTranslateX(), box.getLowerLeftX(), width)
                && isAbout(unitSquare.getTranslateY(), box.getLowerLeftY(), height);
    }

    private static boolean isAbout(double actual, double expected, double size) {
        return Math.abs(actual - expected) <= TOLERANCE * size;
    }

    private static boolean isPlainJpeg(COSStream image) {
        COSBase filters = image.getFilters();
        COSBase filter = filters instanceof COSArray array && array.size() == 1 ? array.getObject(0) : filters;
        COSBase colours = image.getDictionaryObject(COSName.COLORSPACE, COSName.CS);
        COSBase family = colours instanceof COSArray array && array.size() > 0 ? array.getObject(0) : colours;
        return (COSName.DCT_DECODE.equals(filter) || COSName.DCT_DECODE_ABBREVIATION.equals(filter))
                && family instanceof COSName name
                && PLAIN_COLOURS.contains(name)
                && !image.containsKey(COSName.SMASK)
                && !image.containsKey(COSName.MASK)
                && !image.containsKey(COSName.DECODE);
    }
}
