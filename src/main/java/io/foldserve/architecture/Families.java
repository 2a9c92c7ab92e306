package io.foldserve.architecture;

import io.foldserve.architecture.build.Family;
import io.foldserve.architecture.network.CifarResNet;
import io.foldserve.architecture.network.DeepLabV3Plus;
import io.foldserve.architecture.network.DilatedSegmentation;
import io.foldserve.architecture.network.LiteRaspp;
import io.foldserve.architecture.network.MobileNetV1;
import io.foldserve.architecture.network.MobileNetV2;
import io.foldserve.architecture.network.MobileNetV3;
import io.foldserve.architecture.network.PreActivationResNet;
import io.foldserve.architecture.network.PspNet;
import io.foldserve.architecture.network.RepVgg;
import io.foldserve.architecture.network.ResNet;
import io.foldserve.architecture.network.UNet;
import io.foldserve.architecture.network.Vgg;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The table of named architectures. */
final class Families {
    /** Every named architecture by its name. */
    static final Map<String, Family> BY_NAME = byName();

    private Families() {}

    private static Map<String, Family> byName() {
        Map<String, Family> families = new LinkedHashMap<>();
        families.putAll(ResNet.networks());
        families.putAll(PreActivationResNet.networks());
        families.putAll(CifarResNet.networks());
        families.putAll(Vgg.networks());
        families.putAll(MobileNetV1.networks());
        families.putAll(MobileNetV2.networks());
        families.putAll(MobileNetV3.networks());
        families.putAll(RepVgg.networks());
        families.putAll(UNet.networks());
        families.putAll(DilatedSegmentation.networks());
        families.putAll(DeepLabV3Plus.networks());
        families.putAll(PspNet.networks());
        families.putAll(LiteRaspp.networks());
        return Collections.unmodifiableMap(families);
    }
}
