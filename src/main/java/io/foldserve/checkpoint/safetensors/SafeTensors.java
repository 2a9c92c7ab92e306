package io.foldserve.checkpoint.safetensors;

import io.foldserve.checkpoint.base.DeclaredShape;
import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The safetensors format: 8 bytes with the header's length, little-endian, the header in JSON, then the tensors' bytes.
 *
 * <p>As the reference implementation does, it insists that the tensors cover everything after the header, without a gap
 * and without an overlap. Every tensor is a view of the file. See
 * <a href="https://huggingface.co/docs/safetensors">the format's description</a>.
 */
public final class SafeTensors {
    private static final int LENGTH_BYTES = 8;
    private static final long LONGEST_HEADER = 100_000_000;

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            Map.entry("F64", DType.FLOAT64),
            Map.entry("F32", DType.FLOAT32),
            Map.entry("F16", DType.FLOAT16),
            Map.entry("BF16", DType.BFLOAT16),
            Map.entry("I64", DType.INT64),
            Map.entry("I32", DType.INT32),
            Map.entry("I16", DType.INT16),
            Map.entry("I8", DType.INT8),
            Map.entry("U64", DType.UINT64),
            Map.entry("U32", DType.UINT32),
            Map.entry("U16", DType.UINT16),
            Map.entry("U8", DType.UINT8),
            Map.entry("BOOL", DType.BOOL));

    private final FileBytes file;
    private final long dataOffset;

    private SafeTensors(FileBytes file, long dataOffset) {
        this.file = file;
        this.dataOffset = dataOffset;
    }

    /** Whether {@code file} has a JSON object where a safetensors header is. */
    public static boolean recognises(FileBytes file) {
        return file.size() > LENGTH_BYTES && file.slice(LENGTH_BYTES, 1).get() == '{';
    }

    /**
     * Reads every tensor. The metadata is the file's own {@code __metadata__}, each name prefixed with
     * {@code metadata.}.
     *
     * @throws InvalidInputException with every problem, if the header is malformed or disagrees with the file
     */
    public static NamedTensors read(FileBytes file) {
        long length = file.slice(0, LENGTH_BYTES).getLong();
        long available = file.size() - LENGTH_BYTES;
        if (length < 2 || length > available || length > LONGEST_HEADER) {
            throw new InvalidInputException(
                    "safetensors header",
                    "is said to have %d bytes, the file has %d after that and at most %d are read"
                            .formatted(length, available, LONGEST_HEADER));
        }
        Header header = HeaderParser.parse(file.slice(LENGTH_BYTES, length));
        return new SafeTensors(file, LENGTH_BYTES + length).tensors(header);
    }

    private NamedTensors tensors(Header header) {
        Problems problems = new Problems("safetensors");
        checkCover(header, problems);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Header.Entry entry : header.entries()) {
            if (problems.isFull()) {
                break;
            }
            read(entry, problems).ifPresent(tensor -> tensors.put(entry.name(), tensor));
        }
        problems.throwIfAny();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "safetensors");
        header.metadata().forEach((name, value) -> metadata.put("metadata." + name, value));
        return new NamedTensors(Framework.PYTORCH, tensors, metadata);
    }

    private void checkCover(Header header, Problems problems) {
        List<Header.Entry> byOffset = new ArrayList<>(header.entries());
        byOffset.sort(Comparator.comparingLong(Header.Entry::begin).thenComparingLong(Header.Entry::end));
        long end = 0;
        for (Header.Entry entry : byOffset) {
            if (entry.begin() != end && !problems.isFull()) {
                problems.add("%s: starts at byte %d of the data, expected %d: a gap or an overlap"
                        .formatted(Quoted.of(entry.name()), entry.begin(), end));
            }
            end = entry.end();
        }
        if (end > file.size() - dataOffset) {
            throw new InvalidInputException(
                    "safetensors",
                    "the file is cut off: its tensors take %d bytes of data, of which %d are there; copy or download it"
                                    .formatted(end, file.size() - dataOffset)
                            + " again");
        }
        if (end != file.size() - dataOffset) {
            problems.add("tensors end at byte %d of the data, which has %d".formatted(end, file.size() - dataOffset));
        }
    }

    private Optional<Tensor> read(Header.Entry entry, Problems problems) {
        try {
            return Optional.of(tensor(entry));
        } catch (InvalidInputException cause) {
            problems.addAll(Quoted.of(entry.name()), cause);
            return Optional.empty();
        }
    }

    private Tensor tensor(Header.Entry entry) {
        DType dtype = Optional.ofNullable(DTYPES.get(entry.dtype()))
                .orElseThrow(() -> broken("elements of type %s are not read".formatted(Quoted.of(entry.dtype()))));
        Shape shape = DeclaredShape.of(entry.shape());
        long expected = (long) shape.size() * dtype.bytes();
        long available = file.size() - dataOffset;
        if (entry.begin() < 0 || entry.end() > available || entry.end() - entry.begin() != expected) {
            throw broken("has data_offsets %d to %d of %d bytes, expected %d bytes for %s %s"
                    .formatted(entry.begin(), entry.end(), available, expected, dtype, shape));
        }
        return Tensor.ofBytes(dtype, shape, file.slice(dataOffset + entry.begin(), expected));
    }

    private static InvalidInputException broken(String problem) {
        return new InvalidInputException("tensor", problem);
    }
}
