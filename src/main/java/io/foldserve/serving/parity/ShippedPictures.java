package io.foldserve.serving.parity;

import io.foldserve.problem.FileFailure;
import io.foldserve.serving.catalogue.ServedModel;
import io.foldserve.task.PreparedImage;
import io.foldserve.task.image.ImageException;
import io.foldserve.task.image.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The pictures that a model's folder ships in {@code test}, or else in {@code samples}, prepared for its network: up to
 * {@value #MOST}, evenly from all over the folder. What is no picture is passed over. Immutable and thread-safe.
 */
public final class ShippedPictures {
    private static final Logger LOG = Logger.getLogger(ShippedPictures.class);
    private static final int MOST = 64;
    private static final ImageLimits LIMITS = new ImageLimits(25_000_000);

    private final Function<String, Optional<Path>> folders;

    /** Of the models whose folders {@code folders} finds by name. */
    public ShippedPictures(Function<String, Optional<Path>> folders) {
        this.folders = folders;
    }

    /** None at all. */
    public static ShippedPictures none() {
        return new ShippedPictures(model -> Optional.empty());
    }

    /** The prepared pictures of {@code model}; none if its folder ships none. */
    public List<PreparedImage> of(ServedModel model) {
        return folders.apply(model.name())
                .map(folder -> Stream.of("test", "samples")
                        .map(folder::resolve)
                        .filter(Files::isDirectory)
                        .map(pictures -> prepared(pictures, model))
                        .filter(pictures -> !pictures.isEmpty())
                        .findFirst()
                        .orElse(List.of()))
                .orElse(List.of());
    }

    private static List<PreparedImage> prepared(Path directory, ServedModel model) {
        List<PreparedImage> pictures = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> files = walk.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(directory.resolve("masks")))
                    .sorted()
                    .toList();
            int count = Math.min(MOST, files.size());
            for (int i = 0; i < count; i++) {
                Path file = files.get((int) ((long) i * files.size() / count));
                picture(file, model).ifPresent(pictures::add);
            }
        } catch (IOException e) {
            LOG.warnf("%s: the pictures in %s cannot be read: %s", model.name(), directory, FileFailure.reason(e));
        }
        return pictures;
    }

    private static Optional<PreparedImage> picture(Path file, ServedModel model) throws IOException {
        try {
            return Optional.of(model.task().preprocess(model.task().decode(Files.readAllBytes(file), LIMITS)));
        } catch (ImageException notOne) {
            return Optional.empty();
        }
    }
}
