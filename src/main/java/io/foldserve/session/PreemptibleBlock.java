package io.foldserve.session;

import ai.djl.ndarray.NDList;
import ai.djl.onnxruntime.engine.OrtNDManager;
import ai.djl.onnxruntime.engine.OrtSymbolBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import org.jspecify.annotations.Nullable;

/** DJL's block around a session, but for runs that a {@link Preemption} may give up. Thread-safe. */
final class PreemptibleBlock extends OrtSymbolBlock {
    private final OrtSession session;

    PreemptibleBlock(OrtSession session, OrtNDManager manager) {
        super(session, manager);
        this.session = session;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameters, NDList inputs, boolean training, @Nullable PairList<String, Object> extras) {
        RunOptions options = Preemption.options();
        if (options == null) {
            return super.forwardInternal(parameters, inputs, training, extras);
        }
        try (OrtSession.Result result = session.run(BoundedBlock.tensors(inputs), options)) {
            return BoundedBlock.arrays(result, inputs.head().getManager());
        } catch (OrtException failure) {
            throw new IllegalStateException(failure.getMessage(), failure);
        }
    }
}
