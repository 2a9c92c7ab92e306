package io.foldserve.architecture.declare;

import java.util.Locale;

/** What a convolution reads beyond the border, as {@code torch.nn.Conv2d(padding_mode=…)} names it. */
public enum PaddingMode {
    /** Zeros. */
    ZEROS("constant"),
    /** The image mirrored at its border, which is not repeated. */
    REFLECT("reflect"),
    /** The border itself. */
    REPLICATE("edge"),
    /** The image's other side. */
    CIRCULAR("wrap");

    private final String onnx;

    PaddingMode(String onnx) {
        this.onnx = onnx;
    }

    /** The mode of ONNX's Pad that does the same. */
    public String onnx() {
        return onnx;
    }

    /** The largest padding that this mode allows on an axis of {@code extent} positions. */
    public int limit(int extent) {
        return switch (this) {
            case ZEROS, REPLICATE -> Integer.MAX_VALUE;
            case REFLECT -> extent - 1;
            case CIRCULAR -> extent;
        };
    }

    /** The name in declarations. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
