package io.foldserve.protocol;

import io.foldserve.protocol.ModelDescription.TensorDescription;
import io.foldserve.serving.request.InferenceService;
import io.foldserve.serving.request.NetworkInput;
import io.foldserve.task.InvalidRequestException;
import io.foldserve.task.image.RasterImage;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures in a request's input tensor: BYTES {@code [N]} holds encoded pictures, UINT8 {@code [N, H, W, C]}
 * decoded ones of any size, FP32 {@code [N, C, H, W]} what the network takes.
 */
public final class Pictures {
    private final ModelDescription model;
    private final InputTensor tensor;

    private Pictures(ModelDescription model, InputTensor tensor) {
        this.model = model;
        this.tensor = tensor;
    }

    /**
     * The pictures of {@code call} for {@code model}.
     *
     * @param maxPixels the most pixels of a decoded picture
     * @throws InvalidRequestException if there is not exactly the model's input, or its type or shape is none of these
     */
    public static List<NetworkInput> of(ModelDescription model, InferCall call, long maxPixels) {
        String name = model.input().name();
        List<String> given = call.inputs().stream().map(InputTensor::name).toList();
        if (!given.equals(List.of(name))) {
            throw new InvalidRequestException("expected one input, '%s', found %s".formatted(name, given));
        }
        Pictures pictures = new Pictures(model, call.inputs().get(0));
        return switch (pictures.tensor.datatype()) {
            case BYTES -> pictures.encoded();
            case UINT8 -> pictures.pixels(maxPixels);
            case FP32 -> pictures.normalised();
            case BOOL, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP64 -> throw pictures.unexpected();
        };
    }

    private List<NetworkInput> encoded() {
        expectRank(1);
        return ((TensorData.Elements) tensor.data())
                .elements().stream()
                        .<NetworkInput>map(NetworkInput.Encoded::new)
                        .toList();
    }

    private List<NetworkInput> pixels(long maxPixels) {
        expectRank(4);
        int height = extent(1);
        int width = extent(2);
        int channels = extent(3);
        if (channels != 1 && channels != 3) {
            throw unexpected();
        }
        if ((long) height * width > maxPixels) {
            throw new InvalidRequestException("a picture of %d×%d pixels is larger than the limit of %d pixels"
                    .formatted(width, height, maxPixels));
        }
        List<NetworkInput> pictures = new ArrayList<>();
        for (ByteBuffer picture : split(height * width * channels)) {
            byte[] samples = new byte[picture.remaining()];
            picture.get(samples);
            pictures.add(new NetworkInput.Pixels(RasterImage.of(width, height, channels, samples)));
        }
        return pictures;
    }

    private List<NetworkInput> normalised() {
        TensorDescription input = model.input();
        expectRank(4);
        if (!tensor.shape().subList(1, 4).equals(input.shape().subList(1, 4))) {
            throw unexpected();
        }
        Shape shape = Shape.of(1, extent(1), extent(2), extent(3));
        return split(shape.size() * Float.BYTES).stream()
                .<NetworkInput>map(
                        picture -> new NetworkInput.Normalised(Tensor.ofBytes(DType.FLOAT32, shape, direct(picture))))
                .toList();
    }

    private static ByteBuffer direct(ByteBuffer picture) {
        return ByteBuffer.allocateDirect(picture.remaining()).put(picture).flip();
    }

    private List<ByteBuffer> split(int bytes) {
        ByteBuffer all = ((TensorData.Fixed) tensor.data()).bytes();
        List<ByteBuffer> parts = new ArrayList<>();
        for (int at = all.position(); at < all.limit(); at += bytes) {
            parts.add(all.duplicate().position(at).limit(at + bytes).slice());
        }
        return parts;
    }

    private void expectRank(int rank) {
        if (tensor.shape().size() != rank) {
            throw unexpected();
        }
        if (tensor.shape().get(0) > InferenceService.MOST_PICTURES) {
            throw new InvalidRequestException("input '%s' has %d pictures, expected at most %d"
                    .formatted(tensor.name(), tensor.shape().get(0), InferenceService.MOST_PICTURES));
        }
    }

    private int extent(int axis) {
        return Math.toIntExact(tensor.shape().get(axis));
    }

    private InvalidRequestException unexpected() {
        List<Long> shape = model.input().shape();
        return new InvalidRequestException(
                ("input '%s' is %s of shape %s, expected BYTES [N] (JPEG or PNG files), UINT8 [N, H, W, 1 or 3]"
                                + " or FP32 [N, %d, %d, %d]")
                        .formatted(
                                tensor.name(),
                                tensor.datatype(),
                                tensor.shape(),
                                shape.get(1),
                                shape.get(2),
                                shape.get(3)));
    }
}
