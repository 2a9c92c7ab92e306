package io.foldserve.protocol;

import io.foldserve.serving.request.Inference;
import io.foldserve.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The output tensors of an answer, as its call asks for them. */
public final class Outputs {
    private final ModelDescription model;
    private final List<String> labels;

    /** The outputs of {@code model}, whose classes are called {@code labels}. */
    public Outputs(ModelDescription model, List<String> labels) {
        this.model = model;
        this.labels = List.copyOf(labels);
    }

    /** One tensor for each output that {@code call} asks for, or the model's if it names none. */
    public List<OutputTensor> of(InferCall call, Inference inference) {
        if (call.outputs().isEmpty()) {
            return List.of(values(inference, call.binary()));
        }
        return call.outputs().stream()
                .map(asked -> asked.classes().isPresent()
                        ? classes(inference, asked.classes(), asked.binary())
                        : values(inference, asked.binary()))
                .toList();
    }

    private OutputTensor values(Inference inference, boolean binary) {
        List<Long> shape = new ArrayList<>(model.output().shape());
        shape.set(0, (long) inference.outputs().size());
        int elements = inference.outputs().stream()
                .mapToInt(tensor -> tensor.shape().size())
                .sum();
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(elements, Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        inference.outputs().forEach(tensor -> put(tensor, bytes));
        return new OutputTensor(
                model.output().name(),
                model.output().datatype(),
                shape,
                new TensorData.Fixed(bytes.flip().order(ByteOrder.LITTLE_ENDIAN)),
                binary);
    }

    private void put(Tensor tensor, ByteBuffer bytes) {
        if (model.output().datatype() == Datatype.FP32) {
            bytes.put(tensor.toFloat32().bytes());
            return;
        }
        for (long element : tensor.toLongs()) {
            bytes.putInt((int) element);
        }
    }

    /** BYTES {@code [N, k]} of {@code score:index:label}, the best first, as Triton's extension has them. */
    private OutputTensor classes(Inference inference, OptionalInt count, boolean binary) {
        List<byte[]> elements = new ArrayList<>();
        for (Tensor tensor : inference.outputs()) {
            float[] scores = tensor.toFloats();
            IntStream.range(0, scores.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(index -> -scores[index]))
                    .limit(count.getAsInt())
                    .map(index -> "%s:%d:%s".formatted(scores[index], index, labels.get(index)))
                    .forEach(line -> elements.add(line.getBytes(StandardCharsets.UTF_8)));
        }
        List<Long> shape = List.of((long) inference.outputs().size(), (long) count.getAsInt());
        return new OutputTensor(
                model.output().name(), Datatype.BYTES, shape, new TensorData.Elements(elements), binary);
    }
}
