package io.foldserve.benchmark;

import io.foldserve.graph.Graph;
import java.util.List;
import java.util.function.Supplier;

/** Published networks in training form, for one 224×224 image and 1000 classes. */
final class TrainingNetworks {
    private TrainingNetworks() {}

    /** RepVGG-A0: 22 blocks, widths 48, 96, 192 and 1280. */
    static Graph repVggA0() {
        Sketch net = new Sketch("RepVGG-A0");
        String x = repVgg(net, "stage0", net.image(), 3, 48, 2);
        int[] blocks = {2, 4, 14, 1};
        int[] widths = {48, 96, 192, 1280};
        int in = 48;
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < blocks[stage]; block++) {
                String name = "stage" + (stage + 1) + "." + block;
                x = repVgg(net, name, x, in, widths[stage], block == 0 ? 2 : 1);
                in = widths[stage];
            }
        }
        return net.classified(x, in);
    }

    private static String repVgg(Sketch net, String name, String x, int in, int out, int stride) {
        return net.relu(name + ".relu", TrainingBlock.repVgg(net, name, x, Geometry.dense(in, out, 3, stride)));
    }

    /**
     * MobileOne-S0: a stem of one branch, then 21 pairs of a depthwise and a pointwise block with four branches each.
     */
    static Graph mobileOneS0() {
        Sketch net = new Sketch("MobileOne-S0");
        TrainingBlock block = TrainingBlock.mobileOne(4);
        String x = activated(net, TrainingBlock.mobileOne(1), "stage0", net.image(), Geometry.dense(3, 48, 3, 2));
        int[] blocks = {2, 8, 10, 1};
        int[] widths = {48, 128, 256, 1024};
        int in = 48;
        for (int stage = 0; stage < 4; stage++) {
            for (int i = 0; i < blocks[stage]; i++) {
                String name = "stage" + (stage + 1) + "." + i;
                x = activated(net, block, name + ".dw", x, Geometry.depthwise(in, 3, i == 0 ? 2 : 1));
                x = activated(net, block, name + ".pw", x, Geometry.dense(in, widths[stage], 1, 1));
                in = widths[stage];
            }
        }
        return net.classified(x, in);
    }

    private static String activated(Sketch net, TrainingBlock block, String name, String x, Geometry geometry) {
        return net.relu(name + ".relu", block.add(net, name, x, geometry));
    }

    /** A ResNet of {@code depth} 18, 50 or 152 whose convolutions are {@code block}s. */
    static Graph resNet(String name, int depth, TrainingBlock block) {
        Sketch net = new Sketch(name);
        String x = activated(net, block, "conv1", net.image(), Geometry.dense(3, 64, 7, 2));
        x = ResidualStages.pooled(net, x);
        return net.classified(new ResidualStages(net, block, depth).add(x), depth == 18 ? 512 : 2048);
    }

    /**
     * MobileNetV2 as the authors of ExpandNets train it on ImageNet: the first convolution and the depthwise ones of
     * stride 2 are expanded at a rate of 4, the others are plain.
     */
    static Graph expandedMobileNetV2() {
        Sketch net = new Sketch("ExpandNet-MobileNetV2");
        Geometry stem = Geometry.dense(3, 32, 3, 2);
        String x = net.relu6("stem.relu", TrainingBlock.expandNet(net, "stem", net.image(), stem));
        int[][] settings = {
            {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
        };
        int in = 32;
        for (int stage = 0; stage < settings.length; stage++) {
            int[] setting = settings[stage];
            for (int i = 0; i < setting[2]; i++) {
                String name = "stage" + stage + "." + i;
                x = invertedResidual(net, name, x, in, setting[1], setting[0], i == 0 ? setting[3] : 1);
                in = setting[1];
            }
        }
        String last = TrainingBlock.plain(net, "last", x, Geometry.dense(in, 1280, 1, 1));
        return net.classified(net.relu6("last.relu", last), 1280);
    }

    private static String invertedResidual(
            Sketch net, String name, String x, int in, int out, int expansion, int stride) {
        int hidden = in * expansion;
        String wide = x;
        if (expansion > 1) {
            String expanded = TrainingBlock.plain(net, name + ".pw", x, Geometry.dense(in, hidden, 1, 1));
            wide = net.relu6(name + ".pw.relu", expanded);
        }
        TrainingBlock block = stride == 2 ? TrainingBlock::expandNet : TrainingBlock::plain;
        String convolved = block.add(net, name + ".dw", wide, Geometry.depthwise(hidden, 3, stride));
        String projected = TrainingBlock.plain(
                net, name + ".project", net.relu6(name + ".dw.relu", convolved), Geometry.dense(hidden, out, 1, 1));
        return stride == 1 && in == out ? net.add("Add", name + ".add", List.of(x, projected)) : projected;
    }

    /** The six that measured.md compares, each built when it is asked for. */
    static List<Supplier<Graph>> compared() {
        return List.of(
                TrainingNetworks::repVggA0,
                TrainingNetworks::mobileOneS0,
                () -> resNet("ACNet-ResNet-18", 18, TrainingBlock::acNet),
                () -> resNet("DBB-ResNet-18", 18, TrainingBlock::dbb),
                TrainingNetworks::expandedMobileNetV2,
                () -> resNet("DO-Conv-ResNet-50", 50, TrainingBlock::doConv));
    }

    /** The large ones whose folding is timed. */
    static List<Supplier<Graph>> large() {
        return List.of(
                () -> resNet("DBB-ResNet-152", 152, TrainingBlock::dbb),
                () -> resNet("DO-Conv-ResNet-152", 152, TrainingBlock::doConv));
    }
}
