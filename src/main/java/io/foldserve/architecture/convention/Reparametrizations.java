package io.foldserve.architecture.convention;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PyTorch's re-parameterisations of a tensor, computed as a network in evaluation mode does before it uses the tensor:
 * weight norm ({@code weight_g}, {@code weight_v}; {@code parametrizations.weight.original0} and {@code original1}),
 * spectral norm ({@code weight_orig}, {@code weight_u}, {@code weight_v}; {@code parametrizations.weight.original} and
 * {@code 0._u}, {@code 0._v}) and pruning ({@code weight_orig}, {@code weight_mask}). See {@code torch/nn/utils}.
 *
 * <p>What does not fit together stays under its stored names, for the network to refuse.
 */
final class Reparametrizations {
    private static final Pattern PARAMETRIZED =
            Pattern.compile("(?<module>(.*\\.)?)parametrizations\\.(?<leaf>\\w+)\\.original0?");
    private static final Pattern OLD = Pattern.compile("(?<tensor>.+)_(g|orig)");

    private final Map<String, StoredTensor> tensors;

    private Reparametrizations(Map<String, StoredTensor> tensors) {
        this.tensors = new LinkedHashMap<>(tensors);
    }

    /** {@code stored} with every re-parameterised tensor in the place of its parts. */
    static StoredTensors resolved(StoredTensors stored) {
        Reparametrizations all = new Reparametrizations(stored.byName());
        stored.byName().keySet().forEach(all::resolve);
        return new StoredTensors(stored.source(), stored.framework(), all.tensors);
    }

    private void resolve(String key) {
        Matcher parametrized = PARAMETRIZED.matcher(key);
        Matcher old = OLD.matcher(key);
        if (parametrized.matches()) {
            String target = parametrized.group("module") + parametrized.group("leaf");
            String list = parametrized.group("module") + "parametrizations." + parametrized.group("leaf");
            if (key.endsWith("0")) {
                weightNorm(target, key, list + ".original1");
            } else {
                spectralNorm(target, key, list + ".0._u", list + ".0._v");
            }
        } else if (old.matches()) {
            String target = old.group("tensor");
            if (key.endsWith("_g")) {
                weightNorm(target, key, target + "_v");
            } else if (tensors.containsKey(target + "_mask")) {
                pruned(target, key, target + "_mask");
            } else {
                spectralNorm(target, key, target + "_u", target + "_v");
            }
        }
    }

    private void weightNorm(String target, String g, String v) {
        Optional<StoredTensor> magnitude = real(g);
        Optional<StoredTensor> direction = real(v);
        if (magnitude.isPresent() && direction.isPresent()) {
            ReparametrizedTensor.weightNorm(magnitude.get(), direction.get())
                    .ifPresent(tensor -> replace(target, tensor, g, v));
        }
    }

    private void spectralNorm(String target, String original, String u, String v) {
        Optional<StoredTensor> weight = real(original);
        Optional<StoredTensor> left = real(u);
        Optional<StoredTensor> right = real(v);
        if (weight.isPresent() && left.isPresent() && right.isPresent()) {
            ReparametrizedTensor.spectralNorm(weight.get(), left.get(), right.get())
                    .ifPresent(tensor -> replace(target, tensor, original, u, v));
        }
    }

    private void pruned(String target, String original, String mask) {
        Optional<StoredTensor> weight = real(original);
        Optional<StoredTensor> kept = real(mask);
        if (weight.isPresent() && kept.isPresent()) {
            ReparametrizedTensor.pruned(weight.get(), kept.get())
                    .ifPresent(tensor -> replace(target, tensor, original, mask));
        }
    }

    private Optional<StoredTensor> real(String key) {
        return Optional.ofNullable(tensors.get(key))
                .filter(tensor -> tensor.dtype().isFloating() && tensor.shape().size() > 0);
    }

    /** A tensor that is stored beside its own parts is not replaced: the file does not say which is meant. */
    private void replace(String target, StoredTensor tensor, String... parts) {
        if (!tensors.containsKey(target)) {
            for (String part : parts) {
                tensors.remove(part);
            }
            tensors.put(target, tensor);
        }
    }
}
