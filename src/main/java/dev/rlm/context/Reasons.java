package dev.rlm.context;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.zip.ZipException;

/** Says in a few words why the file system refused. */
final class Reasons {
    private Reasons() {}

    static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "it is gone";
            case NotDirectoryException _ -> "not a folder";
            case FileSystemLoopException _ -> "links in a circle";
            case FileSystemException f when f.getReason() != null -> lowerCase(f.getReason());
            case ZipException _ -> "damaged";
            default -> e.getMessage() == null ? "input or output failed" : lowerCase(e.getMessage());
        };
    }

    private static String lowerCase(String reason) {
        String line = Labels.harmless(reason);
        return line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }
}
