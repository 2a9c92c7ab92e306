package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.MemoryBudget;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.pickle.Globals;
import io.foldserve.checkpoint.pickle.Unpickler;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Global;
import io.foldserve.checkpoint.pickle.Value.Int;
import io.foldserve.checkpoint.pickle.Value.Sequence;
import io.foldserve.problem.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The stream that {@code torch.save} wrote before PyTorch 1.6, and still writes when it is told not to use the zip
 * format: five pickles (a magic number, the protocol version, facts about the machine, the object, the list of its
 * storages) and then the storages. See {@code _legacy_save} and {@code _legacy_load} in PyTorch's
 * {@code torch/serialization.py}.
 */
public final class PyTorchStream {
    /**
     * The number 0x1950a86a20f9469cfc6c as a pickle, without the two bytes of its protocol and the frame of protocol 4.
     */
    private static final ByteBuffer MAGIC = ByteBuffer.wrap(HexFormat.of().parseHex("8a0a6cfc9c46f9206aa850192e"));

    private static final int PROTO = 0x80;
    private static final int PLAIN = 2;
    private static final int FRAMED = PLAIN + 9;
    private static final long VERSION = 1001;

    private PyTorchStream() {}

    /** Whether {@code file} starts with the pickle of the magic number. */
    public static boolean recognises(FileBytes file) {
        return magicEnd(file).isPresent();
    }

    private static Optional<Integer> magicEnd(FileBytes file) {
        return List.of(PLAIN, FRAMED).stream()
                .filter(at -> file.size() >= at + MAGIC.remaining()
                        && (file.slice(0, 1).get() & 0xFF) == PROTO
                        && file.slice(at, MAGIC.remaining()).equals(MAGIC))
                .map(at -> at + MAGIC.remaining())
                .findFirst();
    }

    /**
     * Reads the state dict under {@code entry}, or the one that {@link StateDictChoice} prefers; the metadata is that
     * of {@link StateDictReader}.
     *
     * @throws InvalidInputException if the file is damaged or has no such state dict
     */
    public static NamedTensors read(FileBytes file, Optional<String> entry) {
        long length = Math.min(file.size(), TorchArchive.LARGEST_PICKLE);
        ByteBuffer stream = file.slice(0, length);
        stream.position(magicEnd(file).orElseThrow());
        header(stream);
        StreamStorages storages = new StreamStorages(file);
        TorchGlobals globals = new TorchGlobals(storages, length);
        Value root = Unpickler.readNext(stream, globals);
        Value keys = Unpickler.readNext(stream, new NoGlobals());
        if (!(keys instanceof Sequence list)) {
            throw new InvalidInputException("list of storages", "is " + keys.kind() + ", expected a list");
        }
        storages.locate(list.items(), stream.position());
        TensorReader reader = new TensorReader(ByteOrder.LITTLE_ENDIAN, new MemoryBudget(file.size()));
        return new StateDictReader(reader, globals).read(root, entry);
    }

    /** The facts about the machine say nothing about the file: it is little-endian even if the machine was not. */
    private static void header(ByteBuffer stream) {
        Value version = Unpickler.readNext(stream, new NoGlobals());
        if (!(version instanceof Int number) || number.value() != VERSION) {
            throw new InvalidInputException(
                    "stream",
                    "its protocol version is %s, expected %d"
                            .formatted(version instanceof Int other ? other.value() : version.kind(), VERSION));
        }
        Value machine = Unpickler.readNext(stream, new NoGlobals());
        if (!(machine instanceof Dict)) {
            throw new InvalidInputException(
                    "stream", "its third pickle is %s, expected a dict".formatted(machine.kind()));
        }
    }

    /** For pickles of plain data. */
    private static final class NoGlobals implements Globals {
        @Override
        public boolean allows(Global global) {
            return false;
        }

        @Override
        public Value call(Global global, List<Value> arguments) {
            throw new InvalidInputException(global.name(), "is called where only plain data is");
        }

        @Override
        public Value persistent(Value id) {
            throw new InvalidInputException("stream", "a storage is named where only plain data is");
        }
    }
}
