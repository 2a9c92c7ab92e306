package io.foldserve.architecture;

import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.convention.Conventions;
import io.foldserve.architecture.convention.TensorNames;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.architecture.declare.Options;
import io.foldserve.architecture.declare.Remedies;
import io.foldserve.architecture.network.CifarResNet;
import io.foldserve.architecture.network.DeepLabV3Plus;
import io.foldserve.architecture.network.DilatedSegmentation;
import io.foldserve.architecture.network.LayerList;
import io.foldserve.architecture.network.LiteRaspp;
import io.foldserve.architecture.network.MobileNetV1;
import io.foldserve.architecture.network.MobileNetV2;
import io.foldserve.architecture.network.MobileNetV3;
import io.foldserve.architecture.network.PreActivationResNet;
import io.foldserve.architecture.network.PspNet;
import io.foldserve.architecture.network.ResNet;
import io.foldserve.architecture.network.UNet;
import io.foldserve.architecture.network.Vgg;
import io.foldserve.checkpoint.Checkpoint;
import io.foldserve.graph.Graph;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.problem.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Builds a declared network from a checkpoint. The declaration is {@code {name: resnet50, …}} with the options of that
 * family, or {@code {layers: […], …}} (see {@link LayerList}). Every network takes {@code channels}, those of its input
 * (3), {@code rename}, the network's names by the stored ones where the two differ, and every named one {@code bnEpsilon} (1e-5 if the family says nothing else).
 *
 * <p>Thread-safe.
 */
public final class Architectures {
    private static final Map<String, Family> FAMILIES = families();

    private Architectures() {}

    private static Map<String, Family> families() {
        Map<String, Family> families = new LinkedHashMap<>();
        families.putAll(ResNet.networks());
        families.putAll(PreActivationResNet.networks());
        families.putAll(CifarResNet.networks());
        families.putAll(Vgg.networks());
        families.putAll(MobileNetV1.networks());
        families.putAll(MobileNetV2.networks());
        families.putAll(MobileNetV3.networks());
        families.putAll(UNet.networks());
        families.putAll(DilatedSegmentation.networks());
        families.putAll(DeepLabV3Plus.networks());
        families.putAll(PspNet.networks());
        families.putAll(LiteRaspp.networks());
        return Collections.unmodifiableMap(families);
    }

    /** The names that a declaration can give. */
    public static Set<String> names() {
        return FAMILIES.keySet();
    }

    /**
     * The declared network in training form, for images of size {@code input}.
     *
     * @throws InvalidInputException with every wrong option, or every missing, left-over and mis-shaped tensor
     * @see #assemble
     */
    public static Graph build(Map<String, Object> declared, ImageSize input, Checkpoint checkpoint) {
        return assemble(declared, input, checkpoint).graph();
    }

    /**
     * The declared network in training form, for images of size {@code input}, with notes on how it was built.
     *
     * <p>The graph has one input {@code image}, FLOAT32 [1, channels, height, width], already normalised, and one output
     * {@code logits}, FLOAT32 [1, classes], or [1, classes, height, width] for segmentation. Nodes are called after
     * layers ({@code layer1.0.conv1}), constants after tensors ({@code layer1.0.conv1.W}).
     *
     * @throws InvalidInputException with every wrong option, or every missing, left-over and mis-shaped tensor
     */
    public static Assembly assemble(Map<String, Object> declared, ImageSize input, Checkpoint checkpoint) {
        expectBuildable(checkpoint);
        FitAttempt.Plan plan = plan(declared, input);
        FitReport report = new FitReport(plan.name(), checkpoint);
        List<FitAttempt> found = find(plan, declared, checkpoint);
        FitAttempt fit = found.get(0);
        if (found.size() == 1 && fit.assembly().isPresent()) {
            return fit.assembly().get().noting(report.notes(fit));
        }
        boolean partial =
                fit.fitsButForOthers(Conventions.ofPyTorch(checkpoint).byName().keySet());
        throw new InvalidInputException(
                checkpoint.source(),
                found.size() > 1
                        ? List.of(report.ambiguous(found))
                        : partial ? List.of(report.besideOthers(fit)) : report.problems(fit));
    }

    /**
     * {@link #assemble(Map, ImageSize, Checkpoint)}; options that would make the checkpoint fit go to {@code remedies}, and
     * the problems are all told, each by itself.
     */
    static Assembly assemble(Map<String, Object> declared, ImageSize input, Checkpoint checkpoint, Remedies remedies) {
        expectBuildable(checkpoint);
        FitAttempt fit = find(plan(declared, input), declared, checkpoint).get(0);
        fit.remedies().agreed().forEach(remedies::propose);
        return fit.assembly().orElseThrow(() -> new InvalidInputException(checkpoint.source(), fit.problems()));
    }

    private static void expectBuildable(Checkpoint checkpoint) {
        Conventions.refusal(checkpoint).ifPresent(problem -> {
            throw new InvalidInputException(checkpoint.source(), problem);
        });
    }

    private static List<FitAttempt> find(FitAttempt.Plan plan, Map<String, Object> declared, Checkpoint checkpoint) {
        return new NetworkFit(plan, Conventions.ofPyTorch(checkpoint), !declared.containsKey("layers")).find();
    }

    private static FitAttempt.Plan plan(Map<String, Object> declared, ImageSize input) {
        Problems refusals = new Problems("architecture");
        Options options = new Options("", declared, refusals);
        Extent channels = options.extent("channels", 3);
        Optional<Network> network =
                options.has("layers") ? Optional.of(LayerList.read(options, refusals)) : named(options, refusals);
        OptionalDouble epsilon = options.has("layers") ? OptionalDouble.empty() : options.optionalFraction("bnEpsilon");
        TensorNames names = new TensorNames("", options.names("rename"));
        network.ifPresent(read -> options.refuseOthers());
        refusals.throwIfAny();
        String name = options.has("layers") ? "layers" : options.text("name").orElseThrow();
        return new FitAttempt.Plan(name, network.orElseThrow(), names, input, channels, epsilon);
    }

    private static Optional<Network> named(Options options, Problems refusals) {
        String known = "known are " + String.join(", ", FAMILIES.keySet()) + ", or a list of layers";
        Optional<String> name = options.text("name");
        Optional<Family> family = name.map(FAMILIES::get);
        if (options.has("name") && name.isEmpty()) {
            return Optional.empty();
        }
        if (family.isEmpty()) {
            refusals.add(name.map(unknown -> "unknown architecture \"" + unknown + "\": " + known)
                    .orElse("name is missing: " + known));
        }
        return family.map(read -> read.read(options));
    }
}
