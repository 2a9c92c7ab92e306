package io.foldserve.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.foldserve.graph.Graph;
import io.foldserve.graph.GraphBuilder;
import io.foldserve.graph.Value;
import io.foldserve.session.ModelSession;
import io.foldserve.session.SessionSettings;
import io.foldserve.tensor.DType;
import io.foldserve.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The models that {@code src/test/golden/onnx_models.py} writes, and how they run in ONNX Runtime without optimisation.
 */
public final class OnnxFixtures {
    /** The folder of the models. */
    public static final Path FOLDER = Path.of("src/test/resources/io/foldserve/onnx");

    private OnnxFixtures() {}

    /** The file called {@code name}. */
    public static Path file(String name) {
        return FOLDER.resolve(name);
    }

    /** The names of all models. */
    public static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".onnx"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The outputs, by name, of the model in {@code file} for seeded inputs; open extents are {@code open}. */
    public static Map<String, Object> run(Path file, int open) throws OrtException {
        // Sessions come from the environment that the service's own start makes, which must be the first.
        ModelSession.open(tiny(), new SessionSettings(1, false, false)).close();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(file.toString(), options)) {
                return run(environment, session, open);
            }
        }
    }

    private static Graph tiny() {
        GraphBuilder builder = new GraphBuilder("tiny");
        Value x = Value.of("x", DType.FLOAT32, Shape.of(1));
        builder.input(x);
        builder.output(Value.of(builder.add("Relu", "y", List.of("x")), DType.FLOAT32, Shape.of(1)));
        return builder.build();
    }

    private static Map<String, Object> run(OrtEnvironment environment, OrtSession session, int open)
            throws OrtException {
        Map<String, OnnxTensorLike> inputs = new LinkedHashMap<>();
        SplittableRandom random = new SplittableRandom(4);
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            TensorInfo info = (TensorInfo) input.getValue().getInfo();
            inputs.put(input.getKey(), tensor(environment, info, open, random));
        }
        Map<String, Object> outputs = new LinkedHashMap<>();
        try (OrtSession.Result result = session.run(inputs)) {
            for (Map.Entry<String, OnnxValue> output : result) {
                outputs.put(output.getKey(), contents(output.getValue()));
            }
        }
        inputs.values().forEach(OnnxTensorLike::close);
        return outputs;
    }

    private static OnnxTensor tensor(OrtEnvironment environment, TensorInfo info, int open, SplittableRandom random)
            throws OrtException {
        long[] shape = info.getShape().clone();
        int size = 1;
        for (int axis = 0; axis < shape.length; axis++) {
            shape[axis] = shape[axis] < 0 ? (axis == 0 ? 1 : open) : shape[axis];
            size *= Math.toIntExact(shape[axis]);
        }
        int width = info.type.size;
        ByteBuffer bytes = ByteBuffer.allocateDirect(size * width).order(ByteOrder.nativeOrder());
        for (int i = 0; i < size; i++) {
            double value = random.nextGaussian();
            switch (info.type) {
                case FLOAT -> bytes.putFloat((float) value);
                case DOUBLE -> bytes.putDouble(value);
                case FLOAT16 -> bytes.putShort((short) (0x3C00 + random.nextInt(512)));
                case BOOL -> bytes.put((byte) 1);
                default -> throw new IllegalArgumentException(info.toString());
            }
        }
        return OnnxTensor.createTensor(environment, bytes.flip(), shape, info.type);
    }

    /** Numbers as their bytes, so that comparisons are bit by bit. */
    private static Object contents(OnnxValue value) throws OrtException {
        if (value instanceof OnnxTensor tensor) {
            return tensor.getInfo().type == OnnxJavaType.STRING
                    ? List.of((Object[]) tensor.getValue())
                    : List.of(tensor.getInfo().toString(), copy(tensor.getByteBuffer()));
        }
        List<Object> parts = new ArrayList<>();
        for (Object part : (List<?>) value.getValue()) {
            parts.add(part instanceof OnnxValue inner ? contents(inner) : part);
        }
        return parts;
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }
}
