package io.foldserve.task;

import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A preprocessed picture, in both forms that are needed: as the network takes it, and to be looked at.
 *
 * @param picture the resized and cropped picture in RGB or grey
 * @param tensor UINT8 {@code [1, height, width, channels]} over a direct buffer, the channels in the network's order
 */
public record PreparedImage(RasterImage picture, Tensor tensor) {

    static PreparedImage of(RasterImage arranged, Colour colour) {
        int size = arranged.samples().remaining();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(size).put(arranged.samples()).flip();
        Shape shape = Shape.of(1, arranged.height(), arranged.width(), arranged.channels());
        RasterImage picture = colour == Colour.BGR ? arranged.swapped() : arranged;
        return new PreparedImage(picture, Tensor.ofBytes(DType.UINT8, shape, direct));
    }

    /** The inputs of a run of a {@link ServingGraph}. */
    public Map<String, Tensor> inputs() {
        return Map.of(ServingGraph.IMAGE, tensor);
    }
}
