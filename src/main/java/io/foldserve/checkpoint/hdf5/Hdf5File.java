package io.foldserve.checkpoint.hdf5;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Words;
import io.jhdf.Superblock;
import io.jhdf.SymbolTableEntry;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataSpace;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The groups of an HDF5 file (HDF5 file format specification, versions 1 to 3, superblocks 0 to 3).
 *
 * <p>Every object is reached by one link, groups nest at most 64 deep, and what is read of the structure is bounded by
 * the file's size. Links to elsewhere, data in other files, chunked (and so compressed) datasets are refused; the
 * elements of the others are views of the file. Not thread-safe: one instance belongs to one reading.
 */
public final class Hdf5File {
    private static final long SIGNATURE = 0x0A1A0A0D46444889L;
    private static final int LONGEST_SUPERBLOCK = 128;
    private static final int DEEPEST = 64;
    private static final int NULL_SPACE = 2;

    private final MeteredBytes bytes;
    private final Texts texts;
    private final Set<Long> visited = new HashSet<>();

    private Hdf5File(MeteredBytes bytes) {
        this.bytes = bytes;
        this.texts = new Texts(bytes);
    }

    /** Whether {@code file} starts with HDF5's signature. */
    public static boolean recognises(FileBytes file) {
        return file.size() >= Long.BYTES && file.slice(0, Long.BYTES).getLong() == SIGNATURE;
    }

    /**
     * The root group of {@code file}.
     *
     * @throws InvalidInputException if the file is damaged, or stores a group in a way that is not read
     */
    public static Hdf5Group root(FileBytes file) {
        return Damage.caught("HDF5 file", () -> open(file));
    }

    private static Hdf5Group open(FileBytes file) {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(file.size(), LONGEST_SUPERBLOCK))
                .put(file.slice(0, Math.min(file.size(), LONGEST_SUPERBLOCK)))
                .flip()
                .order(ByteOrder.LITTLE_ENDIAN);
        Superblock superblock = Superblock.readSuperblock(start);
        if (superblock.getBaseAddressByte() != 0
                || superblock.getSizeOfOffsets() != Long.BYTES
                || superblock.getSizeOfLengths() != Long.BYTES) {
            throw new NotReadException(
                    "has its base at %d, addresses of %d bytes and lengths of %d; expected 0, 8 and 8"
                            .formatted(
                                    superblock.getBaseAddressByte(),
                                    superblock.getSizeOfOffsets(),
                                    superblock.getSizeOfLengths()));
        }
        MeteredBytes bytes = new MeteredBytes(file, superblock);
        return new Hdf5File(bytes).group("", rootAddress(superblock, bytes), DEEPEST);
    }

    private static long rootAddress(Superblock superblock, MeteredBytes bytes) {
        if (superblock instanceof Superblock.SuperblockV2V3 newer) {
            return newer.getRootGroupObjectHeaderAddress();
        }
        Superblock.SuperblockV0V1 older = (Superblock.SuperblockV0V1) superblock;
        return new SymbolTableEntry(bytes, older.getRootGroupSymbolTableAddress()).getObjectHeaderAddress();
    }

    private Hdf5Group group(String path, long address, int depth) {
        ObjectMessages header = header(path, address);
        Map<String, Long> links =
                GroupLinks.of(header, bytes).orElseThrow(() -> new NotReadException("has a root that is no group"));
        return group(path, header, links, depth);
    }

    private Hdf5Group group(String path, ObjectMessages header, Map<String, Long> links, int depth) {
        if (depth == 0) {
            throw new NotReadException("is nested more than " + DEEPEST + " groups deep");
        }
        Map<String, Hdf5Group> groups = new LinkedHashMap<>();
        Map<String, Hdf5Dataset> datasets = new LinkedHashMap<>();
        links.forEach((name, address) -> {
            String at = path.isEmpty() ? name : path + "/" + name;
            Damage.caught(at, () -> {
                ObjectMessages member = header(at, address);
                Optional<Map<String, Long>> below = GroupLinks.of(member, bytes);
                if (below.isPresent()) {
                    groups.put(name, group(at, member, below.get(), depth - 1));
                } else {
                    datasets.put(name, dataset(at, member));
                }
                return at;
            });
        });
        return new Hdf5Group(path, groups, datasets, texts(header));
    }

    private ObjectMessages header(String path, long address) {
        if (!visited.add(address)) {
            throw new NotReadException("is also found under another name, which is not read");
        }
        bytes.charge(path.length());
        return ObjectMessages.at(bytes, address);
    }

    private Hdf5Dataset dataset(String path, ObjectMessages header) {
        DataSpace space = needed(header, DataSpaceMessage.class).getDataSpace();
        DataLayoutMessage layout = needed(header, DataLayoutMessage.class);
        Optional<String> named = Optional.ofNullable(texts(header).get("dtype"))
                .flatMap(all -> all.stream().findFirst());
        List<Long> extents =
                Arrays.stream(space.getDimensions()).asLongStream().boxed().toList();
        Hdf5Dataset.Place place =
                space.getType() == NULL_SPACE ? new Hdf5Dataset.Place.NotRead("has no shape") : place(layout);
        Elements elements = header.opaqueBytes().isPresent()
                ? Elements.opaque(header.opaqueBytes().getAsInt(), named)
                : Elements.of(needed(header, DataTypeMessage.class).getDataType());
        return new Hdf5Dataset(path, extents, elements, place);
    }

    private static <T extends Message> T needed(ObjectMessages header, Class<T> type) {
        return header.one(type)
                .orElseThrow(
                        () -> new NotReadException("is neither a group nor a dataset: it has no " + Words.of(type)));
    }

    private Hdf5Dataset.Place place(DataLayoutMessage layout) {
        if (layout instanceof DataLayoutMessage.ContiguousDataLayoutMessage contiguous) {
            return new Hdf5Dataset.Place.InFile(bytes.file(), contiguous.getAddress(), contiguous.getSize());
        }
        if (layout instanceof DataLayoutMessage.CompactDataLayoutMessage compact) {
            return new Hdf5Dataset.Place.InHeader(compact.getDataBuffer());
        }
        return new Hdf5Dataset.Place.NotRead(
                "is stored in chunks, as compressed datasets are; expected one piece, as Keras writes it");
    }

    private Map<String, List<String>> texts(ObjectMessages header) {
        header.one(AttributeInfoMessage.class).ifPresent(info -> {
            if (info.getFractalHeapAddress() >= 0) {
                throw new NotReadException(
                        "keeps its attributes in a heap, which is not read; expected a file as h5py writes it by "
                                + "default");
            }
        });
        Map<String, List<String>> found = new HashMap<>();
        header.all(AttributeMessage.class).forEach(attribute -> found.put(attribute.getName(), texts.of(attribute)));
        return found;
    }
}
