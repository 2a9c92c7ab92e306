package io.foldserve.session;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * DJL's block around a session, whose runs are given up at a limit. DJL's own passes no run options; it copies each
 * output once less, so it is for networks whose work follows from their operands. Thread-safe.
 */
final class BoundedBlock extends OrtSymbolBlock {
    private final OrtSession session;
    private final Duration limit;

    BoundedBlock(OrtSession session, OrtNDManager manager, Duration limit) {
        super(session, manager);
        this.session = session;
        this.limit = limit;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, @Nullable PairList<String, Object> extras) {
        try (RunWatch watch = new RunWatch(limit)) {
            return run(tensors(inputs), watch, inputs.head().getManager());
        } catch (OrtException failure) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
    }

    private NDList run(Map<String, OnnxTensor> tensors, RunWatch watch, NDManager manager) {
        try (OrtSession.Result result = session.run(tensors, watch.options())) {
            return arrays(result, manager);
        } catch (OrtException failure) {
            // The innermost message is the one that is told.
            throw new IllegalStateException(watch.reason(failure));
        }
    }

    /** The tensors of DJL's arrays, by name. */
    static Map<String, OnnxTensor> tensors(NDList inputs) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        inputs.forEach(input -> tensors.put(input.getName(), ((OrtNDArray) input).getTensor()));
        return tensors;
    }

    /** What a run returned, copied, as DJL's arrays. */
    static NDList arrays(OrtSession.Result result, NDManager manager) {
        NDList arrays = new NDList();
        for (Map.Entry<String, OnnxValue> output : result) {
            OnnxTensor tensor = (OnnxTensor) output.getValue();
            ByteBuffer bytes = tensor.getByteBuffer();
            NDArray array = manager.create(
                    manager.allocateDirect(bytes.remaining()).put(bytes).rewind(),
                    new Shape(tensor.getInfo().getShape()),
                    TensorTranslator.dataType(tensor.getInfo().type));
            array.setName(output.getKey());
            arrays.add(array);
        }
        return arrays;
    }
}
