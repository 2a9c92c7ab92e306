package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.problem.InvalidInputException;
import java.util.Optional;

/**
 * The zip format that {@code torch.save} writes since PyTorch 1.6: a pickle {@code <root>/data.pkl}, the storages
 * {@code <root>/data/<key>}, and {@code <root>/byteorder}. See PyTorch's {@code torch/serialization.py}.
 */
public final class PyTorchZip {
    private PyTorchZip() {}

    /** Whether {@code file} starts like a zip archive. */
    public static boolean recognises(FileBytes file) {
        return ZipArchive.recognises(file);
    }

    /**
     * Reads the state dict under {@code entry}, or the one that {@link StateDictChoice} prefers; the metadata is that
     * of {@link StateDictReader}.
     *
     * @throws InvalidInputException if the file is not such an archive, is damaged, or has no such state dict
     */
    public static NamedTensors read(FileBytes file, Optional<String> entry) {
        TorchArchive archive = TorchArchive.open(file);
        return archive.stateDicts().read(archive.root(), entry);
    }
}
