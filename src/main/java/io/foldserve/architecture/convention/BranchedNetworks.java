package io.foldserve.architecture.convention;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Networks whose training form has parallel branches that are merged after training, by what their authors' code calls
 * the branches. Classifiers of RepVGG and MobileOne can be declared, other networks of such blocks cannot; all can be
 * exported to ONNX, where the branches are found and folded.
 */
public final class BranchedNetworks {
    /** The parts of a path that all occur in a network's names, by the network. */
    private static final Map<String, List<String>> MARKS = Map.ofEntries(
            Map.entry("MobileOne", List.of("rbr_conv", "rbr_scale")),
            Map.entry("RepVGG", List.of("rbr_dense", "rbr_1x1")),
            Map.entry("RepVGG or MobileOne as timm has it", List.of("conv_kxk", "conv_1x1")),
            Map.entry("MobileOne as timm has it", List.of("conv_kxk", "conv_scale")),
            Map.entry("Diverse Branch Block (DBB)", List.of("dbb_origin", "dbb_1x1")),
            Map.entry("ACNet", List.of("square_conv", "ver_conv", "hor_conv")),
            Map.entry("RepViT", List.of("token_mixer", "channel_mixer", "c")),
            Map.entry("RepLKNet", List.of("lkb_origin", "small_conv")),
            Map.entry("UniRepLKNet", List.of("lk_origin", "dwconv")));

    /** How the names of networks begin that cannot be declared, without case, dashes and underscores. */
    private static final List<String> BEGINNINGS = List.of("dbb", "acnet", "repvit", "replknet", "unireplknet");

    /** The stems of the classifiers that can be declared, wherever they lie. */
    private static final Pattern DECLARED = Pattern.compile(
            "(.*\\.)?(stage0\\.(rbr_dense|rbr_conv\\.0)|stem\\.(conv_kxk|conv_kxk\\.0))\\.conv\\.(weight|W)");

    private BranchedNetworks() {}

    /** What to do about a declaration of {@code name}, if such a network is called so. */
    public static Optional<String> remedy(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[-_ ]", "");
        return BEGINNINGS.stream()
                .filter(plain::startsWith)
                .findFirst()
                .map(found -> ("%s has parallel branches, which no architecture here has: export the network to ONNX in"
                                + " eval mode and name that file as checkpoint; its branches are folded")
                        .formatted(name));
    }

    /** Why no architecture can be built from tensors of these names, if they are those of such a network. */
    static Optional<String> refusal(Set<String> names) {
        if (names.stream().anyMatch(name -> DECLARED.matcher(name).matches())) {
            return Optional.empty();
        }
        Set<String> parts = new HashSet<>();
        names.forEach(name -> parts.addAll(List.of(name.split("\\."))));
        return MARKS.entrySet().stream()
                .filter(marks -> parts.containsAll(marks.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .findFirst()
                .map(("this is a training checkpoint of %s, whose parallel branches no architecture here has: export "
                        + "the network to ONNX in eval mode and name that file as checkpoint; its branches are "
                        + "folded")::formatted);
    }
}
