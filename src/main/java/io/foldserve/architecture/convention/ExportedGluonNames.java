package io.foldserve.architecture.convention;

import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.checkpoint.base.Framework;
import io.foldserve.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parameters of Gluon's model zoo as {@code export} and {@code collect_params().save} call them, by the names that
 * {@code save_parameters} gives them: {@code resnetv10_stage1_conv0_weight} is {@code features.4.0.body.0.weight}.
 *
 * <p>The numbers count a kind of layer within a scope, in the order in which the network's constructor makes them
 * (MXNet, {@code python/mxnet/gluon/block.py}, {@code _BlockScope.create}), so what they mean must be known for each
 * network. The network's own prefix is of no interest.
 */
public final class ExportedGluonNames {
    private static final Pattern TENSOR =
            Pattern.compile("(?<layer>.+)_(?<leaf>weight|bias|gamma|beta|running_mean|running_var|D)");
    private static final Pattern NUMBERED =
            Pattern.compile("(?<scope>.*?)_?(?<kind>conv|batchnorm|dense)(?<number>\\d{1,4})");

    private final Checkpoint checkpoint;
    private final String prefix;
    private final Set<String> layers = new TreeSet<>();

    private ExportedGluonNames(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.prefix = commonPrefix(checkpoint.tensors().keySet().stream()
                .map(name -> split(name, "layer"))
                .toList());
        checkpoint.tensors().keySet().forEach(name -> layers.add(layer(name)));
    }

    /** True if the checkpoint has exported names rather than those of blocks, which have dots. */
    public static boolean areIn(Checkpoint checkpoint) {
        Set<String> names = checkpoint.tensors().keySet();
        return checkpoint.framework() == Framework.MXNET
                && !names.isEmpty()
                && names.stream().allMatch(name -> TENSOR.matcher(name).matches() && !name.contains("."));
    }

    /** {@code checkpoint}, which has exported names, under those of blocks; empty if its network is not known. */
    public static Optional<Checkpoint> resolved(Checkpoint checkpoint) {
        return new ExportedGluonNames(checkpoint).resolve();
    }

    private Optional<Checkpoint> resolve() {
        return GluonZoo.of(this).map(network -> {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            checkpoint.tensors().forEach((name, tensor) -> {
                String path = path(network, layer(name)) + "." + split(name, "leaf");
                tensors.put(tensors.containsKey(path) ? name : path, tensor);
            });
            return new Checkpoint(checkpoint.source(), checkpoint.framework(), tensors, checkpoint.metadata());
        });
    }

    private String path(GluonZoo network, String layer) {
        if (network == GluonZoo.BOTTLENECKS && layer.equals("output_pred")) {
            return "output.0";
        }
        Matcher numbered = NUMBERED.matcher(layer);
        return numbered.matches()
                ? network.path(
                        this,
                        numbered.group("scope"),
                        numbered.group("kind"),
                        Integer.parseInt(numbered.group("number")))
                : layer;
    }

    /** True if there is a layer {@code name}. */
    public boolean holds(String name) {
        return layers.contains(name);
    }

    /** How many layers of {@code kind} are numbered in {@code scope}. */
    public int count(String scope, String kind) {
        int count = 0;
        while (holds((scope.isEmpty() ? "" : scope + "_") + kind + count)) {
            count++;
        }
        return count;
    }

    /** True if the kernel of the layer {@code name} has a single tap. */
    public boolean isPointwise(String name) {
        return checkpoint
                .find(prefix + name + "_weight")
                .map(Tensor::shape)
                .filter(shape -> shape.rank() == 4 && shape.extent(2) == 1 && shape.extent(3) == 1)
                .isPresent();
    }

    private String layer(String name) {
        return split(name, "layer").substring(prefix.length());
    }

    private static String split(String name, String part) {
        Matcher matcher = TENSOR.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + " is no exported name");
        }
        return matcher.group(part);
    }

    private static String commonPrefix(List<String> names) {
        String common = names.get(0);
        for (String name : names) {
            int length = 0;
            while (length < Math.min(common.length(), name.length()) && common.charAt(length) == name.charAt(length)) {
                length++;
            }
            common = common.substring(0, length);
        }
        return common.substring(0, common.lastIndexOf('_') + 1);
    }
}
