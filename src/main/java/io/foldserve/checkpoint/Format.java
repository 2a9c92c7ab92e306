package io.foldserve.checkpoint;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.keras.KerasArchive;
import io.foldserve.checkpoint.keras.KerasHdf5;
import io.foldserve.checkpoint.mxnet.MxNetParams;
import io.foldserve.checkpoint.pytorch.PyTorchStream;
import io.foldserve.checkpoint.pytorch.PyTorchZip;
import io.foldserve.checkpoint.pytorch.TorchScript;
import io.foldserve.checkpoint.safetensors.SafeTensors;
import io.foldserve.checkpoint.tensorflow.TensorFlowCheckpoint;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One kind of checkpoint file: the table of all of them, told apart by what a file holds and never by its name. The
 * first that recognises a file reads it.
 *
 * @param description what it is, for the message that lists what is read
 * @param recognises whether a file is one, from its first bytes or from the names in it
 * @param reader reads one; the second argument is the entry that was asked for
 */
record Format(
        String description,
        Predicate<FileBytes> recognises,
        BiFunction<FileBytes, Optional<String>, NamedTensors> reader) {

    private static final List<Format> ALL = List.of(
            new Format(
                    "programs of torch.jit.save",
                    TorchScript::recognises,
                    withoutEntries("TorchScript", TorchScript::read)),
            new Format(
                    ".keras archives", KerasArchive::recognises, withoutEntries("keras archive", KerasArchive::read)),
            new Format("HDF5 files of Keras", KerasHdf5::recognises, withoutEntries("keras", KerasHdf5::read)),
            new Format(
                    "TensorFlow's checkpoints (.index beside .data files)",
                    TensorFlowCheckpoint::recognises,
                    withoutEntries("tensorflow", TensorFlowCheckpoint::read)),
            new Format("zip files of torch.save (PyTorch 1.6 and later)", PyTorchZip::recognises, PyTorchZip::read),
            new Format("streams of torch.save (before 1.6)", PyTorchStream::recognises, PyTorchStream::read),
            new Format("MXNet's .params", MxNetParams::recognises, withoutEntries("MXNet", MxNetParams::read)),
            new Format("safetensors", SafeTensors::recognises, withoutEntries("safetensors", SafeTensors::read)));

    /** The format of {@code file}, if it is any. */
    static Optional<Format> of(FileBytes file) {
        return ALL.stream().filter(format -> format.recognises.test(file)).findFirst();
    }

    /** All formats, for an error message. */
    static String descriptions() {
        return ALL.stream().map(Format::description).collect(Collectors.joining(", "));
    }

    /**
     * The tensors of {@code file}.
     *
     * @throws InvalidInputException if it is damaged, or has no such {@code entry}
     */
    NamedTensors read(FileBytes file, Optional<String> entry) {
        return reader.apply(file, entry);
    }

    /** A format whose files hold one set of tensors, so that an entry can only be a part of their names. */
    private static BiFunction<FileBytes, Optional<String>, NamedTensors> withoutEntries(
            String name, Function<FileBytes, NamedTensors> reader) {
        return (file, entry) -> {
            NamedTensors all = reader.apply(file);
            return entry.map(asked -> part(name, all, asked)).orElse(all);
        };
    }

    /** The tensors whose names start with {@code entry}, such as {@code ./model}, without it; {@code .} are all. */
    private static NamedTensors part(String name, NamedTensors all, String entry) {
        String path = entry.startsWith("./") ? entry.substring(2) : entry;
        if (path.equals(".")) {
            return all;
        }
        List<String> prefixes = List.of(path.replace('/', '.') + ".", path + "/");
        Map<String, Tensor> part = new LinkedHashMap<>();
        all.tensors().forEach((key, tensor) -> prefixes.stream()
                .filter(key::startsWith)
                .findFirst()
                .ifPresent(prefix -> part.put(key.substring(prefix.length()), tensor)));
        if (part.isEmpty()) {
            throw new InvalidInputException(
                    name,
                    "has no entries, and %s was asked for; ./a takes the tensors whose names start with a."
                            .formatted(Quoted.of(entry)));
        }
        Map<String, String> metadata = new LinkedHashMap<>(all.metadata());
        metadata.put("entry", entry);
        return new NamedTensors(all.framework(), part, metadata);
    }
}
