package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.base.FileBytes;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.checkpoint.base.NamedTensors;
import io.foldserve.checkpoint.base.Quoted;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Instance;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parameters of a program that {@code torch.jit.save} wrote (PyTorch 1.4 and later). Its archive is that of
 * {@code torch.save} with the code beside it; {@code data.pkl} holds the module objects, whose attributes are tensors
 * and further modules. A tensor's name is the path of attributes that leads to it, which is its name in the state dict.
 * The code is not read: what the network computes must be declared. See
 * {@code torch/csrc/jit/serialization/export_module.cpp} and its documentation in
 * {@code torch/csrc/jit/docs/serialization.md}.
 */
public final class TorchScript {
    private static final int DEEPEST = 64;

    /** The fewest bytes that a pickle takes for a module or tensor; shared ones cost a little less, hence the floor. */
    private static final long BYTES_PER_NAME = 16;

    private static final long FEWEST_NAMES = 256;

    private final TorchArchive archive;
    private final Problems problems = new Problems("program");
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private long namesLeft;

    private TorchScript(TorchArchive archive) {
        this.archive = archive;
        this.namesLeft = FEWEST_NAMES + archive.pickleBytes() / BYTES_PER_NAME;
    }

    /** Whether {@code file} is an archive with {@code <root>/constants.pkl} in it. */
    public static boolean recognises(FileBytes file) {
        return TorchArchive.isProgram(file);
    }

    /**
     * Reads every tensor that is an attribute of a module.
     *
     * @throws InvalidInputException if the archive is damaged, or holds no module with a tensor
     */
    public static NamedTensors read(FileBytes file) {
        TorchScript script = new TorchScript(TorchArchive.open(file));
        if (!(script.archive.root() instanceof Instance module) || !(module.state() instanceof Dict attributes)) {
            throw new InvalidInputException(
                    "program", "holds " + Quoted.of(script.archive.root().kind()) + ", expected a module");
        }
        script.name(attributes, "", DEEPEST);
        script.problems.throwIfAny();
        if (script.tensors.isEmpty()) {
            throw new InvalidInputException(
                    "program",
                    "its modules hold no tensors: they were frozen into the code; save the module before freezing it");
        }
        return new NamedTensors(Framework.PYTORCH, script.tensors, Map.of("format", "torchscript"));
    }

    /** Names what is below the module with these attributes; modules can be shared, or inside themselves. */
    private void name(Dict module, String path, int depth) {
        List<Value> keys = module.keys();
        for (int i = 0; i < keys.size() && !problems.isFull(); i++) {
            if (!(keys.get(i) instanceof Text text)) {
                problems.add("an attribute of %s is named by %s"
                        .formatted(Quoted.of(path), keys.get(i).kind()));
            } else if (module.values().get(i) instanceof TensorView view) {
                pay(path, depth);
                add(path + text.value(), view);
            } else if (module.values().get(i) instanceof Instance inner && inner.state() instanceof Dict attributes) {
                pay(path, depth);
                name(attributes, path + text.value() + ".", depth - 1);
            }
        }
    }

    private void pay(String path, int depth) {
        if (depth == 0 || namesLeft-- == 0) {
            throw new InvalidInputException("program", "modules nest or repeat beyond reason at " + Quoted.of(path));
        }
    }

    private void add(String name, TensorView view) {
        try {
            if (tensors.put(name, archive.tensors().read(view)) != null) {
                problems.add(Quoted.of(name) + ": is there twice");
            }
        } catch (InvalidInputException cause) {
            problems.addAll(Quoted.of(name), cause);
        }
    }
}
