package io.foldserve.session;

import ai.onnxruntime.OrtEnvironment;
import com.sun.jna.Native;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The native libraries of ONNX Runtime and of JNA, unpacked once beside the service's jar. By themselves they inflate
 * 28 MB into the directory for temporary files at every start, which must then allow programs to run. On Linux, where
 * servers run; elsewhere that is what they do.
 */
public final class NativeLibraries {
    /** Names ONNX Runtime the folder of its libraries. */
    static final String ONNX_RUNTIME = "onnxruntime.native.path";

    /** Names JNA the folder of its own. */
    static final String JNA = "jna.boot.library.path";

    /** ONNX Runtime's names for processors, by Java's. */
    private static final Map<String, String> ONNX_RUNTIME_PROCESSORS = Map.of("amd64", "x64", "aarch64", "aarch64");

    /** JNA's names for processors, by Java's. */
    private static final Map<String, String> JNA_PROCESSORS = Map.of("amd64", "x86-64", "aarch64", "aarch64");

    private final List<NativeLibrary> libraries;

    private NativeLibraries(List<NativeLibrary> libraries) {
        this.libraries = libraries;
    }

    /** Those for this machine, beside the jar that this process was started with; none if it was not started so. */
    public static NativeLibraries besideTheJar() {
        Optional<Path> folder = jar().map(jar -> jar.resolveSibling("native"));
        return folder.isPresent() && "Linux".equals(System.getProperty("os.name"))
                ? in(folder.get(), System.getProperty("os.arch"))
                : new NativeLibraries(List.of());
    }

    /** Those for Linux on {@code processor}, as Java calls it, each in a folder of its own within {@code folder}. */
    static NativeLibraries in(Path folder, String processor) {
        return new NativeLibraries(Stream.concat(
                        Optional.ofNullable(ONNX_RUNTIME_PROCESSORS.get(processor)).stream()
                                .flatMap(name -> onnxRuntime(folder, "linux-" + name).stream()),
                        Optional.ofNullable(JNA_PROCESSORS.get(processor)).stream()
                                .flatMap(name -> jna(folder, "linux-" + name).stream()))
                .toList());
    }

    private static Optional<NativeLibrary> onnxRuntime(Path folder, String platform) {
        Class<?> owner = OrtEnvironment.class;
        List<String> files = List.of("libonnxruntime.so", "libonnxruntime4j_jni.so");
        return folder(owner, folder, platform)
                .map(own -> new NativeLibrary(owner, "/ai/onnxruntime/native/" + platform, files, ONNX_RUNTIME, own));
    }

    private static Optional<NativeLibrary> jna(Path folder, String platform) {
        Class<?> owner = Native.class;
        List<String> files = List.of("libjnidispatch.so");
        return folder(owner, folder, platform)
                .map(own -> new NativeLibrary(owner, "/com/sun/jna/" + platform, files, JNA, own));
    }

    /**
     * The folder for the jar of {@code owner}, whose name has its version: a newer jar, or one that was copied to
     * another machine, does not find it.
     */
    private static Optional<Path> folder(Class<?> owner, Path folder, String platform) {
        return Optional.ofNullable(owner.getProtectionDomain().getCodeSource())
                .map(CodeSource::getLocation)
                .map(URL::getPath)
                .map(path -> path.substring(path.lastIndexOf('/') + 1).replace(".jar", ""))
                .map(release -> folder.resolve(release + "-" + platform));
    }

    /** Java says of {@code java -jar FILE} that the class path is the file. */
    private static Optional<Path> jar() {
        String classPath = System.getProperty("java.class.path", "");
        return classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)
                ? Optional.of(Path.of(classPath).toAbsolutePath())
                : Optional.empty();
    }

    /** Has each loaded from where it was unpacked, if it was, and if its user named no other folder. */
    void use() {
        libraries.forEach(NativeLibrary::use);
    }

    /**
     * Unpacks them, for the starts to come; nothing that is there.
     *
     * @throws IOException if a folder cannot be written to
     */
    public void unpack() throws IOException {
        for (NativeLibrary library : libraries) {
            library.unpack();
        }
    }
}
