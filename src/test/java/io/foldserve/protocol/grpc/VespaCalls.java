package io.foldserve.protocol.grpc;

import ai.vespa.llm.clients.TritonConfig;
import ai.vespa.triton.TritonOnnxClient;
import ai.vespa.triton.TritonOnnxClient.ModelMetadata;
import ai.vespa.triton.TritonOnnxClient.TritonException;
import com.yahoo.tensor.IndexedTensor;
import com.yahoo.tensor.Tensor;
import com.yahoo.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What Vespa does with a server of models: its own client, unmodified, in a process of its own, for classes that both
 * generate from the protocol have the same names. Prints an answer a line.
 */
final class VespaCalls {
    private static final String MODEL = "digits";

    /** Without its name the variant would be dealt, and not always be the same. */
    private static final String VARIANT = "digits.doconv";

    private VespaCalls() {}

    /** Calls the server at the address that the first argument is. */
    public static void main(String[] arguments) {
        TritonConfig config = new TritonConfig.Builder().target(arguments[0]).build();
        try (TritonOnnxClient client = new TritonOnnxClient(config)) {
            tell("healthy", client.isHealthy());
            client.loadModel(MODEL);
            tell("ready", client.isModelReady(VARIANT));
            ModelMetadata metadata = client.getModelMetadata(VARIANT);
            tell("inputs", metadata.inputs);
            tell("outputs", metadata.outputs);
            Tensor logits = client.evaluate(VARIANT, metadata, Map.of("image", picture()), "logits");
            tell("logits", floats((IndexedTensor) logits));
            try {
                client.loadModel("nobody");
            } catch (TritonException e) {
                tell("nobody", String.valueOf(e.getCause()));
            }
        }
    }

    private static void tell(String call, Object answer) {
        System.out.println(call + ": " + answer);
    }

    private static List<Float> floats(IndexedTensor tensor) {
        return LongStream.range(0, tensor.size()).mapToObj(tensor::getFloat).toList();
    }

    /** A picture {@code [1, 1, 32, 32]} that brightens from its first pixel, 0, to its last, 1. */
    static float[] pixels() {
        float[] pixels = new float[32 * 32];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / 1023f;
        }
        return pixels;
    }

    private static Tensor picture() {
        TensorType type = TensorType.fromSpec("tensor<float>(d0[1],d1[1],d2[32],d3[32])");
        IndexedTensor.BoundBuilder builder = (IndexedTensor.BoundBuilder) Tensor.Builder.of(type);
        return builder.fill(pixels()).build();
    }
}
