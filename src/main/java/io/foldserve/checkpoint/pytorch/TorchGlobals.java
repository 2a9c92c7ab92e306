package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.format.Quoted;
import io.foldserve.checkpoint.pickle.Globals;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Global;
import io.foldserve.checkpoint.pickle.Value.Opaque;
import io.foldserve.checkpoint.pickle.Value.Sequence;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.checkpoint.zip.ZipArchive;
import io.foldserve.checkpoint.zip.ZipEntry;
import io.foldserve.problem.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The allow-list: every class and function that a PyTorch checkpoint may name, and what each means here.
 *
 * <p>The rebuilding functions take the arguments of their namesakes in PyTorch's {@code torch/_utils.py}. What is only
 * bookkeeping (a learning rate kept as a NumPy scalar, the arguments of the training script) becomes an opaque value.
 */
final class TorchGlobals implements Globals {
    private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String REBUILD_UNSIGNED = "torch._utils._rebuild_tensor_v3";
    private static final String REBUILD_TYPED = "torch._tensor._rebuild_from_type_v2";

    /** Classes that may be named, as an argument, but not called. */
    private static final Set<String> NAMES = Set.of(
            "torch.Tensor",
            "torch.nn.parameter.Parameter",
            "__builtin__.dict",
            "__builtin__.list",
            "__builtin__.int",
            "__builtin__.float",
            "builtins.dict",
            "builtins.list",
            "builtins.int",
            "builtins.float");

    /** Calls whose result is of no use here. */
    private static final Set<String> BOOKKEEPING = Set.of(
            "torch.device",
            "__builtin__.set",
            "builtins.set",
            "builtins.frozenset",
            "__builtin__.frozenset",
            "_codecs.encode",
            "numpy.dtype",
            "numpy.core.multiarray.scalar",
            "numpy._core.multiarray.scalar",
            "argparse.Namespace");

    private final ZipArchive archive;
    private final String root;
    private final Map<String, Function<Arguments, Value>> calls;

    /** The globals of the archive whose storages are in {@code root/data/}. */
    TorchGlobals(ZipArchive archive, String root) {
        this.archive = archive;
        this.root = root;
        this.calls = Map.of(
                "collections.OrderedDict",
                arguments -> orderedDict(arguments.count(0, 1)),
                "collections.defaultdict",
                arguments -> defaultDict(arguments.count(0, 1)),
                "torch.Size",
                arguments -> arguments.count(1, 1).at(0, Sequence.class),
                REBUILD_TENSOR,
                arguments -> tensor(arguments.count(6, 7)),
                REBUILD_UNSIGNED,
                arguments -> unsignedTensor(arguments.count(7, 8)),
                "torch._utils._rebuild_parameter",
                arguments -> parameter(arguments.count(3, 3)),
                "torch._utils._rebuild_parameter_with_state",
                arguments -> parameter(arguments.count(4, 4)),
                REBUILD_TYPED,
                arguments -> typed(arguments.count(4, 4)));
    }

    @Override
    public boolean allows(Global global) {
        String name = global.name();
        return calls.containsKey(name)
                || BOOKKEEPING.contains(name)
                || NAMES.contains(name)
                || ElementType.ofStorage(name).isPresent()
                || ElementType.ofName(name).isPresent();
    }

    @Override
    public Value call(Global global, List<Value> arguments) {
        Function<Arguments, Value> call = calls.get(global.name());
        if (call != null) {
            return call.apply(new Arguments(global.name(), arguments));
        }
        if (BOOKKEEPING.contains(global.name())) {
            return new Opaque(global.name());
        }
        throw new InvalidInputException(global.name(), "may be named in a checkpoint, but not called");
    }

    /** Reads {@code ("storage", class, key, location, elements)}, the id that torch.save gives to a storage. */
    @Override
    public Value persistent(Value id) {
        if (!(id instanceof Sequence parts)) {
            throw new InvalidInputException("persistent id", "is " + id.kind() + ", expected a tuple");
        }
        Arguments arguments = new Arguments("persistent id", parts.items()).count(5, 5);
        String storageClass = arguments.at(1, Global.class).name();
        ElementType type = ElementType.ofStorage(storageClass)
                .orElseThrow(() -> arguments.broken(storageClass + " is not a storage class"));
        String key = arguments.at(2, Text.class).value();
        ZipEntry entry = archive.find(root + "/data/" + key)
                .orElseThrow(() -> arguments.broken("the archive has no storage " + Quoted.of(key)));
        long elements = arguments.integer(4);
        if (elements < 0 || elements != entry.size() / type.bytes()) {
            throw arguments.broken("storage %s is said to hold %d elements of %s, it has %d bytes"
                    .formatted(Quoted.of(key), elements, type, entry.size()));
        }
        return new Storage(entry, type);
    }

    /** Python 3 always writes it empty and sets the items afterwards. */
    private static Dict orderedDict(Arguments arguments) {
        arguments.count(0, 0);
        return new Dict();
    }

    private static Dict defaultDict(Arguments arguments) {
        if (!arguments.values().isEmpty()) {
            arguments.at(0, Global.class);
        }
        return new Dict();
    }

    private static TensorView tensor(Arguments arguments) {
        Storage storage = arguments.at(0, Storage.class);
        return view(arguments, storage, storage.type());
    }

    private static TensorView unsignedTensor(Arguments arguments) {
        String name = arguments.at(6, Global.class).name();
        ElementType type =
                ElementType.ofName(name).orElseThrow(() -> arguments.broken(name + " is not an element type"));
        return view(arguments, arguments.at(0, Storage.class), type);
    }

    private static TensorView view(Arguments arguments, Storage storage, ElementType type) {
        return new TensorView(
                storage, type, arguments.integer(1), arguments.at(2, Sequence.class), arguments.at(3, Sequence.class));
    }

    private static TensorView parameter(Arguments arguments) {
        return arguments.at(0, TensorView.class);
    }

    /** A tensor that carries Python attributes: the function that rebuilds it, and that function's arguments. */
    private static TensorView typed(Arguments arguments) {
        String function = arguments.at(0, Global.class).name();
        Arguments inner =
                new Arguments(function, arguments.at(2, Sequence.class).items());
        return switch (function) {
            case REBUILD_TENSOR -> tensor(inner.count(6, 7));
            case REBUILD_UNSIGNED -> unsignedTensor(inner.count(7, 8));
            default -> throw arguments.broken("%s does not rebuild a tensor".formatted(function));
        };
    }
}
