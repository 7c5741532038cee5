package dev.rlm.pdf.worker;

import dev.rlm.pdf.protocol.Refusal;
import dev.rlm.pdf.protocol.Reply;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.PDImage;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.rendering.PageDrawer;
import org.apache.pdfbox.rendering.PageDrawerParameters;

/** Draws a page as an image that models can read. Used once; not thread-safe. */
final class PageDrawing extends PDFRenderer {
    /** Vision models scale what is larger down to about this. */
    private static final float LONGEST_SIDE = 1_500;

    /** A tiny page is not blown up beyond 300 dots per inch. */
    private static final float LARGEST_SCALE = 300f / 72;

    /** Drawings and print are well below it as PNG; photographs are not, and become JPEG. */
    private static final int LARGE_PNG = 1 << 20;

    private static final float JPEG_QUALITY = 0.85f;

    /** A4 at 600 dots per inch has 35 million. */
    private static final long GIANT_PIXELS = 40_000_000;

    private boolean whole = true;

    private PageDrawing(PDDocument document) {
        super(document);
        setSubsamplingAllowed(true);
    }

    /**
     * An image of a page, if there is anything on it.
     *
     * @param index the page's, from 0
     */
    static Reply of(PDDocument document, int index) throws IOException {
        PDRectangle box = document.getPage(index).getCropBox();
        float longest = Math.max(box.getWidth(), box.getHeight());
        if (!(Math.min(box.getWidth(), box.getHeight()) > 0) || Float.isInfinite(longest)) {
            return new Reply.Refused(Refusal.DAMAGED);
        }
        PageDrawing drawing = new PageDrawing(document);
        BufferedImage image =
                drawing.renderImage(index, Math.min(LARGEST_SCALE, LONGEST_SIDE / longest), ImageType.RGB);
        if (isBlank(image)) {
            return drawing.whole ? new Reply.Blank() : new Reply.Refused(Refusal.UNDECODABLE);
        }
        byte[] png = png(image);
        byte[] jpeg = png.length > LARGE_PNG ? jpeg(image) : png;
        return jpeg.length < png.length
                ? new Reply.Image(true, ByteBuffer.wrap(jpeg), drawing.whole)
                : new Reply.Image(false, ByteBuffer.wrap(png), drawing.whole);
    }

    @Override
    protected PageDrawer createPageDrawer(PageDrawerParameters parameters) throws IOException {
        return new Drawer(parameters);
    }

    /** Goes on where something cannot be drawn, as PDFBox does, and remembers it. */
    private final class Drawer extends PageDrawer {
        Drawer(PageDrawerParameters parameters) throws IOException {
            super(parameters);
        }

        /** Leaves pixels out of giants only, whose unpacking would take all memory: thin strokes go with them. */
        @Override
        protected int getSubsampling(PDImage image, AffineTransform at) {
            long pixels = (long) image.getWidth() * image.getHeight();
            return pixels > GIANT_PIXELS ? super.getSubsampling(image, at) : 1;
        }

        @Override
        protected void operatorException(Operator operator, List<COSBase> operands, IOException exception)
                throws IOException {
            whole = false;
            super.operatorException(operator, operands, exception);
        }
    }

    private static boolean isBlank(BufferedImage image) {
        int first = image.getRGB(0, 0);
        int[] row = new int[image.getWidth()];
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            if (Arrays.stream(row).anyMatch(pixel -> pixel != first)) {
                return false;
            }
        }
        return true;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", out);
        }
        return png.toByteArray();
    }

    private static byte[] jpeg(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(jpeg)) {
            ImageWriteParam quality = writer.getDefaultWriteParam();
            quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            quality.setCompressionQuality(JPEG_QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), quality);
        } finally {
            writer.dispose();
        }
        return jpeg.toByteArray();
    }
}
