package io.foldserve.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.foldserve.problem.InvalidInputException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureNamesTest {

    @ParameterizedTest
    @CsvSource({
        "resnet50, resnet50",
        "ResNet50, resnet50",
        "resnet-50, resnet50",
        "RESNET_50, resnet50",
        "resnet50_v1b, resnet50-v1b",
        "resnet50_v1s, resnet50-v1b",
        "resnet50_v2, resnet50-v2",
        "tv_resnet50, resnet50",
        "resnet50.a1_in1k, resnet50",
        "resnext50_32x4d, resnext50-32x4d",
        "wide_resnet50_2, wide-resnet50-2",
        "vgg16_bn, vgg16-bn",
        "VGG16BN, vgg16-bn",
        "mobilenet, mobilenet-v1",
        "MobileNet, mobilenet-v1",
        "mobilenet_v2, mobilenet-v2",
        "MobileNetV2, mobilenet-v2",
        "mobilenet_v3_large, mobilenet-v3-large",
        "MobileNetV3Small, mobilenet-v3-small",
        "resnet20, cifar-resnet20",
        "cifar10_resnet56, cifar-resnet56",
        "U-Net, unet",
        "fcn_resnet50, fcn-resnet50",
        "fcn_resnet101_coco, fcn-resnet101",
        "deeplab_resnet50_ade, deeplabv3-resnet50",
        "deeplabv3_mobilenet_v3_large, deeplabv3-mobilenet-v3-large",
        "lraspp_mobilenet_v3_large, lraspp-mobilenet-v3-large",
        "psp_resnet101_voc, pspnet-resnet101",
        "repvgg_a0, repvgg",
        "RepVGG-B1g4, repvgg",
        "mobileone_s0.apple_in1k, mobileone",
    })
    void findsAnArchitectureByTheNameThatPeopleWrite(String written, String name) {
        assertThat(ArchitectureNames.find(written))
                .contains(new ArchitectureNames.Meaning(name, OptionalDouble.empty()));
        assertThat(Pattern.matches(ArchitectureNames.pattern(List.of(name)), written))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "mobilenet1.0, mobilenet-v1, 1.0",
        "mobilenet0.25, mobilenet-v1, 0.25",
        "mobilenetv2_0.5, mobilenet-v2, 0.5",
        "mobilenetv2_050, mobilenet-v2, 0.5",
        "mobilenetv2_140.ra_in1k, mobilenet-v2, 1.4",
        "mobilenetv3_large_100, mobilenet-v3-large, 1.0",
    })
    void readsTheWidthMultiplierInAName(String written, String name, double multiplier) {
        assertThat(ArchitectureNames.find(written))
                .contains(new ArchitectureNames.Meaning(name, OptionalDouble.of(multiplier)));
        assertThat(Pattern.matches(ArchitectureNames.pattern(List.of(name)), written))
                .isTrue();
        assertThat(Declaration.of(Map.of("name", written)).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resnet17",
                "resnet50d",
                "vgg16",
                "resnet50_050",
                "mobilenetv2_000",
                "mobilenetv2_0.5.0",
                "",
                "tv_"
            })
    void findsNoneForANameOfNone(String written) {
        assertThat(ArchitectureNames.find(written)).isEmpty();
        assertThat(Families.BY_NAME.keySet())
                .noneMatch(name -> Pattern.matches(ArchitectureNames.pattern(List.of(name)), written)
                        && !written.equals("mobilenetv2_000"));
    }

    @Test
    void everyNameMeansItself() {
        assertThat(Families.BY_NAME.keySet()).allSatisfy(name -> assertThat(ArchitectureNames.find(name))
                .contains(new ArchitectureNames.Meaning(name, OptionalDouble.empty())));
    }

    @Test
    void refusesAMultiplierThatContradictsTheName() {
        InvalidInputException refusal = catchThrowableOfType(
                InvalidInputException.class,
                () -> Declaration.of(Map.of("name", "mobilenetv2_0.5", "multiplier", 0.75)));

        assertThat(refusal.problems()).containsExactly("multiplier: expected 0.5 as in the name, found 0.75");
        assertThat(Declaration.of(Map.of("name", "mobilenetv2_0.5", "multiplier", 0.5))
                        .name())
                .isEqualTo("mobilenet-v2");
    }

    @Test
    void listsTheThreeNearestNames() {
        assertThat(ArchitectureNames.nearest("mobilnet_v3"))
                .hasSize(3)
                .allMatch(name -> name.startsWith("mobilenet-v"));
    }
}
