package io.foldserve.protocol.grpc;

import io.foldserve.protocol.InferCall;
import io.foldserve.protocol.ModelDescription;
import io.foldserve.protocol.Outputs;
import io.foldserve.protocol.PreparedCall;
import io.foldserve.protocol.proto.ModelInferRequest;
import io.foldserve.protocol.proto.ModelInferResponse;
import io.foldserve.serving.ServingConfig;
import io.foldserve.serving.meter.Outcome;
import io.foldserve.serving.request.Inference;
import io.foldserve.serving.request.InferenceAdmission;
import io.foldserve.serving.request.InferenceService;
import io.foldserve.serving.request.PredictionService;
import io.foldserve.serving.request.Refusal;
import io.foldserve.serving.request.SaidUnit;
import io.foldserve.serving.request.Ticket;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** The call {@code ModelInfer}: admitted, queued and counted as every request. Thread-safe. */
@Singleton
class InferenceCalls {
    private final InferenceService inferences;
    private final long maxPixels;

    InferenceCalls(PredictionService predictions, ServingConfig config) {
        this.inferences = predictions.inferences();
        this.maxPixels = config.request().maxPixels();
    }

    void infer(ModelInferRequest request, StreamObserver<ModelInferResponse> answer) {
        String name = request.getModelName();
        if (!ModelDescription.isVersion(request.getModelVersion())) {
            inferences.refused(name, Outcome.REFUSED);
            throw Status.NOT_FOUND
                    .withDescription(ModelDescription.noVersion(name, request.getModelVersion()))
                    .asRuntimeException();
        }
        InferenceAdmission admission = inferences.admit(name);
        try {
            admission.hold(request.getSerializedSize());
            PreparedCall call = prepared(request, admission);
            Ticket<Inference> ticket = inferences.infer(
                    admission,
                    call.call().variant(),
                    new SaidUnit(call.call().unit(), CallHead.unit()),
                    call.pictures());
            if (answer instanceof ServerCallStreamObserver<ModelInferResponse> exchange) {
                exchange.setOnCancelHandler(ticket::abandon);
            }
            Outputs outputs = new Outputs(call.model(), admission.model().task().labels());
            ticket.result()
                    .thenApply(inference ->
                            GrpcMessages.answer(name, inference, call.call(), outputs.of(call.call(), inference)))
                    .whenComplete((message, failure) -> {
                        admission.close();
                        if (failure == null) {
                            answer.onNext(message);
                            answer.onCompleted();
                        } else {
                            answer.onError(GrpcErrors.of(failure));
                        }
                    });
        } catch (RuntimeException refusal) {
            admission.close();
            throw refusal;
        }
    }

    private PreparedCall prepared(ModelInferRequest request, InferenceAdmission admission) {
        try {
            ModelDescription model = ModelDescription.of(request.getModelName(), admission.model());
            InferCall call = GrpcTensors.call(request);
            return PreparedCall.of(model, call, maxPixels, admission);
        } catch (RuntimeException refusal) {
            admission.ended(Refusal.of(refusal).outcome());
            throw refusal;
        }
    }
}
