package io.foldserve.benchmark;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** The picture that is posted, in the sizes and formats of the benchmarks. */
final class Photo {
    private static final Path COFFEE = Path.of("src/test/resources/io/foldserve/task/preprocess/coffee.jpg");

    private Photo() {}

    /** Writes it below {@code target/benchmark}, {@code width} by {@code height} pixels large. */
    static Path write(String name, String format, int width, int height) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D canvas = picture.createGraphics();
        canvas.drawImage(ImageIO.read(COFFEE.toFile()), 0, 0, width, height, null);
        canvas.dispose();
        Path folder = Files.createDirectories(Path.of("target", "benchmark"));
        Path file = folder.resolve(name).toAbsolutePath();
        ImageIO.write(picture, format, file.toFile());
        return file;
    }
}
