package io.foldserve.session;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The native files of one library, which its jar holds and which can be unpacked once, instead of at every start.
 *
 * @param owner a class of the jar
 * @param resources the directory in the jar, of this platform
 * @param files their names
 * @param property names the library the folder to load them from
 * @param folder where they are unpacked
 */
record NativeLibrary(Class<?> owner, String resources, List<String> files, String property, Path folder) {
    /** Copies the list. */
    NativeLibrary {
        files = List.copyOf(files);
    }

    /** Has the library load them from the folder, if they were unpacked and its user named no other. */
    void use() {
        if (System.getProperty(property) == null && isComplete()) {
            System.setProperty(property, folder.toString());
        }
    }

    /** Each file appears complete or not at all. */
    private boolean isComplete() {
        return files.stream().allMatch(file -> Files.isReadable(folder.resolve(file)));
    }

    /**
     * Unpacks them, for the starts to come; nothing if they are there.
     *
     * @throws IOException if the folder cannot be written to
     */
    void unpack() throws IOException {
        Files.createDirectories(folder);
        for (String file : files) {
            if (Files.notExists(folder.resolve(file))) {
                unpack(file);
            }
        }
    }

    private void unpack(String file) throws IOException {
        Path partial = folder.resolve(file + ".partial");
        try {
            try (InputStream library = resource(file)) {
                Files.copy(library, partial, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(partial, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }

    private InputStream resource(String file) throws IOException {
        String resource = resources + "/" + file;
        InputStream library = owner.getResourceAsStream(resource);
        if (library == null) {
            throw new FileNotFoundException(resource);
        }
        return library;
    }
}
