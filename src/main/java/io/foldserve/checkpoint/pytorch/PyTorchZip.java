package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.format.FileBytes;
import io.foldserve.checkpoint.format.Framework;
import io.foldserve.checkpoint.format.MemoryBudget;
import io.foldserve.checkpoint.format.NamedTensors;
import io.foldserve.checkpoint.format.Quoted;
import io.foldserve.checkpoint.pickle.Unpickler;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.checkpoint.zip.ZipEntry;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The zip format that {@code torch.save} writes since PyTorch 1.6: a pickle {@code <root>/data.pkl}, the storages
 * {@code <root>/data/<key>}, and {@code <root>/byteorder}. See PyTorch's {@code torch/serialization.py}.
 */
public final class PyTorchZip {
    private static final String PICKLE = "/data.pkl";

    /** A pickle has about 200 bytes per tensor and none of their elements: this is more than any network needs. */
    private static final long LARGEST_PICKLE = 16 << 20;

    private PyTorchZip() {}

    /** Whether {@code file} starts like a zip archive. */
    public static boolean recognises(FileBytes file) {
        return ZipArchive.recognises(file);
    }

    /**
     * Reads the state dict under {@code entry}, or the one that {@link StateDictChoice} prefers. The metadata says which
     * ({@code entry}), which there are ({@code entries}), and what in it is no tensor ({@code ignored}).
     *
     * @throws InvalidInputException if the file is not such an archive, is damaged, or has no such state dict
     */
    public static NamedTensors read(FileBytes file, Optional<String> entry) {
        ZipArchive archive = ZipArchive.open(file);
        String root = root(archive);
        StateDictChoice choice = StateDictChoice.of(unpickle(archive, root), entry);
        TensorReader reader = new TensorReader(archive, byteOrder(archive, root), new MemoryBudget(file.size()));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pytorch");
        metadata.put("entry", choice.path());
        metadata.put("entries", String.join(",", choice.candidates()));
        return tensors(choice, reader, metadata);
    }

    private static String root(ZipArchive archive) {
        List<String> roots = new ArrayList<>();
        for (ZipEntry entry : archive.entries()) {
            String name = entry.name();
            if (name.endsWith(PICKLE) && name.indexOf('/') == name.length() - PICKLE.length()) {
                roots.add(name.substring(0, name.length() - PICKLE.length()));
            }
        }
        if (roots.size() != 1) {
            throw new InvalidInputException(
                    "zip archive",
                    "has %d entries <name>/data.pkl, expected the one that torch.save writes; it starts with %s"
                            .formatted(roots.size(), firstNames(archive)));
        }
        String program = roots.get(0) + "/constants.pkl";
        if (archive.entries().stream().anyMatch(entry -> entry.name().equals(program))) {
            throw new InvalidInputException(
                    "zip archive", "is a TorchScript program; expected a state dict saved with torch.save");
        }
        return roots.get(0);
    }

    private static String firstNames(ZipArchive archive) {
        return archive.entries().stream()
                .limit(3)
                .map(entry -> Quoted.of(entry.name()))
                .collect(Collectors.joining(", "));
    }

    private static Value unpickle(ZipArchive archive, String root) {
        ZipEntry pickle = archive.find(root + PICKLE).orElseThrow();
        if (pickle.size() > LARGEST_PICKLE) {
            throw new InvalidInputException(
                    Quoted.of(pickle.name()),
                    "has %d bytes, at most %d are read".formatted(pickle.size(), LARGEST_PICKLE));
        }
        archive.verify(pickle);
        return Unpickler.read(archive.bytes(pickle), new TorchGlobals(archive, root));
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

    private static NamedTensors tensors(StateDictChoice choice, TensorReader reader, Map<String, String> metadata) {
        Problems problems = new Problems("entry " + choice.path());
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        List<String> ignored = new ArrayList<>();
        List<Value> keys = choice.dict().keys();
        for (int i = 0; i < keys.size() && !problems.isFull(); i++) {
            Value value = choice.dict().values().get(i);
            if (!(keys.get(i) instanceof Text key)) {
                problems.add("a key is %s, expected a str".formatted(keys.get(i).kind()));
            } else if (!(value instanceof TensorView view)) {
                ignored.add(key.value());
            } else if (tensors.containsKey(key.value())) {
                problems.add(Quoted.of(key.value()) + ": is there twice");
            } else {
                read(reader, key.value(), view, problems).ifPresent(tensor -> tensors.put(key.value(), tensor));
            }
        }
        problems.throwIfAny();
        if (!ignored.isEmpty()) {
            metadata.put("ignored", String.join(",", ignored));
        }
        return new NamedTensors(Framework.PYTORCH, tensors, metadata);
    }

    private static Optional<Tensor> read(TensorReader reader, String name, TensorView view, Problems problems) {
        try {
            return Optional.of(reader.read(view));
        } catch (InvalidInputException cause) {
            problems.addAll(Quoted.of(name), cause);
            return Optional.empty();
        }
    }
}
