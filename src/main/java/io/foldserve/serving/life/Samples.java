package io.foldserve.serving.life;

import io.foldserve.serving.catalogue.UnknownNameException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The pictures in the folder {@code samples} of a model's folder, which anyone may see: regular files, no links, with a
 * picture's extension. Immutable and thread-safe; every call looks at the disk.
 */
public final class Samples {
    private static final String FOLDER = "samples";
    private static final int MOST = 24;
    private static final Pattern PICTURE = Pattern.compile("[^.].*\\.(png|jpe?g|gif|bmp)");

    private final ModelFolders folders;
    private final long largest;

    /**
     * The samples of the models in {@code folders}.
     *
     * @param largest how many bytes a sample has at most
     */
    public Samples(ModelFolders folders, long largest) {
        this.folders = folders;
        this.largest = largest;
    }

    /**
     * The names of the first samples of {@code model}, sorted; none if it has no such folder.
     *
     * @throws UncheckedIOException if a folder cannot be listed
     */
    public List<String> names(String model) {
        try {
            Optional<Path> folder = folder(model);
            return folder.isPresent() ? names(folder.get()) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the samples of model %s cannot be listed".formatted(model), e);
        }
    }

    /**
     * One sample's bytes.
     *
     * @throws UnknownNameException if the model has no such sample, with the names that there are
     * @throws UncheckedIOException if it cannot be read
     */
    public byte[] read(String model, String sample) {
        List<String> names = names(model);
        if (!names.contains(sample)) {
            throw new UnknownNameException("sample", sample, names);
        }
        try {
            return Files.readAllBytes(folder(model).orElseThrow().resolve(sample));
        } catch (IOException e) {
            throw new UncheckedIOException("sample %s of model %s cannot be read".formatted(sample, model), e);
        }
    }

    private Optional<Path> folder(String model) throws IOException {
        return Optional.ofNullable(folders.list().get(model))
                .map(folder -> folder.resolve(FOLDER))
                .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS));
    }

    private List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(this::isPicture)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .limit(MOST)
                    .toList();
        }
    }

    private boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return PICTURE.matcher(name).matches()
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && file.toFile().length() <= largest;
    }
}
