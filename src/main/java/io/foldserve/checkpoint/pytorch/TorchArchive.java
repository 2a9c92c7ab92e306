package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Unpickler;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.checkpoint.zip.ZipEntry;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An archive of PyTorch's, with its pickle {@code <root>/data.pkl} read: what {@code torch.save} and
 * {@code torch.jit.save} have in common.
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 *
 * @param root what the pickle holds
 * @param pickleBytes the pickle's length
 * @param tensors reads the tensors that the pickle describes
 * @param globals the unknown classes that the pickle named
 */
record TorchArchive(Value root, long pickleBytes, TensorReader tensors, TorchGlobals globals) {
    /** A pickle has about 200 bytes per tensor and none of their elements: this is more than any network needs. */
    static final long LARGEST_PICKLE = 16 << 20;

    private static final Pattern CHECKPOINT =
            Pattern.compile(".*\\.(pth|pt|ckpt|bin|safetensors|h5|keras|params|onnx)");

    private static final String PICKLE = "/data.pkl";

    /** Whether {@code file} is an archive that holds {@code <root>/data.pkl} and {@code <root>/constants.pkl}. */
    static boolean isProgram(FileBytes file) {
        return ZipArchive.peek(file).stream().anyMatch(name -> isUnderRoot(name, "/constants.pkl"));
    }

    private static boolean isUnderRoot(String name, String entry) {
        return name.endsWith(entry) && name.indexOf('/') == name.length() - entry.length();
    }

    /**
     * Opens {@code file} and reads its pickle.
     *
     * @throws InvalidInputException if it is not such an archive, or is damaged
     */
    static TorchArchive open(FileBytes file) {
        ZipArchive archive = ZipArchive.open(file);
        String root = root(archive);
        ZipEntry pickle = archive.find(root + PICKLE).orElseThrow();
        if (pickle.size() > LARGEST_PICKLE) {
            throw new InvalidInputException(
                    Quoted.of(pickle.name()),
                    "has %d bytes, at most %d are read".formatted(pickle.size(), LARGEST_PICKLE));
        }
        archive.verify(pickle);
        TorchGlobals globals = new TorchGlobals(new ZipStorages(archive, root), pickle.size());
        Value content = Unpickler.read(archive.bytes(pickle), globals);
        TensorReader tensors = new TensorReader(byteOrder(archive, root), new MemoryBudget(file.size()));
        return new TorchArchive(content, pickle.size(), tensors, globals);
    }

    /** Chooses among the state dicts in the pickle. */
    StateDictReader stateDicts() {
        return new StateDictReader(tensors, globals);
    }

    private static String root(ZipArchive archive) {
        List<String> roots = new ArrayList<>();
        for (ZipEntry entry : archive.entries()) {
            if (isUnderRoot(entry.name(), PICKLE)) {
                roots.add(entry.name().substring(0, entry.name().length() - PICKLE.length()));
            }
        }
        archive.entries().stream()
                .map(ZipEntry::name)
                .filter(name -> roots.isEmpty() && CHECKPOINT.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            "zip archive",
                            "holds the checkpoint %s: unpack the archive and name that file"
                                    .formatted(Quoted.of(name)));
                });
        if (roots.size() != 1) {
            throw new InvalidInputException(
                    "zip archive",
                    "has %d entries <name>/data.pkl, expected the one that torch.save writes; it starts with %s"
                            .formatted(roots.size(), firstNames(archive)));
        }
        return roots.get(0);
    }

    private static String firstNames(ZipArchive archive) {
        return archive.entries().stream()
                .limit(3)
                .map(entry -> Quoted.of(entry.name()))
                .collect(Collectors.joining(", "));
    }

    /** Files from before PyTorch 2.1 have no such entry and are little-endian. */
    private static ByteOrder byteOrder(ZipArchive archive, String root) {
        Optional<ZipEntry> entry = archive.find(root + "/byteorder");
        if (entry.isEmpty()) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        archive.verify(entry.get());
        ByteBuffer start = archive.slice(entry.get(), 0, Math.min(8, entry.get().size()));
        String order = StandardCharsets.ISO_8859_1.decode(start).toString();
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new InvalidInputException(
                        "byteorder", "is %s, expected little or big".formatted(Quoted.of(order)));
        };
    }
}
