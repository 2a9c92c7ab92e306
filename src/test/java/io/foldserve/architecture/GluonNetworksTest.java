package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What networks with GluonCV's names take and refuse; their answers are in {@link ArchitecturesGoldenTest}. */
class GluonNetworksTest {
    private static DeclaredNetwork golden(String name) {
        return DeclaredNetwork.golden("gluon_relatives", name + ", GluonCV's names");
    }

    @Test
    void saysThatTheAuxiliaryHeadIsDropped() {
        Assembly assembly = golden("fcn-resnet50 plain").assemble();

        assertThat(assembly.notes()).singleElement().asString().startsWith("dropped auxlayer.* (");
        assertThat(assembly.graph().constants().keySet()).noneMatch(name -> name.startsWith("auxlayer"));
    }

    @Test
    void namesWhatIsMissingByItsNameInGluonCv() {
        assertThat(golden("pspnet-resnet50 doconv")
                        .without("head.psp.conv2.0.W")
                        .problems())
                .contains("head.psp.conv2.0.weight is missing, the architecture says 64×256×1×1");
        assertThat(golden("deeplabv3-resnet101 doconv")
                        .without("head.aspp.concurent.4.gap.2.bias")
                        .problems())
                .contains("head.aspp.concurent.4.gap.2.bias is missing, the architecture says 32");
    }

    @Test
    void refusesAPairThatNothingTakes() {
        assertThat(golden("fcn-resnet101 mixed").tensor("head.extra.D", 8, 9, 9).problems())
                .containsExactly("head.extra.D (8×9×9) is left over: the architecture has no place for it");
    }

    @Test
    void refusesAStemThatIsOnlyHalfDeep() {
        assertThat(golden("deeplabv3-resnet50 mixed")
                        .without("conv1.3.weight", "conv1.3.W", "conv1.3.D")
                        .problems())
                .singleElement()
                .asString()
                .startsWith("conv1.3.weight is missing");
    }

    @Test
    void asksForAnotherNumberOfClassesOfAClassifierThatIsAConvolution() {
        assertThat(golden("mobilenet-v2 x0.75 plain").option("classes", 10).problems())
                .containsExactly("output.0.weight is 6×1280×1×1, the architecture says 10×1280×1×1: set classes: 6");
        assertThat(golden("mobilenet-v3-large x1.0 plain").option("classes", 10).problems())
                .contains("output.0.bias is 6, the architecture says 10: set classes: 6");
    }

    @Test
    void refusesTheExpansionThatTorchvisionsFirstBlockDoesNotHave() {
        assertThat(golden("mobilenet-v2 x0.75 plain")
                        .without("features.3.out.0.weight")
                        .problems())
                .containsExactly("features.3.out.0.weight is missing, the architecture says 24×24×1×1");
    }
}
