package io.foldserve.problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Recognises a text file that stands where another should be: what a clone or a download left in place of the weights.
 */
public final class Placeholder {
    private static final int HEAD = 512;

    private Placeholder() {}

    /**
     * What {@code file} is instead and what to do about it, as the rest of a sentence about it; empty if it is none.
     *
     * @throws InvalidInputException if the file cannot be read
     */
    public static Optional<String> describe(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return describe(in.readNBytes(HEAD));
        } catch (IOException failure) {
            throw new InvalidInputException(file.toString(), "cannot be read: " + FileFailure.reason(failure));
        }
    }

    /** What a file that begins with {@code head} is instead; see {@link #describe(Path)}. */
    public static Optional<String> describe(byte[] head) {
        String text = new String(head, StandardCharsets.UTF_8).stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs.github.com/spec/")
                || text.startsWith("version https://hawser.github.com/spec/")) {
            return Optional.of("is a Git LFS pointer, not the file it stands for; run: git lfs pull");
        }
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.startsWith("<head")) {
            return Optional.of("is a web page, not the file that was meant to be downloaded; "
                    + "open the link in a browser, it may ask for a login or a confirmation");
        }
        if (text.startsWith("<?xml") && text.contains("<error>")) {
            return Optional.of("is a storage service's error message, not the file that was meant to be downloaded; "
                    + "the link may have expired");
        }
        if (text.startsWith("/annex/objects/") || text.startsWith("outs:\n- md5:")) {
            return Optional.of(
                    "is a pointer of git-annex or DVC, not the file it stands for; run: git annex get, or dvc pull");
        }
        return Optional.empty();
    }
}
