package io.foldserve.protocol.grpc;

import com.google.protobuf.UnsafeByteOperations;
import io.foldserve.protocol.AnswerParameters;
import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.ModelDescription.TensorDescription;
import io.foldserve.protocol.OutputTensor;
import io.foldserve.protocol.RepositoryIndex;
import io.foldserve.protocol.proto.InferParameter;
import io.foldserve.protocol.proto.ModelInferResponse;
import io.foldserve.protocol.proto.ModelInferResponse.InferOutputTensor;
import io.foldserve.protocol.proto.ModelMetadataResponse;
import io.foldserve.protocol.proto.ModelMetadataResponse.TensorMetadata;
import io.foldserve.protocol.proto.RepositoryIndexResponse;
import io.foldserve.protocol.proto.RepositoryIndexResponse.ModelIndex;
import io.foldserve.serving.request.Inference;
import java.util.List;

/** Writes the messages of answers. */
final class GrpcMessages {
    private GrpcMessages() {}

    static ModelMetadataResponse metadata(ModelDescription model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(ModelDescription.VERSION)
                .setPlatform(ModelDescription.PLATFORM)
                .addInputs(tensor(model.input()))
                .addOutputs(tensor(model.output()))
                .build();
    }

    private static TensorMetadata tensor(TensorDescription tensor) {
        return TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype().name())
                .addAllShape(tensor.shape())
                .build();
    }

    /** The outputs go into {@code raw_output_contents}, which every client reads. */
    static ModelInferResponse answer(String name, Inference inference, InferCall call, List<OutputTensor> outputs) {
        ModelInferResponse.Builder answer =
                ModelInferResponse.newBuilder().setModelName(name).setModelVersion(ModelDescription.VERSION);
        AnswerParameters.of(inference)
                .forEach((key, value) -> answer.putParameters(
                        key, InferParameter.newBuilder().setStringParam(value).build()));
        call.id().ifPresent(answer::setId);
        for (OutputTensor output : outputs) {
            answer.addOutputs(InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.datatype().name())
                    .addAllShape(output.shape()));
            answer.addRawOutputContents(
                    UnsafeByteOperations.unsafeWrap(output.data().block()));
        }
        return answer.build();
    }

    static RepositoryIndexResponse index(List<RepositoryIndex.Item> items) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        items.forEach(item -> index.addModels(ModelIndex.newBuilder()
                .setName(item.name())
                .setVersion(item.version())
                .setState(item.state())
                .setReason(item.reason())));
        return index.build();
    }
}
