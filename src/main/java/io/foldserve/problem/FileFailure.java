package io.foldserve.problem;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Why a file could not be read or written, in words for who wrote its name: no class names, no paths. Stateless. */
public final class FileFailure {
    private FileFailure() {}

    /** The reason in {@code failure}, as the end of a sentence such as "cannot be read: …". */
    public static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission is denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "it is there already";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (failure instanceof FileSystemException told) {
            return Objects.requireNonNullElse(told.getReason(), "the file system refuses it");
        }
        return Objects.requireNonNullElse(failure.getMessage(), "the file system gives no reason");
    }
}
