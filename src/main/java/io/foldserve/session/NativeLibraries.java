package io.foldserve.session;

import ai.onnxruntime.OrtEnvironment;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * ONNX Runtime's native libraries, unpacked once beside the service's jar. By itself the runtime inflates 28 MB into
 * the directory for temporary files at every start. On Linux, where servers run; elsewhere that is what it does.
 */
public final class NativeLibraries {
    /** The property that names the runtime the folder of its libraries. */
    static final String PROPERTY = "onnxruntime.native.path";

    private static final List<String> FILES = List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");

    /** The runtime's names for processors, by Java's. */
    private static final Map<String, String> PROCESSORS = Map.of("amd64", "x64", "aarch64", "aarch64");

    private final Path folder;
    private final String platform;

    NativeLibraries(Path folder, String platform) {
        this.folder = folder;
        this.platform = platform;
    }

    /**
     * Those for this machine, beside the jar that this process was started with; empty where it was not started with
     * one. The folder is one of this version and platform, so that a newer jar, or one that was copied to another
     * machine, does not find it.
     */
    public static Optional<NativeLibraries> besideTheJar() {
        Optional<String> processor = Optional.ofNullable(PROCESSORS.get(System.getProperty("os.arch")));
        if (processor.isEmpty() || !"Linux".equals(System.getProperty("os.name"))) {
            return Optional.empty();
        }
        String platform = "linux-" + processor.get();
        return jar().flatMap(jar -> release()
                .map(release ->
                        new NativeLibraries(jar.resolveSibling("native").resolve(release + "-" + platform), platform)));
    }

    /** The name of the runtime's own jar, which has its version. */
    private static Optional<String> release() {
        return Optional.ofNullable(OrtEnvironment.class.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(URL::getPath)
                .map(path -> path.substring(path.lastIndexOf('/') + 1).replace(".jar", ""));
    }

    /** Java says of {@code java -jar FILE} that the class path is the file. */
    private static Optional<Path> jar() {
        String classPath = System.getProperty("java.class.path", "");
        return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? Optional.of(Path.of(classPath).toAbsolutePath())
                : Optional.empty();
    }

    /** Has the runtime load them, if they were unpacked and its user named no other folder. */
    void use() {
        if (System.getProperty(PROPERTY) == null && isComplete()) {
            System.setProperty(PROPERTY, folder.toString());
        }
    }

    /** Each file appears complete or not at all. */
    private boolean isComplete() {
        return FILES.stream().allMatch(file -> Files.isReadable(folder.resolve(file)));
    }

    /**
     * Unpacks them, for the starts to come; nothing if they are there.
     *
     * @throws IOException if the folder cannot be written to
     */
    public void unpack() throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
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
        String resource = "/ai/onnxruntime/native/" + platform + "/" + file;
        InputStream library = OrtEnvironment.class.getResourceAsStream(resource);
        if (library == null) {
            throw new FileNotFoundException(resource);
        }
        return library;
    }
}
