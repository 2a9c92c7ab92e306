package io.foldserve.cli;

import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.fold.cost.CostSource;
import io.foldserve.fold.result.Declined;
import io.foldserve.fold.result.FoldReport;
import io.foldserve.fold.result.LayerReport;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphCost;
import io.foldserve.problem.InvalidInputException;
import io.foldserve.serving.fit.Soundness;
import io.foldserve.serving.load.FoldedVariant;
import io.foldserve.serving.manifest.VariantManifest;
import io.foldserve.tensor.Shape;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Prints what is in a model folder's variants or in an ONNX file, and what folding would do to them; of a bare
 * checkpoint, or a folder without a manifest, what it holds and how to declare it.
 */
@Command(
        name = "inspect",
        description = "Prints layers, shapes, parameters, MACs, and what would fold or be declined and why.")
final class InspectCommand implements Callable<Integer> {
    private static final String ROW = "  %-32s %-8s %-16s %-16s %12s %12s %14s %14s  %s%n";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private TimingOptions timing = new TimingOptions();

    @Parameters(paramLabel = "IN", description = "A model folder, an ONNX file or a bare checkpoint.")
    private Path input = Path.of("");

    @Option(names = "--variant", paramLabel = "V", description = "Only this variant.")
    private Optional<String> variant = Optional.empty();

    @Option(names = "--entry", paramLabel = "E", description = "Which state dict of a bare checkpoint is meant.")
    private Optional<String> entry = Optional.empty();

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        int code = Commands.OK;
        CostSource costSource = timing.costSource(err);
        try {
            if (OnnxFile.isOne(input)) {
                FoldedVariant folded = OnnxFile.fold(input, costSource);
                print(input.toString(), folded);
                return code;
            }
            if (CheckpointReader.finds(input)) {
                CheckpointFile file = CheckpointFile.read(input, entry);
                file.print(spec.commandLine().getOut());
                Soundness.expect(file.checkpoint().tensors(), input.toString());
                return code;
            }
            if (CheckpointFolder.isOne(input)) {
                return offer(CheckpointFolder.checkpoint(input, List.of()), costSource);
            }
            OfflineModel model = OfflineModel.read(input, variant);
            for (VariantManifest declared : model.variants()) {
                code = Math.max(code, inspect(model, declared, costSource));
            }
        } catch (InvalidInputException e) {
            Commands.print(err, e);
            code = Commands.REFUSED;
        }
        return code;
    }

    /** Inspects the only file of a folder without manifest, and offers one. */
    private int offer(Path file, CostSource costSource) {
        PrintWriter out = spec.commandLine().getOut();
        if (OnnxFile.isOne(file)) {
            print(file.toString(), OnnxFile.fold(file, costSource));
            out.println();
            StarterManifest.of(StarterNetwork.ofOnnx(file)).forEach(line -> out.println(line.print()));
        } else {
            CheckpointFile.read(file, entry).print(out);
        }
        return Commands.OK;
    }

    private int inspect(OfflineModel model, VariantManifest declared, CostSource costSource) {
        try {
            FoldedVariant folded = model.fold(declared, costSource);
            print(model, declared, folded);
            return Commands.OK;
        } catch (InvalidInputException e) {
            Commands.print(spec.commandLine().getErr(), e);
            return Commands.REFUSED;
        }
    }

    private void print(OfflineModel model, VariantManifest declared, FoldedVariant folded) {
        print(
                "%s/%s: %s, from %s"
                        .formatted(
                                model.manifest().name(),
                                declared.name(),
                                declared.source(),
                                declared.checkpoint().getFileName()),
                folded);
    }

    private void print(String title, FoldedVariant folded) {
        PrintWriter out = spec.commandLine().getOut();
        FoldReport report = folded.folded().report();
        Graph training = folded.training();
        out.println(title);
        out.printf("  input %s, output %s, opsets %s%n", training.inputs(), training.outputs(), training.opsets());
        folded.notes().forEach(note -> out.printf("  note: %s%n", note));
        out.printf(
                ROW,
                "layer",
                "operator",
                "kernel trained",
                "kernel folded",
                "parameters",
                "folded",
                "MACs",
                "folded",
                "rules");
        report.steps().forEach(step -> {
            report.layers(step).forEach(layer -> print(out, layer));
            report.declined(step).forEach(declined -> print(out, declined));
        });
        out.printf(
                ROW,
                "all",
                "",
                "",
                "",
                report.training().parameters(),
                report.folded().parameters(),
                report.training().macs(),
                report.folded().macs(),
                "");
        List<String> uncounted = GraphCost.of(training).uncounted();
        if (!uncounted.isEmpty()) {
            out.printf(
                    "  MACs of %d nodes are not counted (operator or shapes not known): %s%n",
                    uncounted.size(), String.join(", ", uncounted));
        }
    }

    private static void print(PrintWriter out, LayerReport layer) {
        out.printf(
                ROW,
                layer.name(),
                layer.operator(),
                trained(layer),
                new Shape(layer.kernelAfter()),
                layer.before().parameters(),
                layer.after().parameters(),
                layer.before().macs(),
                layer.after().macs(),
                layer.rules().isEmpty() ? "stays" : String.join(", ", layer.rules()));
    }

    private static String trained(LayerReport layer) {
        Shape kernel = new Shape(layer.kernelBefore());
        return layer.doConv()
                .map(doConv -> kernel + " S=" + doConv.multiplier())
                .orElse(kernel.toString());
    }

    private static void print(PrintWriter out, Declined declined) {
        out.printf("    declined (%s): %s%n", declined.rule(), declined.reason());
    }
}
