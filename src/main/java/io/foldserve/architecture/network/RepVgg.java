package io.foldserve.architecture.network;

import io.foldserve.architecture.build.Activation;
import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.build.Network;
import io.foldserve.architecture.build.NetworkBuilder;
import io.foldserve.architecture.declare.DeclaredConvolution;
import io.foldserve.architecture.declare.Extent;
import io.foldserve.architecture.declare.NetworkKeys;
import io.foldserve.declaration.Key;
import io.foldserve.declaration.Keys;
import io.foldserve.declaration.Section;
import io.foldserve.declaration.ValueTypes;
import io.foldserve.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * RepVGG (Ding et al., table 2) and MobileOne (Vasu et al., table 2), in training form or merged, with the names of the
 * authors' code or of timm. A stem and four stages of {@link BranchedBlock}s, each beginning with a stride of 2. How
 * many blocks a stage has, and their channels, groups and excitations, are those that the checkpoint holds, so that one
 * name stands for all sizes; a declared number must be that of the checkpoint. All blocks of RepVGG have 3×3 kernels;
 * in a stage of MobileOne a 1×1 follows each 3×3.
 *
 * <p>Options: {@code classes} (1000), {@code blocks} of each stage, {@code widths} of the stem and each stage.
 *
 * @param alternating whether a 1×1 block follows each 3×3
 * @param spellings what the implementations call the parts
 */
public record RepVgg(boolean alternating, List<Spelling> spellings) {
    private static final Key<Integer> CLASSES = NetworkKeys.classes(1000);
    private static final int STAGES = 4;
    private static final Key<List<Integer>> BLOCKS = Key.optional(
            "blocks",
            ValueTypes.integers(STAGES, 1000),
            "those that the checkpoint holds",
            "Says how many blocks each stage must have.",
            "[2, 4, 14, 1]");
    private static final Key<List<Integer>> WIDTHS = Key.optional(
            "widths",
            ValueTypes.integers(STAGES + 1, NetworkKeys.LARGEST),
            "those that the checkpoint holds",
            "Says how many channels the stem and the last block of each stage must have.",
            "[48, 48, 96, 192, 1280]");
    private static final Keys KEYS = Keys.of(CLASSES, BLOCKS, WIDTHS);

    /** What an implementation calls its parts; the first stage's number follows {@code stages}. */
    private record Spelling(String stem, String stages, int firstStage, String head, BranchedBlock block) {
        static Spelling authors(BranchedBlock block) {
            return new Spelling("stage0", "stage", 1, "linear", block);
        }

        static Spelling timm(BranchedBlock block) {
            return new Spelling("stem", "stages.", 0, "head.fc", block);
        }

        String block(int stage, int index) {
            return "%s%d.%d".formatted(stages, firstStage + stage, index);
        }
    }

    /** The networks of this family by name. */
    public static Map<String, Family> networks() {
        RepVgg repVgg = new RepVgg(
                false,
                List.of(
                        Spelling.authors(
                                new BranchedBlock("rbr_dense", false, "rbr_1x1", "rbr_identity", "rbr_reparam")),
                        Spelling.timm(new BranchedBlock("conv_kxk", false, "conv_1x1", "identity", "reparam_conv"))));
        RepVgg mobileOne = new RepVgg(
                true,
                List.of(
                        Spelling.authors(new BranchedBlock("rbr_conv", true, "rbr_scale", "rbr_skip", "reparam_conv")),
                        Spelling.timm(new BranchedBlock("conv_kxk", true, "conv_scale", "identity", "reparam_conv"))));
        Map<String, Family> networks = new LinkedHashMap<>();
        networks.put("repvgg", new Family(KEYS, repVgg::read));
        networks.put("mobileone", new Family(KEYS, mobileOne::read));
        return networks;
    }

    private Network read(Section section) {
        Extent classes = Extent.read(section, CLASSES);
        Optional<List<Integer>> blocks = section.find(BLOCKS);
        Optional<List<Integer>> widths = section.find(WIDTHS);
        return (net, image) -> {
            Spelling names = spellings.stream()
                    .filter(spelling -> spelling.block().isAt(spelling.stem(), net))
                    .findFirst()
                    .orElse(spellings.get(0));
            Activation x = block(names, names.stem(), 3, 2, net, image);
            expect(
                    net,
                    WIDTHS,
                    names.stem(),
                    "channels",
                    widths.map(list -> list.get(0)),
                    x.channels().value());
            for (int stage = 0; stage < STAGES; stage++) {
                int place = stage;
                int count = 0;
                do {
                    int kernel = alternating && count % 2 == 1 ? 1 : 3;
                    x = block(names, names.block(stage, count), kernel, count == 0 ? 2 : 1, net, x);
                    count++;
                } while (names.block().isAt(names.block(stage, count), net));
                String path = names.stages() + (names.firstStage() + stage);
                expect(net, BLOCKS, path, "blocks", blocks.map(list -> list.get(place)), count);
                int channels = x.channels().value();
                expect(net, WIDTHS, path, "channels", widths.map(list -> list.get(place + 1)), channels);
            }
            return net.linear(names.head(), classes, true, net.flatten("flatten", net.globalAveragePool("gap", x)));
        };
    }

    private static void expect(
            NetworkBuilder net, Key<?> key, String path, String what, Optional<Integer> declared, int stored) {
        declared.filter(number -> number != stored)
                .ifPresent(number -> net.refuse("%s has %d %s, %s says %d: leave %s out to take the checkpoint's"
                        .formatted(path, stored, what, key.name(), number, key.name())));
    }

    private static Activation block(
            Spelling names, String path, int kernel, int stride, NetworkBuilder net, Activation x) {
        Optional<Shape> stored = names.block().kernel(path, net).filter(shape -> shape.rank() > 1);
        int in = x.channels().value();
        int grouped = stored.map(shape -> shape.extent(1))
                .filter(part -> in % part == 0)
                .orElse(in);
        DeclaredConvolution outer = DeclaredConvolution.of(
                        stored.map(shape -> shape.extent(0)).orElse(1), kernel)
                .stride(stride)
                .padding(kernel / 2)
                .groups(in / grouped);
        return names.block().add(path, outer, net, x);
    }
}
