package io.foldserve.architecture.declare;

import io.foldserve.declaration.Key;
import io.foldserve.declaration.ValueType;
import io.foldserve.declaration.ValueTypes;
import java.util.Map;

/** The keys that several architectures share. */
public final class NetworkKeys {
    /** Far beyond every real network, and small enough that products of two never overflow a long. */
    public static final int LARGEST = 65_536;

    /** Which architecture is meant. */
    public static final Key<String> NAME = Key.required(
            "name",
            ValueTypes.text("an architecture's name such as resnet50, or layers: [...]"),
            "Names the architecture; case, dashes and underscores do not matter.",
            "resnet50");

    /** The channels of the image. */
    public static final Key<Integer> CHANNELS =
            Key.of("channels", extent(), 3, "Sets the channels of the network's input image.", "1");

    /** The epsilon of all batch norms. */
    public static final Key<Double> BN_EPSILON = Key.optional(
            "bnEpsilon",
            ValueTypes.positive(1),
            "the framework's: 1e-5, or 1e-3 of Keras and TensorFlow, unless the architecture sets another",
            "Sets the epsilon of all batch norms, which no checkpoint stores.",
            "1e-3");

    /** The network's names of modules by the stored ones. */
    public static final Key<Map<String, String>> RENAME = Key.optional(
            "rename",
            ValueTypes.texts("stored names by the network's, such as {head.fc: fc}"),
            "found, where exactly one prefix or one head under another name fits",
            "Says under which names a checkpoint stores the network's modules.",
            "{ head.fc: fc }");

    /** The width multiplier of the MobileNets. */
    public static final Key<Double> MULTIPLIER = Key.of(
            "multiplier",
            ValueTypes.positive(16),
            1.0,
            "Multiplies the channels of all layers (MobileNet's α).",
            "0.5");

    private NetworkKeys() {}

    /** A whole number from 1. */
    public static ValueType<Integer> extent() {
        return ValueTypes.integer(1, LARGEST);
    }

    /** The number of classes, {@code absent} if it is not declared. */
    public static Key<Integer> classes(int absent) {
        return Key.of("classes", extent(), absent, "Sets the number of classes.", "10");
    }

    /** The channels of the first stage, {@code absent} if they are not declared. */
    public static Key<Integer> width(int absent) {
        return Key.of(
                "width",
                extent(),
                absent,
                "Sets the first stage's channels, to which the others are proportional.",
                "32");
    }
}
