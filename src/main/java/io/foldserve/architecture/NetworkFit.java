package io.foldserve.architecture;

import io.foldserve.architecture.convention.StoredTensor;
import io.foldserve.architecture.convention.StoredTensors;
import io.foldserve.architecture.convention.TensorNames;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the names under which a checkpoint holds a network's tensors. If the network's own do not fit, a prefix that
 * most of its modules stand under is taken off, and a single module that is left over stands for the head. What is
 * found must be the only way in which everything fits.
 *
 * <p>Not thread-safe: one instance belongs to one building.
 */
final class NetworkFit {
    /** The parts of torchvision's ResNets by their number in {@code Sequential(*children)}, as fastai cuts them. */
    private static final Map<String, String> NUMBERED =
            Map.of("0", "conv1", "1", "bn1", "4", "layer1", "5", "layer2", "6", "layer3", "7", "layer4");

    private static final int MOST_PREFIXES = 6;

    private final FitAttempt.Plan plan;
    private final StoredTensors stored;
    private final boolean mayLackBias;

    /** Fits {@code stored}; a head of a network that says so itself may lack its bias. */
    NetworkFit(FitAttempt.Plan plan, StoredTensors stored, boolean mayLackBias) {
        this.plan = plan;
        this.stored = stored;
        this.mayLackBias = mayLackBias;
    }

    /**
     * The ways in which everything fits, or else the ways in which everything does but tensors stored elsewhere, or
     * else the one way with the fewest problems.
     */
    List<FitAttempt> find() {
        FitAttempt own = attempt(plan.names());
        if (own.problems().isEmpty() || own.missing().isEmpty()) {
            return List.of(own);
        }
        List<FitAttempt> attempts = new ArrayList<>(List.of(own));
        candidates(own).forEach(names -> attempts.add(attempt(names)));
        List<FitAttempt> exact =
                attempts.stream().filter(fit -> fit.problems().isEmpty()).toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        Set<String> all = stored.byName().keySet();
        List<FitAttempt> partial =
                attempts.stream().filter(fit -> fit.fitsButForOthers(all)).toList();
        return partial.isEmpty() ? List.of(nearest(attempts)) : partial;
    }

    private static FitAttempt nearest(List<FitAttempt> attempts) {
        return attempts.stream()
                .min(Comparator.comparingInt(fit -> fit.problems().size()))
                .orElseThrow();
    }

    /** The network under {@code names}, and with its head under another if that is all that is wrong. */
    private FitAttempt attempt(TensorNames names) {
        FitAttempt plain = withBias(plan.with(stored, names), names);
        Optional<String> head = plain.head();
        boolean onlyHead = head.isPresent() && plain.missingModules().equals(Set.of(head.get()));
        if (!onlyHead || plain.leftOverModules().size() != 1) {
            return plain;
        }
        String other = plain.leftOverModules().iterator().next();
        String full = stored.byName().keySet().stream().anyMatch(name -> name.startsWith(other + "."))
                ? other
                : names.prefix() + other;
        if (other.isEmpty()) {
            return plain;
        }
        TensorNames renamed = names.with(full, head.get());
        FitAttempt again = withBias(plan.with(stored, renamed), renamed);
        return again.problems().size() < plain.problems().size() ? again : plain;
    }

    /** {@code attempt}, with a bias of zeros for a head that has none if that is all that is wrong. */
    private FitAttempt withBias(FitAttempt attempt, TensorNames names) {
        Optional<String> bias = attempt.head().map(head -> head + ".bias");
        StoredTensors named = names.in(stored);
        Optional<StoredTensor> weight = attempt.head()
                .flatMap(head -> named.find(head + ".weight"))
                .filter(t -> t.shape().rank() == 2);
        boolean only = bias.isPresent() && attempt.missing().keySet().equals(Set.of(bias.get()));
        if (!mayLackBias || !only || weight.isEmpty()) {
            return attempt;
        }
        Shape shape = Shape.of(weight.get().shape().extent(0));
        Map<String, StoredTensor> tensors = new LinkedHashMap<>(named.byName());
        tensors.put(
                bias.get(),
                new StoredTensor(
                        shape, DType.FLOAT32, () -> Tensor.ofFloats(shape, new float[shape.size()]), Optional.empty()));
        StoredTensors complete = new StoredTensors(named.source(), named.framework(), tensors);
        return plan.withNamed(complete, names).noting("%s is not stored: the head has no bias".formatted(bias.get()));
    }

    private List<TensorNames> candidates(FitAttempt own) {
        Set<String> asked = own.askedModules();
        Map<String, Integer> found = new LinkedHashMap<>();
        Set<String> modules = new LinkedHashSet<>();
        stored.byName().keySet().forEach(name -> modules.add(FitAttempt.module(name)));
        for (String module : modules) {
            for (int dot = module.indexOf('.'); dot >= 0; dot = module.indexOf('.', dot + 1)) {
                if (asked.contains(module.substring(dot + 1))) {
                    found.merge(module.substring(0, dot + 1), 1, Integer::sum);
                }
            }
        }
        List<TensorNames> candidates = new ArrayList<>();
        found.entrySet().stream()
                .filter(prefix -> 2 * prefix.getValue() >= asked.size())
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(MOST_PREFIXES)
                .forEach(prefix -> candidates.add(
                        new TensorNames(prefix.getKey(), plan.names().renames())));
        if (asked.contains("layer1.0.conv1")) {
            numbered(modules).ifPresent(candidates::add);
        }
        return candidates;
    }

    /** The names of a torchvision ResNet whose parts were put into a Sequential. */
    private static Optional<TensorNames> numbered(Set<String> modules) {
        return modules.stream()
                .filter(module -> module.endsWith("4.0.conv1"))
                .map(module -> module.substring(0, module.length() - "4.0.conv1".length()))
                .filter(prefix -> prefix.isEmpty() || prefix.endsWith("."))
                .filter(prefix -> modules.contains(prefix + "0") && modules.contains(prefix + "1"))
                .findFirst()
                .map(prefix -> {
                    Map<String, String> renames = new LinkedHashMap<>();
                    NUMBERED.forEach((number, part) -> renames.put(prefix + number, part));
                    return new TensorNames("", renames);
                });
    }
}
