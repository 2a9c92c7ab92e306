package io.foldserve.checkpoint.pytorch;

import io.foldserve.checkpoint.pickle.Globals;
import io.foldserve.checkpoint.pickle.Value;
import io.foldserve.checkpoint.pickle.Value.Dict;
import io.foldserve.checkpoint.pickle.Value.Flag;
import io.foldserve.checkpoint.pickle.Value.Global;
import io.foldserve.checkpoint.pickle.Value.Instance;
import io.foldserve.checkpoint.pickle.Value.None;
import io.foldserve.checkpoint.pickle.Value.Opaque;
import io.foldserve.checkpoint.pickle.Value.Sequence;
import io.foldserve.checkpoint.pickle.Value.Text;
import io.foldserve.problem.InvalidInputException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the classes and functions that a PyTorch checkpoint names mean here.
 *
 * <p>The rebuilding functions take the arguments of their namesakes in PyTorch's {@code torch/_utils.py}; dicts are
 * dicts. Nothing else is known, and nothing is executed: an object of any other class (the hyper-parameters of a
 * training script, say) becomes an {@link Instance}, which is refused where a tensor is wanted. What serves only to run
 * code is refused wherever it is.
 *
 * <p>Not thread-safe: one instance belongs to one reading.
 */
final class TorchGlobals implements Globals {
    private static final String REBUILD_TENSOR = "torch._utils._rebuild_tensor_v2";
    private static final String REBUILD_UNSIGNED = "torch._utils._rebuild_tensor_v3";
    private static final String REBUILD_OLD = "torch._utils._rebuild_tensor";
    private static final String REBUILD_TYPED = "torch._tensor._rebuild_from_type_v2";

    /** Calls that checkpoints make of themselves, whose result is of no use here: not worth reporting. */
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

    private final Storages storages;
    private final Map<String, Function<Arguments, Value>> calls;
    private final Set<String> unknown = new LinkedHashSet<>();
    private long itemsLeft;

    /** The globals of a pickle of {@code pickleBytes} bytes that refers to {@code storages}. */
    TorchGlobals(Storages storages, long pickleBytes) {
        this.storages = storages;
        this.itemsLeft = pickleBytes;
        this.calls = Map.of(
                "collections.OrderedDict",
                arguments -> orderedDict(arguments.count(0, 1)),
                "collections.defaultdict",
                arguments -> defaultDict(arguments.count(0, 1)),
                "torch.Size",
                arguments -> arguments.count(1, 1).at(0, Sequence.class),
                REBUILD_OLD,
                arguments -> tensor(arguments.count(4, 4)),
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

    /** The classes and functions that the pickle names and nobody here knows. */
    Set<String> unknown() {
        return unknown;
    }

    @Override
    public boolean allows(Global global) {
        if (CodeRunners.include(global.name())) {
            return false;
        }
        if (!isKnown(global.name())) {
            unknown.add(global.name());
        }
        return true;
    }

    private boolean isKnown(String name) {
        return calls.containsKey(name)
                || BOOKKEEPING.contains(name)
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
        return new Instance(global.name());
    }

    /**
     * Reads {@code ("storage", class, key, location, elements)}, the id that torch.save gives to a storage. A stream
     * has a sixth part: None, or {@code (key, first element, elements)} of the part of the storage that is meant. It
     * also names classes by ids, {@code ("module", class, file, source)}.
     */
    @Override
    public Value persistent(Value id) {
        if (!(id instanceof Sequence parts)) {
            throw new InvalidInputException("persistent id", "is " + id.kind() + ", expected a tuple");
        }
        Arguments arguments = new Arguments("persistent id", parts.items()).count(4, 6);
        if (arguments.at(0, Text.class).value().equals("module")) {
            return arguments.at(1, Global.class);
        }
        arguments.count(5, 6);
        String storageClass = arguments.at(1, Global.class).name();
        ElementType type = ElementType.ofStorage(storageClass)
                .orElseThrow(() -> arguments.broken(storageClass + " is not a storage class"));
        Storage storage = storages.find(arguments.at(2, Text.class).value(), type, arguments.integer(4));
        Optional<Value> part = parts.items().stream().skip(5).findFirst().filter(value -> value != None.NONE);
        return part.isEmpty() ? storage : part(storage, arguments.at(5, Sequence.class));
    }

    private static Storage part(Storage storage, Sequence view) {
        Arguments arguments = new Arguments("view of a storage", view.items()).count(3, 3);
        long start = arguments.integer(1);
        long elements = arguments.integer(2);
        int width = storage.type().bytes();
        long available = storage.bytes() / width;
        if (start < 0 || elements < 0 || start > available || elements > available - start) {
            throw arguments.broken("has %d elements from %d of a storage of %d".formatted(elements, start, available));
        }
        return new Storage.Part(storage, start * width, elements * width);
    }

    /**
     * Python 3 writes it empty and sets the items afterwards; Python 2 wrote a list of [key, value]. One list could be
     * named many times, so its items are paid for by the pickle's length.
     */
    private Dict orderedDict(Arguments arguments) {
        Dict dict = new Dict();
        if (arguments.values().isEmpty()) {
            return dict;
        }
        List<Value> items = arguments.at(0, Sequence.class).items();
        itemsLeft -= items.size();
        if (itemsLeft < 0) {
            throw arguments.broken("the pickle is too short for so many items");
        }
        for (Value item : items) {
            if (!(item instanceof Sequence pair) || pair.items().size() != 2) {
                throw arguments.broken("an item is " + item.kind() + ", expected a key and a value");
            }
            dict.put(pair.items().get(0), pair.items().get(1));
        }
        return dict;
    }

    private static Dict defaultDict(Arguments arguments) {
        if (!arguments.values().isEmpty()) {
            arguments.at(0, Global.class);
        }
        return new Dict();
    }

    private static TensorView tensor(Arguments arguments) {
        Storage storage = arguments.at(0, Storage.class);
        return view(arguments, storage, storage.type(), 6);
    }

    private static TensorView unsignedTensor(Arguments arguments) {
        String name = arguments.at(6, Global.class).name();
        ElementType type =
                ElementType.ofName(name).orElseThrow(() -> arguments.broken(name + " is not an element type"));
        return view(arguments, arguments.at(0, Storage.class), type, 7);
    }

    private static TensorView view(Arguments arguments, Storage storage, ElementType type, int metadata) {
        return new TensorView(
                storage,
                type,
                arguments.integer(1),
                arguments.at(2, Sequence.class),
                arguments.at(3, Sequence.class),
                arguments.values().size() > metadata
                        && isNegated(arguments.values().get(metadata)));
    }

    /** The imaginary part of a lazily conjugated tensor is its own negative; {@code torch.save} writes it as that. */
    private static boolean isNegated(Value metadata) {
        if (!(metadata instanceof Dict dict)) {
            return false;
        }
        int neg = dict.keys().indexOf(new Text("neg"));
        return neg >= 0 && dict.values().get(neg).equals(new Flag(true));
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
