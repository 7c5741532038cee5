package dev.rlm.pdf;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.color.PDDeviceGray;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.apache.pdfbox.pdmodel.graphics.image.CCITTFactory;
import org.apache.pdfbox.pdmodel.graphics.image.JPEGFactory;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;

/** PDFs, harmless and hostile ones. */
public final class SamplePdfs {
    private static final float SIZE = 10;

    private final PDDocument document = new PDDocument();
    private final PDFont font = new PDType1Font(FontName.HELVETICA);

    private SamplePdfs() {}

    /** An empty one, to which pages are added. */
    public static SamplePdfs pdf() {
        return new SamplePdfs();
    }

    /** One with a page for each text. */
    public static byte[] ofTexts(String... pages) throws IOException {
        SamplePdfs pdf = pdf();
        for (String page : pages) {
            pdf.text(page);
        }
        return pdf.bytes();
    }

    /** Adds a page with lines of text. */
    public SamplePdfs text(String lines) throws IOException {
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            column(content, 50, lines);
        }
        return this;
    }

    /** Adds a page with two columns, the left one written first. */
    public SamplePdfs columns(String left, String right) throws IOException {
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            column(content, 50, left);
            column(content, 320, right);
        }
        return this;
    }

    /** Adds a page that is nothing but a JPEG, as scanners write it. */
    public SamplePdfs scan(byte[] jpeg) throws IOException {
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            picture(content, jpeg);
        }
        return this;
    }

    /** Adds a page that shows of a JPEG only what lies in a rectangle. */
    public SamplePdfs clippedScan(byte[] jpeg, PDRectangle shown) throws IOException {
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            content.addRect(shown.getLowerLeftX(), shown.getLowerLeftY(), shown.getWidth(), shown.getHeight());
            content.clip();
            picture(content, jpeg);
        }
        return this;
    }

    /** Adds a scan in black and white as JBIG2: one region with the code of fax machines (ITU T.88, 7.4.6). */
    public SamplePdfs jbig2Scan(int width, int height) throws IOException {
        BufferedImage bars = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY);
        draw(bars);
        byte[] fax = CCITTFactory.createFromImage(document, bars)
                .getCOSObject()
                .createRawInputStream()
                .readAllBytes();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream segments = new DataOutputStream(bytes);
        segment(segments, 0, 48, 19);
        segments.writeInt(width);
        segments.writeInt(height);
        segments.write(new byte[11]);
        segment(segments, 1, 38, 18 + fax.length);
        segments.writeInt(width);
        segments.writeInt(height);
        segments.write(new byte[9]);
        segments.writeByte(1);
        segments.write(fax);
        PDImageXObject image = new PDImageXObject(
                document,
                new ByteArrayInputStream(bytes.toByteArray()),
                COSName.JBIG2_DECODE,
                width,
                height,
                1,
                PDDeviceGray.INSTANCE);
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            content.drawImage(image, 0, 0, PDRectangle.A4.getWidth(), PDRectangle.A4.getHeight());
        }
        return this;
    }

    private static void segment(DataOutputStream out, int number, int type, int length) throws IOException {
        out.writeInt(number);
        out.writeByte(type);
        out.writeByte(0);
        out.writeByte(1);
        out.writeInt(length);
    }

    /** Adds a scan whose picture is of a kind that nobody can decode. */
    public SamplePdfs undecodable() throws IOException {
        PDImageXObject image = new PDImageXObject(
                document,
                new ByteArrayInputStream(new byte[100]),
                COSName.JPX_DECODE,
                100,
                100,
                8,
                PDDeviceGray.INSTANCE);
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            content.drawImage(image, 0, 0, PDRectangle.A4.getWidth(), PDRectangle.A4.getHeight());
        }
        return this;
    }

    /** Adds a scan with a short text over it. */
    public SamplePdfs stampedScan(byte[] jpeg, String stamp) throws IOException {
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            picture(content, jpeg);
            column(content, 50, stamp);
        }
        return this;
    }

    /** Adds a page of this size with a drawing and no text. */
    public SamplePdfs drawing(PDRectangle size) throws IOException {
        try (PDPageContentStream content = page(size)) {
            content.setNonStrokingColor(Color.RED);
            content.addRect(size.getWidth() / 4, size.getHeight() / 4, size.getWidth() / 2, size.getHeight() / 2);
            content.fill();
        }
        return this;
    }

    /** Adds a page with nothing on it. */
    public SamplePdfs blank() throws IOException {
        page(PDRectangle.A4).close();
        return this;
    }

    /** Adds a page that draws what draws other things ten times, and those again, for {@code depth} levels. */
    public SamplePdfs endless(int depth) throws IOException {
        PDFormXObject last = null;
        for (int level = 0; level < depth; level++) {
            PDFormXObject form = new PDFormXObject(document);
            form.setBBox(PDRectangle.A4);
            form.setResources(new PDResources());
            String content = "q Q\n";
            if (last != null) {
                form.getResources().put(COSName.getPDFName("F"), last);
                content = "/F Do\n".repeat(10);
            }
            write(form.getStream(), content.getBytes(StandardCharsets.US_ASCII));
            last = form;
        }
        try (PDPageContentStream content = page(PDRectangle.A4)) {
            content.drawForm(last);
        }
        return this;
    }

    /** Adds a page whose content unpacks to so many MiB of one operand. */
    public SamplePdfs bomb(int mebibytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(packed)) {
            byte[] mebibyte = "a".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            out.write('(');
            for (int i = 0; i < mebibytes; i++) {
                out.write(mebibyte);
            }
            out.write(") Tj".getBytes(StandardCharsets.US_ASCII));
        }
        PDPage page = new PDPage(PDRectangle.A4);
        document.addPage(page);
        PDStream content = new PDStream(document, new ByteArrayInputStream(packed.toByteArray()));
        content.getCOSObject().setItem(COSName.FILTER, COSName.FLATE_DECODE);
        page.setContents(content);
        return this;
    }

    /** The PDF; nothing can be added any more. */
    public byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (document) {
            document.save(bytes);
        }
        return bytes.toByteArray();
    }

    /** The PDF, encrypted with this user's password. */
    public byte[] encrypted(String password) throws IOException {
        document.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
        return bytes();
    }

    /** A JPEG of a page: black bars on white. */
    public static byte[] jpeg(int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        draw(image);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", bytes);
        return bytes.toByteArray();
    }

    private static void draw(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.BLACK);
        for (int y = height / 10; y < height; y += height / 10) {
            graphics.fillRect(width / 10, y, width / 2, height / 50 + 1);
        }
        graphics.dispose();
    }

    private PDPageContentStream page(PDRectangle size) throws IOException {
        PDPage page = new PDPage(size);
        document.addPage(page);
        return new PDPageContentStream(document, page);
    }

    private void picture(PDPageContentStream content, byte[] jpeg) throws IOException {
        PDImageXObject image = JPEGFactory.createFromByteArray(document, jpeg);
        content.drawImage(image, 0, 0, PDRectangle.A4.getWidth(), PDRectangle.A4.getHeight());
    }

    private void column(PDPageContentStream content, float x, String lines) throws IOException {
        content.beginText();
        content.setFont(font, SIZE);
        content.setLeading(SIZE * 1.2f);
        content.newLineAtOffset(x, PDRectangle.A4.getHeight() - 50);
        for (String line : List.of(lines.split("\n"))) {
            content.showText(line);
            content.newLine();
        }
        content.endText();
    }

    private static void write(PDStream stream, byte[] content) throws IOException {
        try (OutputStream out = stream.createOutputStream()) {
            out.write(content);
        }
    }
}
