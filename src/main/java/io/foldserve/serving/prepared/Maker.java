package io.foldserve.serving.prepared;

import io.foldserve.session.ModelSession;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What folded and proved a network: another one may fold otherwise, or run what was folded otherwise.
 *
 * @param code the digest of this program's own classes
 * @param runtime ONNX Runtime's version
 * @param processor the kind of processor
 */
public record Maker(String code, String runtime, String processor) {
    private static final Optional<String> CODE = readCode();

    /** This process; nothing if its own classes cannot be read, so that nothing can be said of them. */
    static Optional<Maker> current() {
        return CODE.map(code -> new Maker(code, ModelSession.runtimeVersion(), System.getProperty("os.arch")));
    }

    /** The digest of this program's own classes, if they can be read. */
    static Optional<String> ownCode() {
        return CODE;
    }

    private static Optional<String> readCode() {
        CodeSource source = Maker.class.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return Optional.empty();
        }
        try {
            Path place = Path.of(uri(source.getLocation()));
            return Optional.of(Files.isDirectory(place) ? ofClasses(place) : Digest.of(place));
        } catch (IOException | URISyntaxException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /** Some class loaders name the place within the archive, too. */
    private static URI uri(URL location) throws URISyntaxException {
        String place = location.toString();
        place = place.startsWith("jar:") ? place.substring("jar:".length()) : place;
        int inside = place.indexOf("!/");
        return new URI(inside < 0 ? place : place.substring(0, inside));
    }

    private static String ofClasses(Path directory) throws IOException {
        SortedMap<String, String> digests = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                digests.put(directory.relativize(file).toString(), Digest.of(file));
            }
        }
        return Digest.of(digests.toString().getBytes(StandardCharsets.UTF_8));
    }
}
