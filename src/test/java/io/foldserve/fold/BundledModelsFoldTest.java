package io.foldserve.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.foldserve.architecture.Architectures;
import io.foldserve.architecture.Declaration;
import io.foldserve.architecture.declare.ImageSize;
import io.foldserve.checkpoint.CheckpointReader;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphStructure;
import io.foldserve.graph.GraphVerifier;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The really trained checkpoints in models/: their DO-Conv variant folds to the structure of their plain one. */
class BundledModelsFoldTest {
    private static final Map<String, Object> DIGITS = Map.of("name", "cifar-resnet20", "classes", 10, "channels", 1);
    private static final Map<String, Object> SCENES =
            Map.of("name", "unet", "classes", 11, "channels", 3, "width", 8, "bilinear", true);

    @Test
    void digitsFoldToThePlainNetwork() {
        expectPlain(DIGITS, 32, "digits/resnet20-doconv.pth", "digits/resnet20.safetensors");
    }

    @Test
    void digitScenesFoldToThePlainNetwork() {
        expectPlain(SCENES, 96, "digit-scenes/unet-doconv.pth", "digit-scenes/unet.pth");
    }

    private static void expectPlain(Map<String, Object> declared, int size, String doConv, String baseline) {
        Graph training = training(declared, size, doConv);
        Folded folded = FoldAudit.measure(GraphFolder.fold(training), 2021);
        Graph plain = GraphFolder.fold(training(declared, size, baseline)).graph();

        assertThat(GraphVerifier.problems(folded.graph())).isEmpty();
        assertThat(GraphStructure.differences(folded.graph(), plain)).isEmpty();
        assertThat(folded.report().declined()).isEmpty();
        assertThat(folded.report().layersByRule()).containsKeys("do-conv", "batch-norm");
        assertThat(folded.report().compositionError()).isLessThanOrEqualTo(1e-12);
        assertThat(folded.graph().nodes()).noneMatch(node -> node.is("BatchNormalization") || node.is("Einsum"));
    }

    private static Graph training(Map<String, Object> declared, int size, String checkpoint) {
        return Architectures.build(
                Declaration.of(declared),
                new ImageSize(size, size),
                CheckpointReader.read(Path.of("models", checkpoint)));
    }
}
