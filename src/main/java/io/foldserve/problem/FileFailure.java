package io.foldserve.problem;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why a file could not be read or written, in words for people who know no Java. */
public final class FileFailure {
    private FileFailure() {}

    /** The reason for {@code failure}, without the file's name, which messages begin with. */
    public static String reason(Exception failure) {
        if (failure instanceof NoSuchFileException) {
            return "it does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "access is denied";
        }
        if (failure instanceof NotDirectoryException) {
            return "it is not a folder";
        }
        if (failure instanceof FileSystemLoopException) {
            return "its links lead back to it";
        }
        if (failure instanceof DirectoryNotEmptyException) {
            return "a folder with files is in its place";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not UTF-8 text";
        }
        if (failure instanceof InvalidPathException invalid) {
            return "its name is none of a file: " + invalid.getReason();
        }
        String told = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return failure instanceof IOException && told != null && !told.isBlank()
                ? told
                : "it failed without a reason (%s)".formatted(Words.of(failure.getClass()));
    }
}
